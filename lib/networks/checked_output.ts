import type { Tensor } from "onnxruntime-node";
import { type ArrayOf, ndArray } from "#lib/arrays/nd_array.ts";

/** A network gave something that is not what its contract promises: another shape, NaN or infinity. */
export class NetworkOutputError extends Error {
  override name = "NetworkOutputError";
}

/**
 * An output of a network as an array, if it is what was promised.
 *
 * @param tensor What onnxruntime gave.
 * @param promise `shape`: sizes by axis, null where any will do; `name` of the output and `path` of the file, for messages.
 * @throws {NetworkOutputError} It is not float32, has another shape, or a number in it is not finite.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { checkedOutput } from "#lib/networks/checked_output.ts";
 * import { onnxRuntime } from "#lib/networks/provider.ts";
 * const { Tensor } = await onnxRuntime();
 * const promise = { path: "net.onnx", name: "y", shape: [1, null] };
 * assert.deepEqual(checkedOutput(new Tensor("float32", [1, 2], [1, 2]), promise).shape, [1, 2]);
 * assert.throws(() => checkedOutput(new Tensor("float32", [1, NaN], [1, 2]), promise), /NaN at index 1 of y/);
 * ```
 */
export function checkedOutput(
  tensor: Tensor,
  promise: { readonly path: string; readonly name: string; readonly shape: readonly (number | null)[] },
): ArrayOf<"f4"> {
  const { data, dims } = tensor;
  const { path, name, shape } = promise;
  const fits = dims.length === shape.length &&
    shape.every((size, axis) => size === null || size === dims[axis]);
  if (!(data instanceof Float32Array) || !fits) {
    throw new NetworkOutputError(
      `${path} gave ${name} of shape (${dims.join(", ")}); (${
        shape.map((size) => size ?? "any").join(", ")
      }) of float32 is needed.`,
    );
  }
  const bad = data.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new NetworkOutputError(
      `${path} gave ${data[bad]} at index ${bad} of ${name} (${
        dims.join(", ")
      }); its input may not be finite.`,
    );
  }
  return ndArray("f4", dims, data as Float32Array<ArrayBuffer>);
}
