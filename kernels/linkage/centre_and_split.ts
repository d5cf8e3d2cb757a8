/** Points as the GPU holds them. */
export interface SplitPoints {
  /** Column-major (columns, rows), float32: what is nearest to each coordinate. */
  readonly high: Float32Array<ArrayBuffer>;
  /** What that leaves. */
  readonly low: Float32Array<ArrayBuffer>;
  /** What lengths were multiplied by. */
  readonly scale: number;
  /** The next multiple of 4; the columns added are zero. */
  readonly columns: number;
}

/**
 * Points less their mean, scaled by a power of two to lengths below 1, each coordinate a pair of float32. Distances keep their
 * order, and nothing overflows when it is squared.
 *
 * @param x Row-major (rows, columns), finite.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { centreAndSplit } from "#kernels/linkage/centre_and_split.ts";
 * const { high, low, columns } = centreAndSplit(new Float64Array([1, 3]), { rows: 2, columns: 1 });
 * assert.deepEqual([columns, ...high.subarray(0, 2)], [4, -0.5, 0.5]);
 * assert.equal(low[0], 0);
 * ```
 */
export function centreAndSplit(x: Float64Array, shape: { rows: number; columns: number }): SplitPoints {
  const { rows, columns } = shape;
  const mean = new Float64Array(columns);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) mean[column] += x[at++] / rows;
  }
  let radius = 0;
  for (let row = 0, at = 0; row < rows; row++) {
    let largest = 0, square = 0;
    for (let column = 0; column < columns; column++) {
      const value = Math.abs(x[at + column] - mean[column]);
      largest = Math.max(largest, value);
    }
    for (let column = 0; column < columns && largest > 0; column++) {
      square += ((x[at + column] - mean[column]) / largest) ** 2; // does not underflow
    }
    radius = Math.max(radius, largest * Math.sqrt(square));
    at += columns;
  }
  // The power of two above the radius, with room for its rounding.
  const scale = radius > 0 ? 2 ** Math.min(1023, -Math.floor(Math.log2(radius)) - 1) : 1;
  const padded = Math.ceil(columns / 4) * 4;
  const high = new Float32Array(padded * rows), low = new Float32Array(padded * rows);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const value = (x[at++] - mean[column]) * scale;
      const to = column * rows + row;
      high[to] = value;
      low[to] = value - high[to];
    }
  }
  return { high, low, scale, columns: padded };
}
