import { reportKernelRun } from "#lib/compute/kernel_runs.ts";
import { sum, type Summation } from "#lib/numerics/sum.ts";
import { assertMatrix } from "./assert_matrix.ts";

/**
 * Euclidean distances of every row of `a` to every row of `b`. A plain sum runs from the first column to the last.
 *
 * @param a Row-major (aRows, columns).
 * @param b Row-major (bRows, columns).
 * @returns Row-major (aRows, bRows).
 * @throws {RangeError} on a wrong length.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { euclideanDistances } from "#kernels/distances/euclidean_distances.ts";
 * const shape = { aRows: 1, bRows: 2, columns: 2 };
 * assert.deepEqual([...euclideanDistances(new Float64Array([0, 0]), new Float64Array([3, 4, 0, -2]), shape)], [5, 2]);
 * ```
 */
export function euclideanDistances(
  a: Float64Array,
  b: Float64Array,
  options: {
    readonly aRows: number;
    readonly bRows: number;
    readonly columns: number;
    readonly sums?: Summation;
  },
): Float64Array<ArrayBuffer> {
  reportKernelRun({ backend: "scalar", kernel: "distances", name: "euclideanDistances" });
  const { aRows, bRows, columns, sums = "compensated" } = options;
  assertMatrix("a", a, aRows, columns);
  assertMatrix("b", b, bRows, columns);
  const squares = new Float64Array(columns);
  const out = new Float64Array(aRows * bRows);
  for (let i = 0, at = 0; i < aRows; i++) {
    for (let j = 0; j < bRows; j++, at++) {
      for (let m = 0; m < columns; m++) {
        const difference = a[i * columns + m] - b[j * columns + m];
        squares[m] = difference * difference;
      }
      out[at] = Math.sqrt(sum(squares, sums));
    }
  }
  return out;
}
