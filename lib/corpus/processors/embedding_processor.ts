import { defineProcessor, type FeatureProcessor } from "./feature_processor.ts";
import { meanEmbedding } from "./mean_embedding.ts";

/**
 * The voices of a recording. The arrays: `chunk_embeddings` (chunks, slots, D), one of each slot in each chunk of 10 s, in float32, since
 * clustering does not bear half precision; `alone_s` (chunks, slots), how long each speaks alone; and `embedding` (D,), the mean of the
 * whole recording's speech (`meanEmbedding`). The row: its dimension, how many count, seconds of them, and how far they agree, from 0
 * to 1: near 1 where one voice speaks.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { embeddingProcessor } from "#lib/corpus/processors/embedding_processor.ts";
 * assert.deepEqual(embeddingProcessor().needs, ["segmentations", "embeddings"]);
 * ```
 */
export function embeddingProcessor(): FeatureProcessor {
  return defineProcessor({
    name: "embedding",
    title: "the voices of the recording's speech",
    needs: ["segmentations", "embeddings"],
    columns: { embedding_dim: "int", n_embeddings: "int", alone_sum: "float", agreement: "float" },
    arrays: true,
    async process(input) {
      const [segmentations, embeddings] = await Promise.all([input.segmentations(), input.embeddings()]);
      const { embedding, aloneSec, count, agreement } = meanEmbedding(segmentations, embeddings);
      return {
        scalars: {
          embedding_dim: embedding.shape[0],
          n_embeddings: count,
          alone_sum: aloneSec.data.reduce((sum, sec) => sum + sec, 0),
          agreement: count === 0 ? null : agreement,
        },
        arrays: { embedding, chunk_embeddings: embeddings, alone_s: aloneSec },
        warnings: count === 0 ? ["Nobody speaks alone: the embedding is not a number."] : [],
      };
    },
  });
}
