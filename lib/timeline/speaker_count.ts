import { type ArrayOf, type NdArray, ndArray } from "#lib/arrays/nd_array.ts";
import { assertShape } from "#lib/arrays/assert_shape.ts";
import { roundHalfEven } from "#lib/numerics/round_half_even.ts";
import { chunkFrames, type FrameGrid } from "./chunk_frames.ts";

/**
 * How many speakers speak at once in every frame: the slots' sum, averaged over the chunks that cover the frame in float32, rounded
 * half to even (pyannote pipelines/utils/diarization.py, `speaker_count`).
 *
 * @param segmentations (chunks, frames, slots) of 0 and 1.
 * @returns (T, 1) counts.
 * @throws {RangeError} when the frames do not fit the grid.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { speakerCount } from "#lib/timeline/speaker_count.ts";
 * const segmentations = ndArray("f4", [1, 589, 2], new Float32Array(589 * 2).fill(1));
 * const count = speakerCount(segmentations);
 * assert.deepEqual(count.shape, [594, 1]);
 * assert.deepEqual([count.data[588], count.data[589]], [2, 0]);
 * ```
 */
export function speakerCount(segmentations: NdArray<"f4">, grid: FrameGrid = {}): ArrayOf<"u1"> {
  assertShape(segmentations, [null, null, null], { name: "segmentations" });
  const [count, framesPerChunk, slots] = segmentations.shape;
  const { first, total } = chunkFrames({ count, framesPerChunk }, grid);
  const scores = segmentations.data;
  const sums = new Float32Array(total);
  const covers = new Int32Array(total);
  for (let c = 0, at = 0; c < count; c++) {
    for (let f = 0, t = first[c]; f < framesPerChunk; f++, t++) {
      let active = 0;
      for (let s = 0; s < slots; s++, at++) active += scores[at];
      sums[t] += active;
      covers[t]++;
    }
  }
  const counts = new Uint8Array(total);
  for (let t = 0; t < total; t++) {
    if (covers[t] > 0) counts[t] = roundHalfEven(Math.fround(sums[t] / covers[t]));
  }
  return ndArray("u1", [total, 1], counts);
}
