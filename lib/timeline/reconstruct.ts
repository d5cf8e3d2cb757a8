import { type ArrayOf, type NdArray, ndArray } from "#lib/arrays/nd_array.ts";
import { assertShape } from "#lib/arrays/assert_shape.ts";
import { chunkFrames, type FrameGrid } from "./chunk_frames.ts";

/** What `reconstruct` puts together. */
export interface ReconstructInput {
  /** (chunks, frames, slots) of 0 and 1. */
  readonly segmentations: NdArray<"f4">;
  /** (chunks, slots) clusters; -2 where there is none. */
  readonly hardClusters: NdArray<"i4">;
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
  const { segmentations, hardClusters, count } = input;
  assertShape(segmentations, [null, null, null], { name: "segmentations" });
  const [chunks, framesPerChunk, slots] = segmentations.shape;
  assertShape(hardClusters, [chunks, slots], { name: "hard clusters" });
  const { first, total } = chunkFrames({ count: chunks, framesPerChunk }, grid);
  assertShape(count, [total, 1], { name: "count" });

  const clusters = hardClusters.data.reduce((top, k) => Math.max(top, k), -1) + 1;
  const speakers = count.data.reduce((top, n) => Math.max(top, n), clusters);
  const activity = new Float32Array(total * speakers);
  for (let c = 0; c < chunks; c++) {
    const groups = slotsOfClusters(hardClusters.data.subarray(c * slots, (c + 1) * slots));
    for (const [k, members] of groups) {
      for (let f = 0; f < framesPerChunk; f++) {
        let most = 0;
        for (const s of members) {
          most = Math.max(most, segmentations.data[(c * framesPerChunk + f) * slots + s]);
        }
        activity[(first[c] + f) * speakers + k] += most;
      }
    }
  }
  return ndArray("f4", [total, speakers], mostActive(activity, count.data, speakers));
}

function slotsOfClusters(row: Int32Array): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  row.forEach((k, slot) => {
    if (k >= 0) groups.set(k, [...(groups.get(k) ?? []), slot]);
  });
  return groups;
}

/** 1 at the `count` largest of every row, the first of equals. */
function mostActive(activity: Float32Array, count: Uint8Array, speakers: number): Float32Array<ArrayBuffer> {
  const discrete = new Float32Array(activity.length);
  for (let t = 0; t < count.length; t++) {
    const at = t * speakers;
    for (let chosen = 0; chosen < count[t]; chosen++) {
      let best = -1;
      for (let k = 0; k < speakers; k++) {
        if (discrete[at + k] === 0 && (best < 0 || activity[at + k] > activity[at + best])) best = k;
      }
      discrete[at + best] = 1;
    }
  }
  return discrete;
}
