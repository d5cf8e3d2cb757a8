import { reportKernelRun } from "#lib/compute/kernel_runs.ts";
import { sum } from "#lib/numerics/sum.ts";
import { assertMatrix } from "./assert_matrix.ts";
import type { RowDotProductsOptions } from "./contract.ts";

/**
 * The dot product of every row of `a` with the same row of `b`. Sums as in `dotProducts`.
 *
 * @param a Row-major (rows, columns).
 * @param b Row-major (rows, columns).
 * @returns (rows,).
 * @throws {RangeError} on a wrong length.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { rowDotProducts } from "#kernels/distances/row_dot_products.ts";
 * const x = new Float64Array([3, 4, 0, 2]);
 * assert.deepEqual([...rowDotProducts(x, x, { rows: 2, columns: 2 })], [25, 4]);
 * ```
 */
export function rowDotProducts(
  a: Float64Array,
  b: Float64Array,
  options: RowDotProductsOptions,
): Float64Array<ArrayBuffer> {
  reportKernelRun({ backend: "scalar", kernel: "distances", name: "rowDotProducts" });
  const { rows, columns, sums = "compensated" } = options;
  assertMatrix("a", a, rows, columns);
  assertMatrix("b", b, rows, columns);
  const products = new Float64Array(columns);
  const out = new Float64Array(rows);
  for (let i = 0; i < rows; i++) {
    for (let m = 0, at = i * columns; m < columns; m++, at++) products[m] = a[at] * b[at];
    out[i] = sum(products, sums);
  }
  return out;
}
