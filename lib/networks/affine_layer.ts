import type { AffineMap } from "./onnx/affine_tail.ts";

/**
 * Applies an affine map to every row, in float64, and gives float32.
 *
 * @param rows (count, inputs).
 * @returns (count, outputs).
 * @throws {RangeError} The length is no multiple of the map's inputs.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { affineLayer } from "#lib/networks/affine_layer.ts";
 * const map = { matrix: Float64Array.of(1, 2, 0, 1), bias: Float64Array.of(0, 10), inputs: 2, outputs: 2 };
 * assert.deepEqual([...affineLayer(Float64Array.of(1, 1, 0, 2), map)], [3, 11, 4, 12]);
 * ```
 */
export function affineLayer(rows: Float64Array, map: AffineMap): Float32Array<ArrayBuffer> {
  const { matrix, bias, inputs, outputs } = map;
  const count = rows.length / inputs;
  if (!Number.isInteger(count)) {
    throw new RangeError(`${rows.length} numbers are given; rows have ${inputs}.`);
  }
  const result = new Float32Array(count * outputs);
  for (let out = 0; out < outputs; out++) {
    const weights = out * inputs;
    // All rows per weight vector, so that the matrix, which is the large thing here, is read once.
    for (let row = 0; row < count; row++) {
      const start = row * inputs;
      let [a, b, c, d] = [0, 0, 0, 0]; // four chains, which the processor adds at the same time
      let i = 0;
      for (; i + 3 < inputs; i += 4) {
        a += matrix[weights + i] * rows[start + i];
        b += matrix[weights + i + 1] * rows[start + i + 1];
        c += matrix[weights + i + 2] * rows[start + i + 2];
        d += matrix[weights + i + 3] * rows[start + i + 3];
      }
      for (; i < inputs; i++) a += matrix[weights + i] * rows[start + i];
      result[row * outputs + out] = a + b + (c + d) + bias[out];
    }
  }
  return result;
}
