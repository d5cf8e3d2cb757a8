import { assertShape } from "#lib/arrays/assert_shape.ts";
import { type ArrayOf, type NdArray, ndArray } from "#lib/arrays/nd_array.ts";

/**
 * The `count` most active clusters of every frame, the lower number first among equals (pyannote pipelines/utils/diarization.py,
 * `to_diarization`).
 *
 * @param activity (T, clusters).
 * @param count (T, 1) speakers at once.
 * @returns (T, speakers) of 0 and 1; as many columns as clusters, or as the largest count when that is more.
 * @throws {RangeError} when shapes do not fit.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { mostActive } from "#lib/timeline/most_active.ts";
 * const activity = ndArray("f4", [2, 3], new Float32Array([1, 3, 3, 0, 0, 1]));
 * const count = ndArray("u1", [2, 1], new Uint8Array([1, 2]));
 * assert.deepEqual([...mostActive(activity, count).data], [0, 1, 0, 1, 0, 1]);
 * ```
 */
export function mostActive(activity: NdArray<"f4">, count: NdArray<"u1">): ArrayOf<"f4"> {
  assertShape(activity, [null, null], { name: "activity" });
  const [total, clusters] = activity.shape;
  assertShape(count, [total, 1], { name: "count" });
  const values = activity.data, counts = count.data;

  let speakers = clusters;
  for (let t = 0; t < total; t++) speakers = Math.max(speakers, counts[t]);
  const discrete = new Float32Array(total * speakers);
  for (let t = 0; t < total; t++) {
    const from = t * clusters, to = t * speakers;
    for (let chosen = 0; chosen < counts[t]; chosen++) {
      let best = -1;
      for (let k = 0; k < clusters; k++) {
        if (discrete[to + k] === 0 && (best < 0 || values[from + k] > values[from + best])) best = k;
      }
      // Columns beyond the clusters are never active: the first of them that is left comes after all clusters.
      if (best < 0) { for (best = clusters; discrete[to + best] !== 0;) best++; }
      discrete[to + best] = 1;
    }
  }
  return ndArray("f4", [total, speakers], discrete);
}
