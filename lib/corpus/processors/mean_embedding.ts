import { type ArrayOf, ndArray } from "#lib/arrays/nd_array.ts";
import { FRAMES } from "#lib/timeline/sliding_window.ts";

/** The mean voice of a recording. */
export interface MeanEmbeddingParts {
  /** (D,), of length 1; NaN where nobody speaks alone. */
  readonly embedding: ArrayOf<"f4">;
  /** (chunks, slots): seconds in which a slot speaks alone in a chunk, which is what its embedding weighs. */
  readonly aloneSec: ArrayOf<"f4">;
  /** Embeddings that count. */
  readonly count: number;
  /** Length of the weighted mean of unit vectors, from 0 to 1: 1 where all are the same; NaN where there are none. */
  readonly agreement: number;
}

/**
 * The mean of a recording's embeddings, each of unit length and weighing as many frames as its slot speaks alone in its chunk.
 *
 * @param segmentations (chunks, frames, slots) of 0 and 1.
 * @param embeddings (chunks, slots, D); those with a NaN do not count.
 * @throws {RangeError} when shapes do not go together.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { meanEmbedding } from "#lib/corpus/processors/mean_embedding.ts";
 * const segmentations = ndArray("f4", [1, 2, 2], Float32Array.of(1, 0, 1, 1)); // slot 0 alone, then both
 * const { embedding, count } = meanEmbedding(segmentations, ndArray("f4", [1, 2, 2], Float32Array.of(3, 4, 1, 0)));
 * assert.deepEqual([count, [...embedding.data].map((x) => x.toFixed(1))], [1, ["0.6", "0.8"]]);
 * ```
 */
export function meanEmbedding(segmentations: ArrayOf<"f4">, embeddings: ArrayOf<"f4">): MeanEmbeddingParts {
  const [chunks, frames, slots] = segmentations.shape, [rows, columns, dimension] = embeddings.shape;
  if (rows !== chunks || columns !== slots) {
    throw new RangeError(
      `Segmentations are (${segmentations.shape.join(", ")}), and embeddings (${
        embeddings.shape.join(", ")
      }).`,
    );
  }
  const aloneSec = new Float32Array(chunks * slots);
  const sum = new Float64Array(dimension);
  let weights = 0, count = 0;
  for (let c = 0; c < chunks; c++) {
    const alone = aloneFrames(
      segmentations.data.subarray(c * frames * slots, (c + 1) * frames * slots),
      slots,
    );
    for (let s = 0; s < slots; s++) {
      aloneSec[c * slots + s] = alone[s] * FRAMES.stepSec;
      const vector = embeddings.data.subarray((c * slots + s) * dimension, (c * slots + s + 1) * dimension);
      const length = Math.sqrt(vector.reduce((total, x) => total + x * x, 0));
      if (alone[s] === 0 || !(length > 0)) continue;
      for (let d = 0; d < dimension; d++) sum[d] += alone[s] * vector[d] / length;
      weights += alone[s];
      count++;
    }
  }
  const length = Math.sqrt(sum.reduce((total, x) => total + x * x, 0));
  return {
    embedding: ndArray("f4", [dimension], Float32Array.from(sum, (x) => x / length)),
    aloneSec: ndArray("f4", [chunks, slots], aloneSec),
    count,
    agreement: length / weights,
  };
}

/** Frames of a chunk in which each slot speaks alone. */
function aloneFrames(active: Float32Array, slots: number): number[] {
  const alone = new Array<number>(slots).fill(0);
  for (let at = 0; at < active.length; at += slots) {
    let speaking = 0, who = 0;
    for (let s = 0; s < slots; s++) {
      if (active[at + s] === 0) continue;
      speaking++;
      who = s;
    }
    if (speaking === 1) alone[who]++;
  }
  return alone;
}
