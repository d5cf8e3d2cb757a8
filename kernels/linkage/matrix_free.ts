import { reportKernelRun } from "#lib/compute/kernel_runs.ts";
import { assertPoints } from "./assert_points.ts";
import { FloatGeometry } from "./float_geometry.ts";
import { mergeNearest } from "./merge_nearest.ts";

/**
 * `centroidLinkage` without the matrix of distances: the same tree from the points and one centroid per cluster, in
 * O(rows x columns) memory. Distances come from the centroids, not from the formula of Lance and Williams, so heights differ in
 * their last bits (below 1e-12 for unit vectors). Where distances are equal, the smallest (slot, later slot) is merged, which
 * may be another pair than SciPy's; docs/decisions/0008_linkage_without_the_matrix.md.
 *
 * @param x Row-major (rows, columns) points; they must be finite.
 * @returns Z, row-major (rows - 1, 4), as `centroidLinkage` gives it.
 * @throws {RangeError} on a wrong length, a coordinate that is not finite, or distances that overflow.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { matrixFreeLinkage } from "#kernels/linkage/matrix_free.ts";
 * const z = matrixFreeLinkage(new Float64Array([0, 10, 1]), { rows: 3, columns: 1 });
 * assert.deepEqual([...z], [0, 2, 1, 2, 1, 3, 9.5, 3]);
 * ```
 */
export function matrixFreeLinkage(x: Float64Array, shape: { rows: number; columns: number }): Float64Array {
  reportKernelRun({ backend: "scalar", kernel: "linkage", name: "matrixFreeLinkage" });
  assertPoints(x, shape);
  if (shape.rows < 2) return new Float64Array(0);
  return mergeNearest(new FloatGeometry(x, shape), shape.rows);
}
