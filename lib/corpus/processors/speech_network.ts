import { type ArrayOf, ndArray } from "#lib/arrays/nd_array.ts";
import type { Audio } from "#lib/audio/audio.ts";
import { chunkCount, chunkGeometry } from "#lib/audio/chunk_geometry.ts";
import { type Chunk, chunks } from "#lib/audio/chunks.ts";
import { NETWORK_SAMPLE_RATE } from "#lib/audio/mono_blocks.ts";
import { type BestPreset, bestPreset } from "#lib/diarization/best_preset.ts";
import type { DiarizerOptions, DiarizeSettings } from "#lib/diarization/diarizer.ts";
import { GrowingRows } from "#lib/diarization/growing_rows.ts";
import { namedWeights } from "#lib/diarization/named_weights.ts";
import { networkRuns } from "#lib/diarization/network_runs.ts";
import { presetNamed } from "#lib/diarization/presets.ts";
import { segmentBatch } from "#lib/diarization/segment_batch.ts";
import { findModel } from "#lib/networks/find_model.ts";
import { openSegmentation } from "#lib/networks/segmentation.ts";
import { modelPlaces } from "#lib/places/places.ts";
import { mergeOptions } from "#lib/pipeline/merge_options.ts";
import { parseOptions } from "#lib/pipeline/options.ts";
import { NetworkFlow } from "#lib/scheduling/network_flow.ts";

/** How the network is opened; without the settings of the embedding. */
export type SpeechNetworkOptions = Omit<DiarizerOptions, "embeddingModel">;

/** The segmentation network of a preset without the rest of it, for any number of recordings at once: their chunks share the batches. */
export interface SpeechNetwork extends AsyncDisposable {
  readonly preset: BestPreset["preset"];
  /** See `Diarizer.note`. */
  readonly note: string | undefined;
  readonly options: NonNullable<DiarizerOptions["options"]>;
  readonly weights: { readonly segmentation: ReturnType<typeof namedWeights> };
  readonly warnings: readonly string[];
  /** Runs it over a recording. */
  hear(audio: Audio, settings?: DiarizeSettings): Promise<{
    readonly segmentations: ArrayOf<"f4">;
    readonly durationSec: number;
    readonly warnings: readonly string[];
  }>;
}

/**
 * Opens the segmentation network of a preset.
 *
 * @throws {RangeError} when there is no such preset.
 * @throws {OptionsError} when an option is wrong.
 * @throws {ModelNotFoundError} when the weights are missing; the message says how to get them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openSpeechNetwork } from "#lib/corpus/processors/speech_network.ts";
 * await assert.rejects(openSpeechNetwork({ preset: "no such preset" }), /There is no preset/);
 * ```
 */
export async function openSpeechNetwork(given: SpeechNetworkOptions = {}): Promise<SpeechNetwork> {
  const { models } = given;
  const { preset, note }: BestPreset = given.preset === undefined
    ? bestPreset({ models })
    : { preset: typeof given.preset === "string" ? presetNamed(given.preset) : given.preset };
  const options = mergeOptions(preset.options, given.options ?? {});
  const { speechThreshold } = parseOptions(options).segmentation;
  const run = networkRuns(given).segmentation;
  const found = await findModel(preset.segmentation, { places: modelPlaces(models) });
  const network = await openSegmentation(found.path, {
    provider: run.provider,
    workers: run.workers,
    speechThreshold: speechThreshold ?? undefined,
    compute: given.compute,
  });
  const worker = {
    name: "segmentation",
    budget: run.budget,
    run: (batch: readonly Float32Array<ArrayBuffer>[], inference: Parameters<typeof segmentBatch>[2]) =>
      segmentBatch(network, batch, inference),
  };
  const flow = new NetworkFlow({ workers: new Array<typeof worker>(run.atOnce).fill(worker), maxLength: 1 });
  const { frames, slots } = network;
  return {
    ...{ preset, note, options, weights: { segmentation: namedWeights(found) } },
    warnings: found.verified
      ? []
      : [`${found.path} is not the ${found.card.name} that dialab knows; it is taken as it is.`],
    async hear(audio, { channel, hook, signal } = {}) {
      const total = audio.frames === undefined
        ? 0
        : chunkCount(audio.frames, chunkGeometry(audio.sampleRate));
      const rows = new GrowingRows({ size: frames * slots, expected: total });
      const warnings: string[] = [];
      let durationSec = 0, done = 0;
      const warn = (warning: string) => void warnings.push(warning);
      const source = parts(chunks(audio, { channel, warn }), (endSec) => void (durationSec = endSec));
      await flow.submit(source, {
        name: `${audio.file}: segmentation`,
        signal,
        total,
        onPart({ index, output }) {
          rows.set(index, output);
          hook?.("segmentation", undefined, { completed: ++done, total: total && Math.max(total, done) });
        },
      }).result;
      return { segmentations: ndArray("f4", [rows.count, frames, slots], rows.data), durationSec, warnings };
    },
    async [Symbol.asyncDispose]() {
      await flow[Symbol.asyncDispose]();
      await network[Symbol.asyncDispose]();
    },
  };
}

async function* parts(source: AsyncIterable<Chunk>, reached: (endSec: number) => void) {
  for await (const { samples, startSec, length } of source) {
    reached(startSec + length / NETWORK_SAMPLE_RATE);
    yield { input: samples, length: 1 };
  }
}
