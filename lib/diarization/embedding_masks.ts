/** Sizes of `embeddingMasks`. */
export interface EmbeddingMasksOptions {
  readonly frames: number;
  readonly slots: number;
  /** A mask without overlap is used when more than so many of its frames are active. @default {2} */
  readonly minFrames?: number;
}

/**
 * Which frames each slot is embedded from: those where it speaks alone, if there are more than `minFrames` of them, else all where it
 * speaks (pyannote pipelines/speaker_diarization.py, `get_embeddings` with `embedding_exclude_overlap`).
 *
 * @param segmentation Row-major (frames, slots) of 0 and 1: one chunk.
 * @returns Row-major (slots, frames) of 0 and 1.
 * @throws {RangeError} when the length is another.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { embeddingMasks } from "#lib/diarization/embedding_masks.ts";
 * const segmentation = new Float32Array([1, 0, 1, 1, 0, 1]);
 * const masks = embeddingMasks(segmentation, { frames: 3, slots: 2, minFrames: 0 });
 * assert.deepEqual([...masks], [1, 0, 0, 0, 0, 1]);
 * assert.deepEqual([...embeddingMasks(segmentation, { frames: 3, slots: 2 })], [1, 1, 0, 0, 1, 1]);
 * ```
 */
export function embeddingMasks(
  segmentation: Float32Array,
  options: EmbeddingMasksOptions,
): Float32Array<ArrayBuffer> {
  const { frames, slots, minFrames = 2 } = options;
  if (segmentation.length !== frames * slots) {
    throw new RangeError(
      `A chunk of ${frames} frames and ${slots} slots has not ${segmentation.length} values.`,
    );
  }
  const clean = new Float32Array(frames * slots);
  const full = new Float32Array(frames * slots);
  const alone = new Int32Array(slots);
  for (let f = 0; f < frames; f++) {
    let active = 0;
    for (let s = 0; s < slots; s++) active += segmentation[f * slots + s];
    for (let s = 0; s < slots; s++) {
      const value = segmentation[f * slots + s];
      full[s * frames + f] = value;
      if (active >= 2 || value === 0) continue;
      clean[s * frames + f] = value;
      alone[s]++;
    }
  }
  for (let s = 0; s < slots; s++) {
    if (alone[s] > minFrames) full.set(clean.subarray(s * frames, (s + 1) * frames), s * frames);
  }
  return full;
}
