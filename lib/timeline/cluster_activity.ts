import { assertShape } from "#lib/arrays/assert_shape.ts";
import { type ArrayOf, type NdArray, ndArray } from "#lib/arrays/nd_array.ts";
import { chunkFrames, type FrameGrid } from "./chunk_frames.ts";

/** What speaks in the chunks, and who it is. */
export interface ClusteredSegmentations {
  /** (chunks, frames, slots) of 0 and 1. */
  readonly segmentations: NdArray<"f4">;
  /** (chunks, slots) clusters; -2 where there is none. */
  readonly hardClusters: NdArray<"i4">;
}

/**
 * How active every cluster is in every frame of the recording: in each chunk as active as its most active slot, summed over the chunks
 * in float32 (pyannote pipelines/speaker_diarization.py, `reconstruct`).
 *
 * @returns (T, clusters); no column when no slot has a cluster.
 * @throws {RangeError} when shapes do not fit.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { clusterActivity } from "#lib/timeline/cluster_activity.ts";
 * const segmentations = ndArray("f4", [1, 589, 2], new Float32Array(589 * 2).fill(1));
 * const activity = clusterActivity({ segmentations, hardClusters: ndArray("i4", [1, 2], new Int32Array([-2, 1])) });
 * assert.deepEqual(activity.shape, [594, 2]);
 * assert.deepEqual([...activity.data.subarray(0, 2)], [0, 1]);
 * ```
 */
export function clusterActivity(input: ClusteredSegmentations, grid: FrameGrid = {}): ArrayOf<"f4"> {
  const { segmentations, hardClusters } = input;
  assertShape(segmentations, [null, null, null], { name: "segmentations" });
  const [chunks, framesPerChunk, slots] = segmentations.shape;
  assertShape(hardClusters, [chunks, slots], { name: "hard clusters" });
  const { first, total } = chunkFrames({ count: chunks, framesPerChunk }, grid);
  const scores = segmentations.data, labels = hardClusters.data;

  let clusters = 0;
  for (let at = 0; at < labels.length; at++) clusters = Math.max(clusters, labels[at] + 1);
  const activity = new Float32Array(total * clusters);
  const most = new Float32Array(framesPerChunk); // of a cluster's slots
  for (let c = 0; c < chunks; c++) {
    for (let s = 0; s < slots; s++) {
      const k = labels[c * slots + s];
      if (k < 0 || labels.indexOf(k, c * slots) < c * slots + s) continue;
      const members = slotsOf(k, labels.subarray(c * slots, (c + 1) * slots));
      const from = c * framesPerChunk * slots;
      for (const [i, member] of members.entries()) {
        for (let f = 0, at = from + member; f < framesPerChunk; f++, at += slots) {
          most[f] = i === 0 ? scores[at] : Math.max(most[f], scores[at]); // NaN stays
        }
      }
      for (let f = 0, to = first[c] * clusters + k; f < framesPerChunk; f++, to += clusters) {
        if (!(most[f] <= 0)) activity[to] += most[f];
      }
    }
  }
  return ndArray("f4", [total, clusters], activity);
}

function slotsOf(cluster: number, labels: Int32Array): number[] {
  return [...labels.keys()].filter((slot) => labels[slot] === cluster);
}
