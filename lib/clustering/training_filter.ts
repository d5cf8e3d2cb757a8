import { assertShape } from "#lib/arrays/assert_shape.ts";
import type { NdArray } from "#lib/arrays/nd_array.ts";

/** Which (chunk, slot) pairs train the clustering, chunk by chunk. */
export interface TrainingSet {
  /** (N,) chunks. */
  readonly chunkIndex: Int32Array;
  /** (N,) slots. */
  readonly speakerIndex: Int32Array;
}

/** Options of `trainingFilter`. */
export interface TrainingFilterOptions {
  /** Share of a chunk's frames in which the slot must be active alone. @default {0.2} */
  readonly minActiveRatio?: number;
}

/**
 * The (chunk, slot) pairs whose embeddings are good enough to cluster: the slot is the only active one in at least
 * `minActiveRatio` of the chunk's frames, and its embedding has no NaN (pyannote clustering.py, `filter_embeddings`).
 *
 * @param segmentations (chunks, frames, slots) of 0 and 1.
 * @param embeddings (chunks, slots, dimension).
 * @throws {RangeError} when the shapes do not fit each other.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { trainingFilter } from "#lib/clustering/training_filter.ts";
 * const segmentations = ndArray("f4", [1, 2, 2], new Float32Array([1, 0, 1, 1]));
 * const embeddings = ndArray("f4", [1, 2, 1], new Float32Array([0.5, 0.7]));
 * assert.deepEqual([...trainingFilter(segmentations, embeddings).speakerIndex], [0]);
 * ```
 */
export function trainingFilter(
  segmentations: NdArray<"f4">,
  embeddings: NdArray<"f4">,
  options: TrainingFilterOptions = {},
): TrainingSet {
  const { minActiveRatio = 0.2 } = options;
  assertShape(segmentations, [null, null, null], { name: "segmentations" });
  const [chunks, frames, slots] = segmentations.shape;
  assertShape(embeddings, [chunks, slots, null], { name: "embeddings" });
  const dimension = embeddings.shape[2];
  const needed = minActiveRatio * frames;
  const scores = segmentations.data;

  const chunkIndex: number[] = [];
  const speakerIndex: number[] = [];
  const alone = new Int32Array(slots);
  for (let c = 0; c < chunks; c++) {
    alone.fill(0);
    for (let f = 0; f < frames; f++) {
      const at = (c * frames + f) * slots;
      let active = 0;
      let who = 0;
      for (let s = 0; s < slots; s++) {
        const score = scores[at + s];
        if (score !== 0) who = s;
        active += score;
      }
      if (active === 1) alone[who]++;
    }
    for (let s = 0; s < slots; s++) {
      if (alone[s] >= needed && !hasNan(embeddings.data, (c * slots + s) * dimension, dimension)) {
        chunkIndex.push(c);
        speakerIndex.push(s);
      }
    }
  }
  return { chunkIndex: Int32Array.from(chunkIndex), speakerIndex: Int32Array.from(speakerIndex) };
}

function hasNan(values: Float32Array, from: number, length: number): boolean {
  for (let at = from; at < from + length; at++) if (Number.isNaN(values[at])) return true;
  return false;
}
