import { assertMatrix } from "#kernels/distances/assert_matrix.ts";
import { pairwiseEuclidean } from "#kernels/distances/pairwise_euclidean.ts";
import { reportKernelRun } from "#lib/compute/kernel_runs.ts";
import { MinHeap } from "./min_heap.ts";

/**
 * Agglomerative clustering with centroid linkage and Euclidean distance: SciPy's
 * `linkage(x, method="centroid", metric="euclidean")`.
 *
 * D. Müllner's generic algorithm ("Modern hierarchical, agglomerative clustering algorithms", arXiv:1109.2378, fig. 3): a heap
 * of lower bounds on each cluster's nearest neighbour among the clusters after it, put right only when it comes out
 * on top. Heights may fall (centroid linkage is not monotone); the rows are in the order of the merges.
 * Distances are updated by the centroid form of Lance and Williams. O(n^2) time in practice, n (n - 1) / 2 float64 of memory.
 *
 * @param x Row-major (rows, columns) points; they must be finite.
 * @returns Z, row-major (rows - 1, 4): the two merged clusters (the smaller id first; ids of leaves 0 .. rows-1, of merge k
 *   rows+k), height, number of leaves.
 * @throws {RangeError} on a wrong length, or when a coordinate is NaN or infinite.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { centroidLinkage } from "#kernels/linkage/scalar.ts";
 * const z = centroidLinkage(new Float64Array([0, 10, 1]), { rows: 3, columns: 1 });
 * assert.deepEqual([...z], [0, 2, 1, 2, 1, 3, 9.5, 3]);
 * ```
 */
export function centroidLinkage(x: Float64Array, shape: { rows: number; columns: number }): Float64Array {
  reportKernelRun({ backend: "scalar", kernel: "linkage", name: "centroidLinkage" });
  const { rows: n, columns } = shape;
  assertMatrix("x", x, n, columns);
  const bad = x.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new RangeError(
      `Linkage needs finite points; row ${Math.floor(bad / columns)}, column ${bad % columns} is ${x[bad]}.`,
    );
  }
  if (n < 2) return new Float64Array(0);
  const dist = pairwiseEuclidean(x, shape);
  if (dist.includes(Infinity)) {
    throw new RangeError("Linkage cannot tell these points apart: a distance overflows.");
  }
  return mergeAll(dist, n);
}

/** The merges, from condensed distances, which are overwritten. */
function mergeAll(dist: Float64Array, n: number): Float64Array {
  const z = new Float64Array((n - 1) * 4);
  const size = new Int32Array(n).fill(1); // 0: merged away
  const id = Int32Array.from({ length: n }, (_, i) => i);
  // Pair (i, j), i < j, lies at start[i] + j.
  const start = Float64Array.from({ length: n }, (_, i) => i * n - i * (i + 1) / 2 - i - 1);
  const neighbour = new Int32Array(n - 1);
  const bound = new Float64Array(n - 1);

  // The nearest living cluster after `a`. There always is one: a union takes the later place, so the last never dies.
  let smallest = Infinity;
  const search = (a: number): void => {
    smallest = Infinity;
    for (let b = a + 1, at = start[a] + b; b < n; b++, at++) {
      if (size[b] > 0 && dist[at] < smallest) {
        smallest = dist[at];
        neighbour[a] = b;
      }
    }
  };

  for (let a = 0; a < n - 1; a++) {
    search(a);
    bound[a] = smallest;
  }
  const heap = new MinHeap(bound);

  for (let k = 0; k < n - 1; k++) {
    let a = heap.minKey;
    // A bound that is not the distance to the noted neighbour is out of date: look again, and see who is first then.
    while (bound[a] !== dist[start[a] + neighbour[a]]) {
      search(a);
      heap.change(a, smallest);
      a = heap.minKey;
    }
    heap.removeMin();
    const b = neighbour[a];
    const height = bound[a];
    const na = size[a], nb = size[b];
    z[4 * k] = Math.min(id[a], id[b]);
    z[4 * k + 1] = Math.max(id[a], id[b]);
    z[4 * k + 2] = height;
    z[4 * k + 3] = na + nb;

    // The union takes b's place; a is gone.
    size[a] = 0;
    size[b] = na + nb;
    id[b] = n + k;
    const total = na + nb;
    const pull = na * nb * height * height / total;
    for (let c = 0; c < n; c++) {
      if (size[c] === 0 || c === b) continue;
      const toA = c < a ? start[c] + a : start[a] + c;
      const toB = c < b ? start[c] + b : start[b] + c;
      const squared = (na * dist[toA] * dist[toA] + nb * dist[toB] * dist[toB] - pull) / total;
      dist[toB] = squared > 0 ? Math.sqrt(squared) : 0; // cancellation may leave a hair less than nothing
    }
    for (let c = 0; c < b; c++) {
      if (size[c] === 0) continue;
      if (c < a && neighbour[c] === a) neighbour[c] = b;
      const d = dist[start[c] + b];
      if (d < bound[c]) {
        neighbour[c] = b;
        heap.change(c, d);
      }
    }
    if (b < n - 1) {
      search(b);
      heap.change(b, smallest);
    }
  }
  return z;
}
