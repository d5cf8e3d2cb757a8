import { averageEmbeddings } from "#lib/networks/average_embeddings.ts";
import type { InferenceOptions } from "#lib/networks/network_session.ts";
import type { SessionOptions } from "#lib/networks/provider.ts";
import { slotWindows } from "#lib/networks/slot_windows.ts";
import { THINRESNET, thinResNetFeatures } from "#lib/networks/thinresnet_features.ts";
import { openWindowEmbedding } from "#lib/networks/window_embedding.ts";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { embeddingMasks } from "./embedding_masks.ts";
import type { ChunkEmbedder, HeardChunk } from "./heard_chunk.ts";

const { melBins, frames: windowFrames } = THINRESNET;
/** Numbers that the network takes for one window. */
const WINDOW_SIZE = melBins * windowFrames;

/** Windows in one run. More bring nothing on a CPU and take memory. */
const MOST_WINDOWS = 16;

/**
 * An embedder over a network of short windows: windows over the stretches in which a slot speaks (`slotWindows`), whose embeddings are
 * averaged. A slot that speaks in fewer than `minFrames` frames has none: NaN.
 *
 * @param path The network's file.
 * @param options `frames` and `slots` of a chunk's segmentation; `minFrames`, 6 by default, a tenth of a second; the network's own options.
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
  options: SessionOptions & { readonly frames: number; readonly slots: number; readonly minFrames?: number },
): Promise<ChunkEmbedder> {
  const { frames, slots, minFrames = 6 } = options;
  const network = await openWindowEmbedding(path, options);
  const { dimension } = network;

  /** Where the windows of each of a chunk's slots begin. */
  function slotStarts({ segmentation }: HeardChunk): number[][] {
    const masks = embeddingMasks(segmentation, { frames, slots });
    return Array.from({ length: slots }, (_, s) => {
      const mask = masks.subarray(s * frames, (s + 1) * frames);
      const active = mask.reduce((sum, value) => sum + value, 0);
      return active < minFrames ? [] : slotWindows(mask);
    });
  }

  return {
    dimension,
    async embed(chunks: readonly HeardChunk[], inference: InferenceOptions = {}) {
      const starts = chunks.map(slotStarts);
      const windows = starts.flat(2).length;
      const features = new Float32Array(windows * WINDOW_SIZE);
      /** The windows of every slot of every chunk, by their place among all. */
      const groups: number[][] = [];
      let count = 0;
      chunks.forEach(({ samples }, c) => {
        features.set(thinResNetFeatures(samples, starts[c].flat()).data, count * WINDOW_SIZE);
        for (const slot of starts[c]) groups.push(slot.map(() => count++));
      });
      const embeddings = ndArray("f4", [windows, dimension], new Float32Array(windows * dimension));
      for (let from = 0; from < windows; from += MOST_WINDOWS) {
        const to = Math.min(windows, from + MOST_WINDOWS);
        const input = features.subarray(from * WINDOW_SIZE, to * WINDOW_SIZE);
        const batch = ndArray("f4", [to - from, 1, melBins, windowFrames], input);
        embeddings.data.set((await network.run(batch, inference)).data, from * dimension);
      }
      const { data } = averageEmbeddings(embeddings, groups);
      const each = slots * dimension;
      return chunks.map((_, c) => data.slice(c * each, (c + 1) * each));
    },
    [Symbol.asyncDispose]: () => network[Symbol.asyncDispose](),
  };
}
