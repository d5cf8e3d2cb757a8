/** Who makes and who uses the values of a graph. */
import type { OnnxGraph, OnnxNode } from "./onnx_model.ts";

/**
 * All names that a node reads: its inputs, and what the bodies of its branches take from outside.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { namesRead } from "#lib/networks/onnx/graph_values.ts";
 * const node = { opType: "Resize", inputs: ["x", "", "sizes"], outputs: ["y"], attributes: new Map(), raw: new Uint8Array() };
 * assert.deepEqual(namesRead(node), ["x", "sizes"]);
 * ```
 */
export function namesRead(node: OnnxNode): string[] {
  const inner = [...node.attributes.values()].flatMap(({ graphs }) =>
    graphs.flatMap((graph) => [
      ...graph.nodes.flatMap(namesRead),
      // A branch may give back a value of the outer graph as it is.
      ...graph.outputs.map(({ name }) => name),
    ])
  );
  return [...node.inputs, ...inner].filter((name) => name !== "");
}

/**
 * The node that makes each value.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { producers } from "#lib/networks/onnx/graph_values.ts";
 * const relu = { opType: "Relu", inputs: ["x"], outputs: ["y"], attributes: new Map(), raw: new Uint8Array() };
 * const graph = { nodes: [relu], initializers: new Map(), inputs: [], outputs: [], fields: [] };
 * assert.equal(producers(graph).get("y"), relu);
 * ```
 */
export function producers(graph: OnnxGraph): Map<string, OnnxNode> {
  return new Map(graph.nodes.flatMap((node) => node.outputs.map((name): [string, OnnxNode] => [name, node])));
}

/**
 * Every value that depends on `source`, itself included.
 *
 * @param options `stopAt`: operations whose outputs do not count, such as Shape, which looks at no value.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { dependents } from "#lib/networks/onnx/graph_values.ts";
 * const node = (opType: string, input: string, output: string) =>
 *   ({ opType, inputs: [input], outputs: [output], attributes: new Map(), raw: new Uint8Array() });
 * const nodes = [node("Relu", "x", "y"), node("Shape", "y", "size")];
 * const graph = { nodes, initializers: new Map(), inputs: [], outputs: [], fields: [] };
 * assert.deepEqual([...dependents(graph, "x")], ["x", "y", "size"]);
 * assert.deepEqual([...dependents(graph, "x", { stopAt: ["Shape"] })], ["x", "y"]);
 * ```
 */
export function dependents(
  graph: OnnxGraph,
  source: string,
  options: { readonly stopAt?: readonly string[] } = {},
): Set<string> {
  const { stopAt = [] } = options;
  const found = new Set([source]);
  // ONNX wants nodes in an order in which each comes after what it reads, so one pass is enough.
  for (const node of graph.nodes) {
    if (stopAt.includes(node.opType) || !namesRead(node).some((name) => found.has(name))) continue;
    for (const output of node.outputs) if (output !== "") found.add(output);
  }
  return found;
}
