import { dotProducts } from "#kernels/distances/mod.ts";
import { type ComputeOption, SCALAR } from "#lib/compute/scalar_compute.ts";
import type { AffineMap } from "./onnx/affine_tail.ts";

/**
 * Applies an affine map to every row, in float64, and gives float32. A row's numbers do not depend on which others there are.
 *
 * @param rows (count, inputs).
 * @param options `compute`: the CPU backends give the same bits.
 * @returns (count, outputs).
 * @throws {RangeError} The length is no multiple of the map's inputs.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { affineLayer } from "#lib/networks/affine_layer.ts";
 * const map = { matrix: Float64Array.of(1, 2, 0, 1), bias: Float64Array.of(0, 10), inputs: 2, outputs: 2 };
 * assert.deepEqual([...await affineLayer(Float64Array.of(1, 1, 0, 2), map)], [3, 11, 4, 12]);
 * ```
 */
export async function affineLayer(
  rows: Float64Array,
  map: AffineMap,
  options: ComputeOption = {},
): Promise<Float32Array<ArrayBuffer>> {
  const { compute = SCALAR } = options;
  const { matrix, bias, inputs, outputs } = map;
  const count = rows.length / inputs;
  if (!Number.isInteger(count)) {
    throw new RangeError(`${rows.length} numbers are given; rows have ${inputs}.`);
  }
  // The matrix, which is the large thing here, as the side that is read once.
  const shape = { aRows: outputs, bRows: count, columns: inputs, sums: "plain" } as const;
  const products = await dotProducts(compute, matrix, rows, shape);
  const result = new Float32Array(count * outputs);
  for (let out = 0, at = 0; out < outputs; out++) {
    for (let row = 0; row < count; row++, at++) result[row * outputs + out] = products[at] + bias[out];
  }
  return result;
}
