import { ModelFileError } from "./model_file_error.ts";
import { namesRead, producers } from "./graph_values.ts";
import { ELEMENT, type OnnxModel, type OnnxNode } from "./onnx_model.ts";
import { FIELD } from "./parse_onnx.ts";
import { delimitedField, joinBytes, varintField } from "./protobuf.ts";

/**
 * A new ONNX file that computes one inner float32 value of a model and nothing besides: the nodes, weights and inputs that this
 * value does not need are gone.
 *
 * @param output The value's name, which becomes the name of the one output.
 * @throws {ModelFileError} The model has no such value.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { extractSubgraph } from "#lib/networks/onnx/extract_subgraph.ts";
 * import { parseOnnx } from "#lib/networks/onnx/parse_onnx.ts";
 * import { delimitedField, joinBytes, varintField } from "#lib/networks/onnx/protobuf.ts";
 * const node = (type: string, input: string, output: string) =>
 *   delimitedField(1, joinBytes([delimitedField(1, input), delimitedField(2, output), delimitedField(4, type)]));
 * const graph = joinBytes([node("Relu", "x", "y"), node("Exp", "y", "z"), delimitedField(11, delimitedField(1, "x"))]);
 * const model = parseOnnx(joinBytes([delimitedField(7, graph), delimitedField(8, varintField(2, 17))]), "m.onnx");
 * const cut = parseOnnx(extractSubgraph(model, "y"), "cut");
 * assert.deepEqual(cut.graph.nodes.map(({ opType }) => opType), ["Relu"]);
 * assert.deepEqual(cut.graph.outputs.map(({ name }) => name), ["y"]);
 * ```
 */
export function extractSubgraph(model: OnnxModel, output: string): Uint8Array<ArrayBuffer> {
  const { graph } = model;
  const makers = producers(graph);
  if (!makers.has(output)) throw new ModelFileError(`it has no value named ${output}`, model.path);
  const needed = new Set<string>();
  const kept = new Set<OnnxNode>();
  const waiting = [output];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (needed.has(name)) continue;
    needed.add(name);
    const maker = makers.get(name);
    if (maker === undefined || kept.has(maker)) continue;
    kept.add(maker);
    waiting.push(...namesRead(maker));
  }
  const { node, initializer, input, output: outputField, valueInfo } = FIELD.graph;
  const rewritten: readonly number[] = [node, initializer, input, outputField, valueInfo];
  const parts: Uint8Array[] = graph.nodes.filter((one) => kept.has(one)).map(({ raw }) => raw);
  for (const { name, raw } of [...graph.initializers.values(), ...graph.inputs]) {
    if (needed.has(name)) parts.push(raw);
  }
  const known = graph.outputs.find(({ name }) => name === output);
  parts.push(known?.raw ?? delimitedField(outputField, floatValue(output)));
  parts.push(...graph.fields.filter(({ number }) => !rewritten.includes(number)).map(({ raw }) => raw));
  return joinBytes([
    ...model.otherFields.map(({ raw }) => raw),
    delimitedField(FIELD.model.graph, joinBytes(parts)),
  ]);
}

/** ValueInfoProto of a float32 tensor whose shape onnxruntime works out. */
function floatValue(name: string): Uint8Array {
  const tensorType = varintField(FIELD.tensorType.elementType, ELEMENT.float32);
  return joinBytes([
    delimitedField(FIELD.value.name, name),
    delimitedField(FIELD.value.type, delimitedField(1, tensorType)),
  ]);
}
