import { assertMatrix } from "#kernels/distances/assert_matrix.ts";

/** How to cut a tree. */
export interface CutTreeOptions {
  /** Number of leaves. */
  readonly leaves: number;
  /** A cluster is a largest subtree in which no merge is higher than this. */
  readonly threshold: number;
}

/**
 * Flat clusters from a tree: SciPy's `fcluster(z, threshold, criterion="distance")`, relabelled from 0 as
 * `np.unique(..., return_inverse=True)` does (SciPy's labels have no holes, so that is one less).
 *
 * The largest height *inside* a subtree decides. Centroid trees have inversions, a merge lower than the one beneath it, and
 * "undo every merge above the threshold" is then another rule. Clusters are numbered as the tree is walked: left before
 * right, subtrees before the leaves that hang beside them.
 *
 * @param z Row-major (leaves - 1, 4) linkage matrix.
 * @returns One label per leaf.
 * @throws {RangeError} when `z` has another size or names a cluster that is not there yet.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { cutTree } from "#kernels/linkage/cut_tree.ts";
 * const z = new Float64Array([0, 2, 1, 2, 1, 3, 9.5, 3]);
 * assert.deepEqual([...cutTree(z, { leaves: 3, threshold: 2 })], [0, 1, 0]);
 * ```
 */
export function cutTree(z: Float64Array, options: CutTreeOptions): Int32Array {
  const { leaves: n, threshold } = options;
  const labels = new Int32Array(n);
  if (n < 2) return labels;
  assertMatrix("z", z, n - 1, 4);

  const highest = new Float64Array(n - 1);
  for (let k = 0; k < n - 1; k++) {
    highest[k] = z[4 * k + 2];
    for (const child of [z[4 * k], z[4 * k + 1]]) {
      if (!Number.isInteger(child) || child < 0 || child >= n + k) {
        throw new RangeError(`Row ${k} of the tree merges cluster ${child}, which is not there yet.`);
      }
      if (child >= n) highest[k] = Math.max(highest[k], highest[child - n]);
    }
  }

  let clusters = 0;
  let leader = -1; // the root of the cluster that the walk is inside of
  const visited = new Uint8Array(n - 1);
  const stack = [n - 2];
  while (stack.length > 0) {
    const node = stack[stack.length - 1];
    if (leader < 0 && highest[node] <= threshold) {
      leader = node;
      clusters++;
    }
    const children = [z[4 * node], z[4 * node + 1]];
    const next = children.find((child) => child >= n && !visited[child - n]);
    if (next !== undefined) {
      visited[next - n] = 1;
      stack.push(next - n);
      continue;
    }
    for (const child of children) {
      if (child >= n) continue;
      if (leader < 0) clusters++;
      labels[child] = clusters - 1;
    }
    if (leader === node) leader = -1;
    stack.pop();
  }
  return labels;
}
