/** Networks to measure: one chunk of 10 s, which stands for a second of a recording, is the unit of all. */
import { cpuCompute } from "#lib/networks/cpu_compute.ts";
import type { Provider, SessionOptions } from "#lib/networks/provider.ts";
import { embeddingFbank } from "#lib/networks/embedding_fbank.ts";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { openSegmentation } from "#lib/networks/segmentation.ts";
import { slotWindows } from "#lib/networks/slot_windows.ts";
import { THINRESNET } from "#lib/networks/thinresnet_features.ts";
import type { ChunkEmbedder, HeardChunk } from "#lib/diarization/heard_chunk.ts";
import { openMaskedEmbedder } from "#lib/diarization/masked_embedder.ts";
import { openWindowEmbedder } from "#lib/diarization/window_embedder.ts";
import { waveforms } from "../kernels/made_up.ts";
import { type Alone, type Feeds, openAlone } from "./alone.ts";

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
  /** onnxruntime by itself, with the least that it has to be given for the same chunks. */
  readonly alone: (path: string, provider: Provider) => Promise<Alone>;
}

async function segmentation(path: string, options: SessionOptions): Promise<OpenNetwork> {
  const network = await openSegmentation(path, options);
  return {
    run: async (chunks) => (await network.run(joined(chunks))).scores.data,
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

function joined(chunks: readonly HeardChunk[]): Float32Array<ArrayBuffer> {
  const samples = new Float32Array(chunks.length * SAMPLES);
  chunks.forEach((chunk, i) => samples.set(chunk.samples, i * SAMPLES));
  return samples;
}
const sound: Feeds = (chunks) =>
  Promise.resolve([ndArray("f4", [chunks.length, 1, SAMPLES], joined(chunks))]);
/** fbank, and one mask for each chunk, of all frames: the file as it is runs its trunk once for every mask. */
const fbankAndMask: Feeds = async (chunks) => [
  await embeddingFbank(joined(chunks), { compute: await cpuCompute(), batch: chunks.length }),
  ndArray("f4", [chunks.length, FRAMES], new Float32Array(chunks.length * FRAMES).fill(1)),
];
/** As many windows as a speaker has who speaks all through; any numbers will do. */
const features: Feeds = (chunks) => {
  const { melBins, frames } = THINRESNET;
  const count = chunks.length * slotWindows(new Float32Array(FRAMES).fill(1)).length;
  const data = Float32Array.from({ length: count * melBins * frames }, (_, i) => Math.sin(i));
  return Promise.resolve([ndArray("f4", [count, 1, melBins, frames], data)]);
};

function peer(feeds: Feeds): Pick<NetworkCase, "alone"> {
  return { alone: (path, provider) => openAlone(feeds, path, provider) };
}

/** What `bench networks` knows. */
export const NETWORKS: readonly NetworkCase[] = [
  { name: "segmentation-own", open: segmentation, ...peer(sound) },
  { name: "embedding-own", open: masked, ...peer(fbankAndMask) },
  { name: "segmentation-3.0", open: segmentation, ...peer(sound) },
  { name: "wespeaker-resnet34-lm", open: masked, ...peer(fbankAndMask) },
  { name: "wespeaker-shaped-random", open: masked, ...peer(fbankAndMask) },
  { name: "thinresnet", open: windows, ...peer(features) },
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
