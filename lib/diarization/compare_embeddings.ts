import type { ArrayOf } from "#lib/arrays/nd_array.ts";

/** How two sets of embeddings of the same chunks and slots differ. */
export interface EmbeddingDifference {
  /** Embeddings that were compared: those asked for that are finite on both sides. */
  readonly compared: number;
  /** Those finite on one side only. */
  readonly oneSided: number;
  /** Largest absolute difference of a value; 0 when none was compared, as the two that follow. */
  readonly maxAbs: number;
  /** Root of the mean squared difference of all values. */
  readonly rms: number;
  /** Root of the mean squared value of `expected`, to hold `rms` against. */
  readonly expectedRms: number;
  /** Cosine of the angle between both, averaged; 1 when none was compared. */
  readonly meanCosine: number;
  /** The smallest such cosine. */
  readonly leastCosine: number;
}

/**
 * Compare embeddings with those that another run gave for the same chunks and slots.
 *
 * @param options `expected`: as `actual`; `where`: which embeddings count, by chunk and slot, all by default (a slot in which
 * nobody speaks has an embedding of nothing).
 * @throws {RangeError} when the shapes differ.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { compareEmbeddings } from "#lib/diarization/compare_embeddings.ts";
 * const actual = ndArray("f4", [1, 2, 2], Float32Array.of(3, 4, NaN, NaN));
 * const expected = ndArray("f4", [1, 2, 2], Float32Array.of(4, 3, 1, 0));
 * const difference = compareEmbeddings(actual, { expected });
 * assert.deepEqual([difference.compared, difference.oneSided, difference.maxAbs, difference.rms], [1, 1, 1, 1]);
 * assert.equal(difference.leastCosine, 24 / 25);
 * ```
 */
export function compareEmbeddings(
  actual: ArrayOf<"f4">,
  options: {
    readonly expected: ArrayOf<"f4">;
    readonly where?: (chunk: number, slot: number) => boolean;
  },
): EmbeddingDifference {
  const { expected, where = () => true } = options;
  const [chunks, slots, dimension] = actual.shape;
  if (`${actual.shape}` !== `${expected.shape}`) {
    throw new RangeError(`Embeddings of shape (${actual.shape}) cannot be held against (${expected.shape}).`);
  }
  let compared = 0, oneSided = 0, maxAbs = 0, squares = 0, expectedSquares = 0, cosines = 0, leastCosine = 1;
  for (let row = 0; row < chunks * slots; row++) {
    if (!where(Math.floor(row / slots), row % slots)) continue;
    const a = actual.data.subarray(row * dimension, (row + 1) * dimension);
    const e = expected.data.subarray(row * dimension, (row + 1) * dimension);
    const known = [a, e].filter((embedding) => embedding.every(Number.isFinite)).length;
    oneSided += Number(known === 1);
    if (known < 2) continue;
    let aa = 0, ee = 0, ae = 0;
    for (let d = 0; d < dimension; d++) {
      const difference = a[d] - e[d];
      maxAbs = Math.max(maxAbs, Math.abs(difference));
      squares += difference * difference;
      aa += a[d] * a[d];
      ee += e[d] * e[d];
      ae += a[d] * e[d];
    }
    compared++;
    expectedSquares += ee;
    const cosine = ae / Math.sqrt(aa * ee);
    cosines += cosine;
    leastCosine = Math.min(leastCosine, cosine);
  }
  const values = Math.max(1, compared * dimension);
  return {
    compared,
    oneSided,
    maxAbs,
    rms: Math.sqrt(squares / values),
    expectedRms: Math.sqrt(expectedSquares / values),
    meanCosine: compared === 0 ? 1 : cosines / compared,
    leastCosine,
  };
}
