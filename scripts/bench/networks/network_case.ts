/** Networks to measure: one chunk of 10 s, which stands for a second of a recording, is the unit of all. */
import { cpuCompute } from "#lib/networks/cpu_compute.ts";
import type { SessionOptions } from "#lib/networks/provider.ts";
import { openSegmentation } from "#lib/networks/segmentation.ts";
import type { ChunkEmbedder, HeardChunk } from "#lib/diarization/heard_chunk.ts";
import { openMaskedEmbedder } from "#lib/diarization/masked_embedder.ts";
import { openWindowEmbedder } from "#lib/diarization/window_embedder.ts";
import { waveforms } from "../kernels/made_up.ts";

const SAMPLES = 160_000, FRAMES = 589, SLOTS = 3;

/** A network that is open. */
export interface OpenNetwork extends AsyncDisposable {
  /** Runs chunks from samples to what the pipeline takes, as the pipeline does, and gives all numbers. */
  run(chunks: readonly HeardChunk[]): Promise<Float32Array>;
}

/** A network that can be measured. */
export interface NetworkCase {
  /** Its card's name. */
  readonly name: string;
  readonly open: (path: string, options: SessionOptions) => Promise<OpenNetwork>;
}

async function segmentation(path: string, options: SessionOptions): Promise<OpenNetwork> {
  const network = await openSegmentation(path, options);
  return {
    async run(chunks) {
      const input = new Float32Array(chunks.length * SAMPLES);
      chunks.forEach(({ samples }, i) => input.set(samples, i * SAMPLES));
      return (await network.run(input)).scores.data;
    },
    [Symbol.asyncDispose]: () => network[Symbol.asyncDispose](),
  };
}

function embedding(embedder: ChunkEmbedder): OpenNetwork {
  return {
    async run(chunks) {
      const rows = await embedder.embed(chunks);
      const all = new Float32Array(rows.length * rows[0].length);
      rows.forEach((row, i) => all.set(row, i * row.length));
      return all;
    },
    [Symbol.asyncDispose]: () => embedder[Symbol.asyncDispose](),
  };
}

const masked: NetworkCase["open"] = async (path, options) =>
  embedding(
    await openMaskedEmbedder(path, { ...options, frames: FRAMES, slots: SLOTS, compute: await cpuCompute() }),
  );
const windows: NetworkCase["open"] = async (path, options) =>
  embedding(await openWindowEmbedder(path, { ...options, frames: FRAMES, slots: SLOTS }));

/** What `bench networks` knows. */
export const NETWORKS: readonly NetworkCase[] = [
  { name: "segmentation-3.0", open: segmentation },
  { name: "wespeaker-resnet34-lm", open: masked },
  { name: "wespeaker-shaped-random", open: masked },
  { name: "embedding-128", open: masked },
  { name: "thinresnet", open: windows },
];

/** Made-up chunks: noise in which one slot speaks all through, which is the most that windows have to do. */
export function madeUpChunks(count: number): HeardChunk[] {
  const samples = waveforms(count * SAMPLES);
  const segmentation = new Float32Array(FRAMES * SLOTS);
  for (let frame = 0; frame < FRAMES; frame++) segmentation[frame * SLOTS] = 1;
  return Array.from({ length: count }, (_, index) => ({
    index,
    samples: samples.slice(index * SAMPLES, (index + 1) * SAMPLES),
    segmentation,
  }));
}
