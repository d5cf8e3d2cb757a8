import { averageEmbeddings } from "#lib/networks/average_embeddings.ts";
import type { SessionOptions } from "#lib/networks/provider.ts";
import { THINRESNET, thinResNetFeatures } from "#lib/networks/thinresnet_features.ts";
import { openWindowEmbedding } from "#lib/networks/window_embedding.ts";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { embeddingMasks } from "./embedding_masks.ts";
import type { ChunkEmbedder, HeardChunk } from "./heard_chunk.ts";

/** Samples from one frame of the segmentation to the next, and from a frame's start to the part that is its own. */
const FRAME_STEP = 270, FRAME_EDGE = 360;

/**
 * An embedder over a network of short windows: the samples of a slot's frames are put one after the other, cut into windows that overlap by
 * half, and the windows' embeddings averaged. A slot with less than `minSamples` has none: NaN.
 *
 * @param path The network's file.
 * @param options `frames` and `slots` of a chunk's segmentation; the network's own options.
 * @throws {ModelFileError} when the file is no such network.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openWindowEmbedder } from "#lib/diarization/window_embedder.ts";
 * await assert.rejects(openWindowEmbedder("no such file.onnx", { frames: 589, slots: 3 }), { code: "ENOENT" });
 * ```
 */
export async function openWindowEmbedder(
  path: string,
  options: SessionOptions & { readonly frames: number; readonly slots: number; readonly minSamples?: number },
): Promise<ChunkEmbedder> {
  const { frames, slots, minSamples = 1600 } = options;
  const network = await openWindowEmbedding(path, options);
  const { dimension } = network;

  async function embedSlots({ samples, segmentation }: HeardChunk): Promise<Float32Array<ArrayBuffer>> {
    const masks = embeddingMasks(segmentation, { frames, slots });
    const groups: number[][] = [];
    const features: Float32Array[] = [];
    for (let s = 0; s < slots; s++) {
      const own = ownSamples(samples, masks.subarray(s * frames, (s + 1) * frames));
      const starts = own.length < minSamples ? [] : windowStarts(own.length);
      groups.push(starts.map((_, i) => features.length + i));
      const { data } = thinResNetFeatures(own, starts);
      const size = THINRESNET.melBins * THINRESNET.frames;
      for (let i = 0; i < starts.length; i++) features.push(data.subarray(i * size, (i + 1) * size));
    }
    if (features.length === 0) return new Float32Array(slots * dimension).fill(NaN);
    const size = features[0].length;
    const input = new Float32Array(features.length * size);
    features.forEach((feature, i) => input.set(feature, i * size));
    const shape = [features.length, 1, THINRESNET.melBins, THINRESNET.frames];
    return averageEmbeddings(await network.run(ndArray("f4", shape, input)), groups).data;
  }

  return {
    dimension,
    async embed(chunks: readonly HeardChunk[]) {
      const embeddings: Float32Array<ArrayBuffer>[] = [];
      for (const chunk of chunks) embeddings.push(await embedSlots(chunk));
      return embeddings;
    },
    [Symbol.asyncDispose]: () => network[Symbol.asyncDispose](),
  };
}

/** The samples under a mask's frames, put together. */
function ownSamples(samples: Float32Array, mask: Float32Array): Float32Array {
  const own = new Float32Array(mask.length * FRAME_STEP);
  let length = 0;
  mask.forEach((active, f) => {
    if (active === 0) return;
    const part = samples.subarray(f * FRAME_STEP + FRAME_EDGE, (f + 1) * FRAME_STEP + FRAME_EDGE);
    own.set(part, length);
    length += part.length;
  });
  return own.subarray(0, length);
}

/** Windows that overlap by half; the last one ends with the samples. */
function windowStarts(length: number): number[] {
  const window = THINRESNET.windowSamples;
  if (length <= window) return [0];
  const count = Math.ceil((length - window) / (window / 2)) + 1;
  return Array.from({ length: count }, (_, i) => Math.round(i * (length - window) / (count - 1)));
}
