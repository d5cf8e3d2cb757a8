import { assertShape } from "#lib/arrays/assert_shape.ts";
import { type ArrayOf, type NdArray, ndArray } from "#lib/arrays/nd_array.ts";
import type { TrainingSet } from "./training_filter.ts";

/**
 * The embeddings of a training set, one per row.
 *
 * @param embeddings (chunks, slots, dimension).
 * @returns (N, dimension).
 * @throws {RangeError} when an index lies outside, or there are more chunks than slots in the set.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { gatherEmbeddings } from "#lib/clustering/gather_embeddings.ts";
 * const embeddings = ndArray("f4", [2, 2, 1], new Float32Array([1, 2, 3, 4]));
 * const set = { chunkIndex: new Int32Array([1, 0]), speakerIndex: new Int32Array([0, 1]) };
 * assert.deepEqual([...gatherEmbeddings(embeddings, set).data], [3, 2]);
 * ```
 */
export function gatherEmbeddings(embeddings: NdArray<"f4">, set: TrainingSet): ArrayOf<"f4"> {
  assertShape(embeddings, [null, null, null], { name: "embeddings" });
  const [chunks, slots, dimension] = embeddings.shape;
  const { chunkIndex, speakerIndex } = set;
  if (chunkIndex.length !== speakerIndex.length) {
    throw new RangeError(
      `A training set names ${chunkIndex.length} chunks but ${speakerIndex.length} slots.`,
    );
  }
  const data = new Float32Array(chunkIndex.length * dimension);
  chunkIndex.forEach((c, n) => {
    const s = speakerIndex[n];
    if (c < 0 || c >= chunks || s < 0 || s >= slots) {
      throw new RangeError(
        `Training embedding ${n} is (chunk ${c}, slot ${s}); there are ${chunks} chunks of ${slots}.`,
      );
    }
    const at = (c * slots + s) * dimension;
    data.set(embeddings.data.subarray(at, at + dimension), n * dimension);
  });
  return ndArray("f4", [chunkIndex.length, dimension], data);
}
