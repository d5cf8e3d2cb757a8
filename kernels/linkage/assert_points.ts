import { assertMatrix } from "#kernels/distances/assert_matrix.ts";

/**
 * Refuse what cannot be clustered by distance: a wrong length, a coordinate that is not finite, or points so far apart that a
 * squared distance overflows float64.
 *
 * @param x Row-major (rows, columns).
 * @throws {RangeError} naming the row and column of the first bad coordinate.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { assertPoints } from "#kernels/linkage/assert_points.ts";
 * const x = new Float64Array([1, 2, 3, NaN]);
 * assert.throws(() => assertPoints(x, { rows: 2, columns: 2 }), /row 1, column 1 is NaN/);
 * ```
 */
export function assertPoints(x: Float64Array, shape: { rows: number; columns: number }): void {
  const { rows, columns } = shape;
  assertMatrix("x", x, rows, columns);
  let largest = 0;
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(x[i])) {
      throw new RangeError(
        `Linkage needs finite points; row ${Math.floor(i / columns)}, column ${i % columns} is ${x[i]}.`,
      );
    }
    largest = Math.max(largest, Math.abs(x[i]));
  }
  if (4 * columns * largest * largest === Infinity) {
    throw new RangeError("Linkage cannot tell these points apart: a distance overflows.");
  }
}
