import { assertShape } from "#lib/arrays/assert_shape.ts";
import type { NdArray } from "#lib/arrays/nd_array.ts";
import { cutTree } from "#kernels/linkage/cut_tree.ts";
import { linkage } from "#kernels/linkage/mod.ts";
import { type ComputeOption, SCALAR } from "#lib/compute/scalar_compute.ts";
import { normalizeEmbeddings } from "./normalize_embeddings.ts";

/** Options of `ahc`. */
export interface AhcOptions extends ComputeOption {
  /** Euclidean distance between unit embeddings above which clusters stay apart. @default {0.6} */
  readonly threshold?: number;
}

/** A tree and its cut. */
export interface AhcResult {
  /** SciPy's linkage matrix, row-major (N - 1, 4). */
  readonly tree: Float64Array;
  /** (N,) cluster of each embedding, from 0. */
  readonly labels: Int32Array;
}

/**
 * Agglomerative clustering of the training embeddings: scaled to length 1, centroid linkage, cut by distance (pyannote
 * clustering.py, `VBxClustering`).
 *
 * @param training (N, dimension); N may be 0 or 1.
 * @throws {RangeError} when an embedding is not finite or all zero.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { ahc } from "#lib/clustering/ahc.ts";
 * const training = ndArray("f4", [3, 2], new Float32Array([1, 0, 0, 2, 5, 0.1]));
 * assert.deepEqual([...(await ahc(training)).labels], [0, 1, 0]);
 * ```
 */
export async function ahc(training: NdArray<"f4">, options: AhcOptions = {}): Promise<AhcResult> {
  const { threshold = 0.6, compute = SCALAR } = options;
  assertShape(training, [null, null], { name: "training embeddings" });
  const [rows, columns] = training.shape;
  // Nothing to merge: pyannote does not look at the values either.
  if (rows < 2) return { tree: new Float64Array(0), labels: new Int32Array(rows) };
  const unit = new Float64Array(normalizeEmbeddings(training.data, { rows, columns }));
  const tree = await linkage(compute, unit, { rows, columns });
  return { tree, labels: cutTree(tree, { leaves: rows, threshold }) };
}
