/**
 * For every row, the next later row that is equal to it, value by value; -1 where there is none.
 *
 * @param x Row-major (rows, columns), without NaN.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { nextEqualRows } from "#kernels/linkage/next_equal_rows.ts";
 * const x = Float64Array.of(1, 2, 3, 4, 1, 2, 1, 2);
 * assert.deepEqual([...nextEqualRows(x, { rows: 4, columns: 2 })], [2, -1, 3, -1]);
 * ```
 */
export function nextEqualRows(
  x: Float64Array,
  shape: { readonly rows: number; readonly columns: number },
): Int32Array {
  const { rows, columns } = shape;
  const next = new Int32Array(rows).fill(-1);
  const value = new Float64Array(1), words = new Uint32Array(value.buffer);
  /** By hash, the first of each kind of row among those behind. */
  const seen = new Map<number, number[]>();
  const equal = (a: number, b: number) => {
    for (let m = 0; m < columns; m++) if (x[a * columns + m] !== x[b * columns + m]) return false;
    return true;
  };
  for (let row = rows - 1; row >= 0; row--) {
    let hash = 0;
    for (let m = 0; m < columns; m++) {
      value[0] = x[row * columns + m] + 0; // -0 is 0
      hash = Math.imul(hash ^ words[0], 0x9e3779b1) ^ (hash >>> 15);
      hash = Math.imul(hash ^ words[1], 0x85ebca6b) ^ (hash >>> 13);
    }
    const others = seen.get(hash);
    if (others === undefined) seen.set(hash, [row]);
    else {
      const at = others.findIndex((other) => equal(row, other));
      if (at >= 0) {
        next[row] = others[at];
        others[at] = row;
      } else others.push(row);
    }
  }
  return next;
}
