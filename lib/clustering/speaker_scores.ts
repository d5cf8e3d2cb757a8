import { distances } from "#kernels/distances/mod.ts";
import { type ComputeOption, SCALAR } from "#lib/compute/scalar_compute.ts";
import { type ArrayOf, type NdArray, ndArray } from "#lib/arrays/nd_array.ts";
import { assertShape } from "#lib/arrays/assert_shape.ts";

/**
 * How well every (chunk, slot) fits every centroid: 2 - cosine distance, that is 1 + cosine, from 0 to 2 (pyannote
 * clustering.py with SciPy's `cdist(..., "cosine")`). NaN embeddings, and vectors of length 0, score NaN.
 *
 * @param embeddings (chunks, slots, dimension).
 * @param centroids (speakers, dimension).
 * @returns (chunks, slots, speakers).
 * @throws {RangeError} when the dimensions differ.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { speakerScores } from "#lib/clustering/speaker_scores.ts";
 * const embeddings = ndArray("f4", [1, 1, 2], new Float32Array([2, 0]));
 * const centroids = ndArray("f8", [3, 2], new Float64Array([1, 0, 0, 1, -3, 0]));
 * assert.deepEqual([...(await speakerScores(embeddings, centroids)).data], [2, 1, 0]);
 * ```
 */
export async function speakerScores(
  embeddings: NdArray<"f4">,
  centroids: NdArray<"f8">,
  options: ComputeOption = {},
): Promise<ArrayOf<"f8">> {
  const { compute = SCALAR } = options;
  assertShape(embeddings, [null, null, null], { name: "embeddings" });
  const [chunks, slots, dimension] = embeddings.shape;
  assertShape(centroids, [null, dimension], { name: "centroids" });
  const rows = chunks * slots;
  const [speakers] = centroids.shape;
  const cosine = await distances(compute, new Float64Array(embeddings.data), centroids.data, {
    aRows: rows,
    bRows: speakers,
    columns: dimension,
    metric: "cosine",
  });
  return ndArray("f8", [chunks, slots, speakers], cosine.map((distance) => 2 - distance));
}
