/** Products of two numbers of such magnitudes, and what their roundings leave, stay well inside float32's range. */
const SMALLEST = 2 ** -40;
const LARGEST = 2 ** 40;

/**
 * The rows that pairs of float32 cannot hold well, which the host then works on in float64: those with NaN, infinities, or a largest
 * magnitude outside 2^-40 ... 2^40. Rows of zeros are fine, unless lengths are divided by.
 *
 * @param x Row-major (rows, columns).
 * @returns Row numbers, ascending.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { hostRows } from "#kernels/distances/host_rows.ts";
 * const x = new Float64Array([1, 1e-20, 0, 0, NaN, 1, 1e-20, 0]);
 * assert.deepEqual(hostRows(x, { rows: 4, columns: 2 }), [2, 3]);
 * assert.deepEqual(hostRows(x, { rows: 4, columns: 2, zeros: true }), [1, 2, 3]);
 * ```
 */
export function hostRows(
  x: Float64Array,
  options: { readonly rows: number; readonly columns: number; readonly zeros?: boolean },
): number[] {
  const { rows, columns, zeros = false } = options;
  const found: number[] = [];
  for (let i = 0; i < rows; i++) {
    let top = 0;
    for (let at = i * columns; at < (i + 1) * columns; at++) {
      const magnitude = Math.abs(x[at]);
      top = magnitude <= LARGEST ? Math.max(top, magnitude) : Infinity; // NaN as well
      if (top === Infinity) break;
    }
    if (top === 0 ? zeros : !(top >= SMALLEST && top <= LARGEST)) found.push(i);
  }
  return found;
}
