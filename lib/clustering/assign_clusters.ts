import { type ArrayOf, type NdArray, ndArray } from "#lib/arrays/nd_array.ts";
import { assertShape } from "#lib/arrays/assert_shape.ts";
import {
  type Assignment,
  AssignmentError,
  linearSumAssignment,
} from "#lib/numerics/linear_sum_assignment.ts";

/** What a slot without a cluster holds. */
export const NO_CLUSTER = -2;

/**
 * One cluster at most per slot and one slot at most per cluster in every chunk, for the largest sum of scores. Slots left over
 * get -2; NaN counts as the smallest score (pyannote clustering.py, `constrained_argmax`).
 *
 * @param scores (chunks, slots, speakers).
 * @returns (chunks, slots) clusters.
 * @throws {AssignmentError} when every score is NaN, one is Infinity, or those of -Infinity leave a chunk no assignment; the message names the
 * place.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { constrainedArgmax } from "#lib/clustering/assign_clusters.ts";
 * const scores = ndArray("f8", [1, 3, 2], new Float64Array([1.9, 1.0, 1.8, 1.7, 0.5, 0.4]));
 * assert.deepEqual([...constrainedArgmax(scores).data], [0, 1, -2]);
 * ```
 */
export function constrainedArgmax(scores: NdArray<"f8">): ArrayOf<"i4"> {
  assertShape(scores, [null, null, null], { name: "scores" });
  const [chunks, slots, speakers] = scores.shape;
  const lowest = scores.data.reduce((low, score) => score < low ? score : low, Infinity);
  const clean = scores.data.map((score) => Number.isNaN(score) && lowest !== Infinity ? lowest : score);
  const hard = new Int32Array(chunks * slots).fill(NO_CLUSTER);
  const size = slots * speakers;
  const wrong = clean.findIndex((score) => Number.isNaN(score) || score === Infinity);
  if (wrong >= 0) {
    const [c, slot, k] = [
      Math.floor(wrong / size),
      Math.floor(wrong / speakers) % slots,
      wrong % speakers,
    ];
    throw new AssignmentError(
      clean[wrong] === Infinity
        ? `The scores (soft_clusters) hold Infinity at chunk ${c}, slot ${slot}, cluster ${k}; finite numbers are needed.`
        : "The scores (soft_clusters) are all NaN; numbers are needed.",
    );
  }
  for (let c = 0; c < chunks; c++) {
    const pairs = assigned(clean.subarray(c * size, (c + 1) * size), { slots, speakers, chunk: c });
    pairs.rows.forEach((slot, i) => hard[c * slots + slot] = pairs.columns[i]);
  }
  return ndArray("i4", [chunks, slots], hard);
}

function assigned(
  scores: Float64Array,
  { slots, speakers, chunk }: { readonly slots: number; readonly speakers: number; readonly chunk: number },
): Assignment {
  try {
    return linearSumAssignment(scores, { rows: slots, columns: speakers, maximize: true });
  } catch (cause) {
    if (!(cause instanceof AssignmentError)) throw cause;
    throw new AssignmentError(
      `The scores (soft_clusters) of chunk ${chunk} hold -Infinity where they leave no assignment; finite numbers are needed.`,
      { cause },
    );
  }
}

/**
 * The best cluster of every slot on its own; several slots of a chunk may share one. The first of equals wins, and a NaN wins over
 * everything, as in numpy's `argmax`.
 *
 * @param scores (chunks, slots, speakers), at least one speaker.
 * @returns (chunks, slots) clusters.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { plainArgmax } from "#lib/clustering/assign_clusters.ts";
 * const scores = ndArray("f8", [1, 2, 2], new Float64Array([1.9, 1.0, 1.8, 1.7]));
 * assert.deepEqual([...plainArgmax(scores).data], [0, 0]);
 * ```
 */
export function plainArgmax(scores: NdArray<"f8">): ArrayOf<"i4"> {
  assertShape(scores, [null, null, null], { name: "scores" });
  const [chunks, slots, speakers] = scores.shape;
  const hard = new Int32Array(chunks * slots);
  for (let i = 0; i < hard.length; i++) {
    const row = i * speakers;
    let best = 0;
    // Not ">": a NaN is not below anything either, and stays, for then nothing is looked at any more.
    for (let k = 1; k < speakers && !Number.isNaN(scores.data[row + best]); k++) {
      if (!(scores.data[row + k] <= scores.data[row + best])) best = k;
    }
    hard[i] = best;
  }
  return ndArray("i4", [chunks, slots], hard);
}

/**
 * Which (chunk, slot) pairs never speak.
 *
 * @param segmentations (chunks, frames, slots) of 0 and 1.
 * @returns One byte per (chunk, slot): 1 when silent.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { silentSlots } from "#lib/clustering/assign_clusters.ts";
 * const segmentations = ndArray("f4", [1, 2, 2], new Float32Array([0, 1, 0, 0]));
 * assert.deepEqual([...silentSlots(segmentations)], [1, 0]);
 * ```
 */
export function silentSlots(segmentations: NdArray<"f4">): Uint8Array {
  assertShape(segmentations, [null, null, null], { name: "segmentations" });
  const [chunks, frames, slots] = segmentations.shape;
  const scores = segmentations.data;
  const silent = new Uint8Array(chunks * slots);
  for (let c = 0; c < chunks; c++) {
    const end = (c + 1) * frames * slots;
    for (let s = 0; s < slots; s++) {
      let at = c * frames * slots + s;
      while (at < end && scores[at] === 0) at += slots; // up to the first frame in which it speaks
      if (at >= end) silent[c * slots + s] = 1;
    }
  }
  return silent;
}
