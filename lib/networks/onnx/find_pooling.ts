import { type AffineMap, affineTail } from "./affine_tail.ts";
import { dependents, producers } from "./graph_values.ts";
import { ModelFileError } from "./model_file_error.ts";
import type { OnnxModel } from "./onnx_model.ts";

/** Where a masked network pools its frames, and what comes after. */
export interface Pooling {
  /** The value before the pooling, (batch, channels, frames). */
  readonly features: string;
  /** What the embedding is, given means and standard deviations of the channels, one after the other. */
  readonly head: AffineMap;
}

/** Names of a masked network's inputs and output. */
export interface PoolingNames {
  /** What the trunk reads. */
  readonly trunk: string;
  /** The masks. */
  readonly mask: string;
  readonly output: string;
}

/**
 * Finds the weighted statistics pooling of a network by the shape of its graph: the masks meet the trunk's frames at one value only, and
 * their mean and standard deviation are concatenated and go through linear layers to the output.
 *
 * That the two halves are in this order and computed as pyannote does is left to a trial run against the whole network.
 *
 * @throws {ModelFileError} The masks meet the trunk at no value or several, or something not linear follows.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { findPooling } from "#lib/networks/onnx/find_pooling.ts";
 * const relu = { opType: "Relu", inputs: ["fbank"], outputs: ["embedding"], attributes: new Map(), raw: new Uint8Array() };
 * const graph = { nodes: [relu], initializers: new Map(), inputs: [], outputs: [], fields: [] };
 * const names = { trunk: "fbank", mask: "weights", output: "embedding" };
 * assert.throws(() => findPooling({ path: "m.onnx", graph, otherFields: [] }, names), /weights never meet/);
 * ```
 */
export function findPooling(model: OnnxModel, names: PoolingNames): Pooling {
  const { graph, path } = model;
  const masked = dependents(graph, names.mask);
  // Sizes that come from a Shape hold nothing of what the trunk computed.
  const heard = dependents(graph, names.trunk, { stopAt: ["Shape", "Size"] });
  const makers = producers(graph);
  const meetings = new Set<string>();
  for (const node of graph.nodes) {
    if (!node.inputs.some((name) => masked.has(name))) continue;
    for (const name of node.inputs) {
      if (heard.has(name) && !masked.has(name)) meetings.add(withoutAddedAxes(name));
    }
  }
  function withoutAddedAxes(name: string): string {
    const maker = makers.get(name);
    const passesOn = maker?.opType === "Unsqueeze" || maker?.opType === "Identity";
    return passesOn ? withoutAddedAxes(maker.inputs[0]) : name;
  }
  if (meetings.size !== 1) {
    const found = meetings.size === 0
      ? `${names.mask} never meet the frames`
      : `${names.mask} meet ${[...meetings].join(", ")}`;
    throw new ModelFileError(`the pooling cannot be found: ${found}; they must meet one value`, path);
  }
  const { map, concat } = affineTail(model, names.output);
  const halves = concat.inputs;
  if (
    halves.length !== 2 || !halves.every((name) => masked.has(name) && heard.has(name)) ||
    map.inputs % 2 !== 0
  ) {
    throw new ModelFileError(
      `the pooling is not a mean beside a standard deviation: Concat of ${
        halves.join(", ")
      } into ${map.inputs} numbers`,
      path,
    );
  }
  return { features: [...meetings][0], head: map };
}
