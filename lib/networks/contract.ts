import { ModelFileError } from "./onnx/model_file_error.ts";
import { ELEMENT, type OnnxModel, type OnnxValue } from "./onnx/onnx_model.ts";

/** What a network must take or give: float32, and sizes by axis; null stands for a size that must be left free. */
export interface TensorContract {
  readonly name: string;
  /** Whether another name is fine too. Only for the one input, or the one output, of a network. @default {false} */
  readonly anyName?: boolean;
  /** Fixed sizes as numbers; `"any"` for one that may be free or fixed; null for one that must be free. */
  readonly shape: readonly (number | "any" | null)[];
}

/** What a network of some kind must look like. */
export interface NetworkContract {
  /** The kind, as errors call it: "segmentation". */
  readonly kind: string;
  readonly inputs: readonly TensorContract[];
  /** Further outputs are allowed. */
  readonly outputs: readonly TensorContract[];
}

/** The names under which a file has what a contract asks for, in the contract's order. */
export interface BoundNames {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/**
 * Holds a file's inputs and outputs against a contract, before a session is made of it.
 *
 * @throws {ModelFileError} An input is missing, is not asked for, or one of them has another type or shape; the message tells all that the
 * file has and all that is needed.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { checkContract } from "#lib/networks/contract.ts";
 * const value = (name: string, shape: (number | string)[]) => ({ name, elementType: 1, shape, raw: new Uint8Array() });
 * const graph = {
 *   nodes: [], initializers: new Map(), fields: [],
 *   inputs: [value("x", ["batch", 1, "samples"])], outputs: [value("y", ["batch", "frames", 7])],
 * };
 * const contract = {
 *   kind: "segmentation",
 *   inputs: [{ name: "input_values", anyName: true, shape: [null, "any" as const, null] }],
 *   outputs: [{ name: "logits", anyName: true, shape: [null, null, 7] }],
 * };
 * const model = { path: "seg.onnx", graph, otherFields: [] };
 * assert.deepEqual(checkContract(model, contract), { inputs: ["x"], outputs: ["y"] });
 * ```
 */
export function checkContract(model: OnnxModel, contract: NetworkContract): BoundNames {
  const { graph, path } = model;
  const fed = graph.inputs.filter(({ name }) => !graph.initializers.has(name));
  const inputs = contract.inputs.map((wanted) => bind(wanted, fed));
  const outputs = contract.outputs.map((wanted) => bind(wanted, graph.outputs));
  if (fed.length === contract.inputs.length && [...inputs, ...outputs].every((name) => name !== undefined)) {
    return { inputs: inputs.flatMap((name) => name ?? []), outputs: outputs.flatMap((name) => name ?? []) };
  }
  throw new ModelFileError(
    `not a ${contract.kind} network. It has ${listed(fed, "inputs")} and ${
      listed(graph.outputs, "outputs")
    }; needed are ${wantedText(contract.inputs, "inputs")} and ${wantedText(contract.outputs, "outputs")}`,
    path,
  );
}

function bind(wanted: TensorContract, found: readonly OnnxValue[]): string | undefined {
  const value = wanted.anyName && found.length === 1
    ? found[0]
    : found.find(({ name }) => name === wanted.name);
  return value !== undefined && value.elementType === ELEMENT.float32 && fits(value.shape, wanted.shape)
    ? value.name
    : undefined;
}

function fits(found: OnnxValue["shape"], wanted: TensorContract["shape"]): boolean {
  if (found === undefined) return true; // onnxruntime works it out, and every run's output is checked
  return found.length === wanted.length && wanted.every((size, axis) => {
    const has = found[axis];
    if (size === "any") return true;
    return typeof has !== "number" || has === size;
  });
}

const TYPE_NAMES: Readonly<Record<number, string>> = {
  0: "no tensor",
  1: "float32",
  7: "int64",
  10: "float16",
  11: "float64",
};

function listed(values: readonly OnnxValue[], what: string): string {
  const all = values.map(({ name, elementType, shape }) =>
    `${name} ${TYPE_NAMES[elementType] ?? `of type ${elementType}`} (${
      shape?.map((size) => size ?? "?").join(", ") ?? "?"
    })`
  );
  return `the ${what} ${all.join(", ") || "none"}`;
}

function wantedText(wanted: readonly TensorContract[], what: string): string {
  const all = wanted.map(({ name, shape }) =>
    `${name} float32 (${shape.map((size) => typeof size === "number" ? size : "free").join(", ")})`
  );
  return `the ${what} ${all.join(", ")}`;
}
