/**
 * The inverse of a small square matrix, by Gauss-Jordan elimination with row pivots. For the well-conditioned
 * matrices of this folder; no claim beyond them.
 *
 * @param matrix Row-major, `size` x `size`; not changed.
 * @throws {RangeError} The matrix has another length, or a pivot is 0 or not a number.
 *
 * @example
 * ```ts
 * import { inverse } from "#lib/synthesis/inverse.ts";
 *
 * const result = inverse(new Float64Array([0, 2, 4, 0]), 2);
 * if (result.join() !== "0,0.25,0.5,0") throw new Error(result.join());
 * ```
 */
export function inverse(matrix: Float64Array<ArrayBuffer>, size: number): Float64Array<ArrayBuffer> {
  if (matrix.length !== size * size) {
    throw new RangeError(`A matrix of ${size} x ${size} needs ${size * size} values, got ${matrix.length}`);
  }
  const rows = Array.from({ length: size }, (_, row) => {
    const wide = new Float64Array(2 * size);
    wide.set(matrix.subarray(row * size, (row + 1) * size));
    wide[size + row] = 1;
    return wide;
  });
  for (let column = 0; column < size; column++) {
    let best = column;
    for (let row = column + 1; row < size; row++) {
      if (Math.abs(rows[row][column]) > Math.abs(rows[best][column])) best = row;
    }
    [rows[column], rows[best]] = [rows[best], rows[column]];
    const pivot = rows[column][column];
    if (!(Math.abs(pivot) > 0)) {
      throw new RangeError(`The matrix has no inverse: pivot ${pivot} in column ${column}`);
    }
    rows[column].forEach((value, index, row) => row[index] = value / pivot);
    for (let row = 0; row < size; row++) {
      const factor = rows[row][column];
      if (row === column || factor === 0) continue;
      rows[column].forEach((value, index) => rows[row][index] -= factor * value);
    }
  }
  const result = new Float64Array(size * size);
  rows.forEach((row, index) => result.set(row.subarray(size), index * size));
  return result;
}
