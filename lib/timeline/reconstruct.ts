import type { ArrayOf, NdArray } from "#lib/arrays/nd_array.ts";
import type { FrameGrid } from "./chunk_frames.ts";
import { clusterActivity, type ClusteredSegmentations } from "./cluster_activity.ts";
import { mostActive } from "./most_active.ts";

/** What `reconstruct` puts together. */
export interface ReconstructInput extends ClusteredSegmentations {
  /** (T, 1) speakers at once. */
  readonly count: NdArray<"u1">;
}

/**
 * Who speaks in every frame. In each chunk a cluster is as active as its most active slot; activity is summed over chunks; in each
 * frame the `count` most active clusters speak, the lower number first among equals (pyannote pipelines/speaker_diarization.py,
 * `reconstruct`, and pipelines/utils/diarization.py, `to_diarization`).
 *
 * @returns (T, speakers) of 0 and 1; as many columns as clusters, or as the largest count when that is more.
 * @throws {RangeError} when shapes do not fit.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { reconstruct } from "#lib/timeline/reconstruct.ts";
 * const segmentations = ndArray("f4", [1, 589, 2], new Float32Array(589 * 2).map((_, at) => at % 2));
 * const hardClusters = ndArray("i4", [1, 2], new Int32Array([-2, 1]));
 * const count = ndArray("u1", [594, 1], new Uint8Array(594).fill(1, 0, 589));
 * const discrete = reconstruct({ segmentations, hardClusters, count });
 * assert.deepEqual([...discrete.data.subarray(0, 2)], [0, 1]);
 * ```
 */
export function reconstruct(input: ReconstructInput, grid: FrameGrid = {}): ArrayOf<"f4"> {
  return mostActive(clusterActivity(input, grid), input.count);
}
