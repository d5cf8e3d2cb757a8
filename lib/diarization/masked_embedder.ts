import { ndArray } from "#lib/arrays/nd_array.ts";
import type { Compute } from "#lib/compute/compute.ts";
import { embeddingFbank } from "#lib/networks/embedding_fbank.ts";
import { type MaskedEmbeddingOptions, openMaskedEmbedding } from "#lib/networks/masked_embedding.ts";
import type { InferenceOptions } from "#lib/networks/network_session.ts";
import { embeddingMasks } from "./embedding_masks.ts";
import type { ChunkEmbedder, HeardChunk } from "./heard_chunk.ts";

/**
 * An embedder over a WeSpeaker-type network: one pass of its trunk per chunk, one mask per slot.
 *
 * @param path The network's file.
 * @param options `frames` and `slots` of a chunk's segmentation; `compute` for fbank and pooling; the network's own options.
 * @throws {ModelFileError} when the file is no such network.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { SCALAR } from "#lib/compute/scalar_compute.ts";
 * import { openMaskedEmbedder } from "#lib/diarization/masked_embedder.ts";
 * const options = { frames: 589, slots: 3, compute: SCALAR };
 * await assert.rejects(openMaskedEmbedder("no such file.onnx", options), { code: "ENOENT" });
 * ```
 */
export async function openMaskedEmbedder(
  path: string,
  options: MaskedEmbeddingOptions & {
    readonly frames: number;
    readonly slots: number;
    readonly compute: Compute;
  },
): Promise<ChunkEmbedder> {
  const { frames, slots, compute } = options;
  const network = await openMaskedEmbedding(path, options);
  const { dimension, melBins } = network;
  return {
    dimension,
    async embed(chunks: readonly HeardChunk[], inference: InferenceOptions = {}) {
      const batch = chunks.length;
      const size = chunks[0].samples.length;
      const waveforms = new Float32Array(batch * size);
      const masks = new Float32Array(batch * slots * frames);
      chunks.forEach(({ samples, segmentation }, i) => {
        waveforms.set(samples, i * size);
        masks.set(embeddingMasks(segmentation, { frames, slots }), i * slots * frames);
      });
      const fbank = await embeddingFbank(waveforms, { compute, batch, melBins });
      const { data } = await network.run(fbank, ndArray("f4", [batch, slots, frames], masks), inference);
      return chunks.map((_, i) => data.slice(i * slots * dimension, (i + 1) * slots * dimension));
    },
    [Symbol.asyncDispose]: () => network[Symbol.asyncDispose](),
  };
}
