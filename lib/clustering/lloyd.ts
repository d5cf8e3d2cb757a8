/** Where Lloyd's iterations ended. */
export interface LloydResult {
  /** The nearest centre of every row. */
  readonly labels: Int32Array;
  /** Sum of squared distances to the nearest centres. */
  readonly inertia: number;
  readonly iterations: number;
}

/** Sizes and stops of `lloyd`. */
export interface LloydOptions {
  readonly rows: number;
  readonly columns: number;
  readonly maxIterations: number;
  /** Stop when the squared moves of all centres together are no more than this. */
  readonly shiftBound: number;
}

/**
 * Lloyd's iterations from given centres (S. P. Lloyd, "Least squares quantization in PCM", IEEE Transactions on Information
 * Theory 28, 1982), with the rules of scikit-learn's `KMeans`: the first of equally near centres wins, an empty cluster takes the
 * point farthest from its own centre, and when the moves, not the labels, stopped the iterations, labels are taken once more
 * from the last centres.
 *
 * @param x Row-major (rows, columns), less their mean.
 * @param first Row-major (clusters, columns).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { lloyd } from "#lib/clustering/lloyd.ts";
 * const x = new Float32Array([-5, -4, 4, 5]);
 * const result = lloyd(x, new Float32Array([-5, -4]), { rows: 4, columns: 1, maxIterations: 300, shiftBound: 0 });
 * assert.deepEqual([...result.labels], [0, 0, 1, 1]);
 * assert.equal(result.inertia, 1);
 * ```
 */
export function lloyd(x: Float32Array, first: Float32Array, options: LloydOptions): LloydResult {
  const { rows, columns, maxIterations, shiftBound } = options;
  let centers = first;
  let before = new Int32Array(rows).fill(-1);
  let iterations = 0;
  for (;;) {
    const labels = nearestCenters(x, centers, rows, columns);
    iterations++;
    const moved = newCenters(x, centers, labels, columns);
    const settled = labels.every((label, i) => label === before[i]);
    if (settled || iterations === maxIterations || squaredShift(centers, moved) <= shiftBound) {
      const final = settled ? labels : nearestCenters(x, moved, rows, columns);
      return { labels: final, inertia: inertia(x, moved, final, columns), iterations };
    }
    centers = moved;
    before = labels;
  }
}

function nearestCenters(
  x: Float32Array,
  centers: Float32Array,
  rows: number,
  columns: number,
): Int32Array<ArrayBuffer> {
  const clusters = centers.length / columns;
  const half = new Float64Array(clusters); // |c|^2 / 2; |x|^2 is the same for all
  for (let c = 0; c < clusters; c++) half[c] = dot(centers, c * columns, centers, c * columns, columns) / 2;
  const labels = new Int32Array(rows);
  for (let i = 0; i < rows; i++) {
    let least = Infinity;
    for (let c = 0; c < clusters; c++) {
      const value = Math.fround(half[c] - dot(x, i * columns, centers, c * columns, columns));
      if (value < least) {
        least = value;
        labels[i] = c;
      }
    }
  }
  return labels;
}

function newCenters(x: Float32Array, old: Float32Array, labels: Int32Array, columns: number): Float32Array {
  const clusters = old.length / columns;
  const sums = new Float64Array(old.length);
  const sizes = new Int32Array(clusters);
  labels.forEach((c, i) => {
    sizes[c]++;
    for (let j = 0; j < columns; j++) sums[c * columns + j] += x[i * columns + j];
  });
  refillEmpty(x, old, labels, sums, sizes, columns);
  return Float32Array.from(sums, (total, at) => {
    const size = sizes[Math.floor(at / columns)];
    return size === 0 ? old[at] : total / size;
  });
}

/** Every empty cluster takes over one of the points that lie farthest from their centres. */
function refillEmpty(
  x: Float32Array,
  old: Float32Array,
  labels: Int32Array,
  sums: Float64Array,
  sizes: Int32Array,
  columns: number,
): void {
  const empty = [...sizes.keys()].filter((c) => sizes[c] === 0);
  if (empty.length === 0) return;
  const far = Float32Array.from(labels, (c, i) => squaredDistance(x, i * columns, old, c * columns, columns));
  if (far.every((distance) => distance === 0)) return; // fewer different points than clusters
  const order = [...far.keys()].sort((a, b) => far[b] - far[a]);
  empty.forEach((c, k) => {
    const i = order[k];
    for (let j = 0; j < columns; j++) {
      sums[labels[i] * columns + j] -= x[i * columns + j];
      sums[c * columns + j] = x[i * columns + j];
    }
    sizes[labels[i]]--;
    sizes[c] = 1;
  });
}

function inertia(x: Float32Array, centers: Float32Array, labels: Int32Array, columns: number): number {
  let total = 0;
  labels.forEach((c, i) => total += squaredDistance(x, i * columns, centers, c * columns, columns));
  return Math.fround(total);
}

function squaredShift(a: Float32Array, b: Float32Array): number {
  return squaredDistance(a, 0, b, 0, a.length);
}

function dot(a: Float32Array, aAt: number, b: Float32Array, bAt: number, n: number): number {
  let s = 0;
  for (let j = 0; j < n; j++) s += a[aAt + j] * b[bAt + j];
  return s;
}

function squaredDistance(a: Float32Array, aAt: number, b: Float32Array, bAt: number, n: number): number {
  let s = 0;
  for (let j = 0; j < n; j++) s += (a[aAt + j] - b[bAt + j]) * (a[aAt + j] - b[bAt + j]);
  return s;
}
