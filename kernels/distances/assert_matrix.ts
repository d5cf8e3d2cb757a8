/**
 * Refuse a flat array that is not a (rows, columns) matrix.
 *
 * @throws {RangeError} naming the array, its length and what was needed.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { assertMatrix } from "#kernels/distances/assert_matrix.ts";
 * assert.throws(() => assertMatrix("x", new Float64Array(5), 2, 3), /x is to hold 2 x 3 = 6 values, not 5/);
 * ```
 */
export function assertMatrix(
  name: string,
  values: { readonly length: number },
  rows: number,
  columns: number,
): void {
  if (!Number.isSafeInteger(rows) || !Number.isSafeInteger(columns) || rows < 0 || columns < 0) {
    throw new RangeError(`${name} needs whole, non-negative sizes, not ${rows} x ${columns}.`);
  }
  if (values.length !== rows * columns) {
    throw new RangeError(
      `${name} is to hold ${rows} x ${columns} = ${rows * columns} values, not ${values.length}.`,
    );
  }
}
