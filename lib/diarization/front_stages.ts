import { ndArray } from "#lib/arrays/nd_array.ts";
import { chunkCount, chunkGeometry } from "#lib/audio/chunk_geometry.ts";
import { NETWORK_SAMPLE_RATE } from "#lib/audio/mono_blocks.ts";
import { readAudio } from "#lib/audio/read_audio.ts";
import type { ComputeOption } from "#lib/compute/scalar_compute.ts";
import { cpuCompute } from "#lib/networks/cpu_compute.ts";
import { embeddingFbank } from "#lib/networks/embedding_fbank.ts";
import { findModel } from "#lib/networks/find_model.ts";
import { foundTogether } from "#lib/networks/found_together.ts";
import { type MaskedEmbeddingNetwork, openMaskedEmbedding } from "#lib/networks/masked_embedding.ts";
import type { Provider } from "#lib/networks/provider.ts";
import { openSegmentation, type SegmentationNetwork } from "#lib/networks/segmentation.ts";
import { modelPlaces } from "#lib/places/places.ts";
import { mergeOptions } from "#lib/pipeline/merge_options.ts";
import { type CommunityOptionsInput, parseOptions } from "#lib/pipeline/options.ts";
import { stagesOf } from "#lib/pipeline/run_provenance.ts";
import { type AnyStage, defineStage, type Models } from "#lib/pipeline/stage.ts";
import { assertRunnable } from "./assert_runnable.ts";
import { embeddingMasks } from "./embedding_masks.ts";
import { presetPlda } from "./preset_plda.ts";
import { type Preset, presetNamed } from "./presets.ts";

/** How front stages are opened. */
export interface FrontStagesOptions extends ComputeOption {
  /** One whose embedding network takes masks. @default {"community-1"} */
  readonly preset?: string | Preset;
  /** Settings over the preset's. */
  readonly options?: CommunityOptionsInput;
  /** Folder with weights, looked into first. */
  readonly models?: string;
  /** Where the networks run. @default {"cpu"} */
  readonly provider?: Provider;
  /** Chunks at a time. @default {4} */
  readonly batchSize?: number;
}

/**
 * From a recording to segmentations and embeddings as stages like all others, each result whole in memory: `decoding`, `segmentation`,
 * `fbank`, `embedding`. For looking at a run and taking it apart; a `Diarizer` is what diarizes many recordings, or long ones (fbank
 * alone takes 320 KB a second).
 */
export class FrontStages implements AsyncDisposable {
  readonly preset: Preset;
  /** The preset's settings, and over them those that it was opened with. */
  readonly options: CommunityOptionsInput;
  /** The PLDA of the preset. */
  readonly models: Models;
  readonly #segmentation: SegmentationNetwork;
  readonly #embedding: MaskedEmbeddingNetwork;
  readonly #batchSize: number;

  private constructor(
    preset: Preset,
    options: CommunityOptionsInput,
    models: Models,
    networks: readonly [SegmentationNetwork, MaskedEmbeddingNetwork],
    batchSize: number,
  ) {
    this.preset = preset;
    this.options = options;
    this.models = models;
    [this.#segmentation, this.#embedding] = networks;
    this.#batchSize = batchSize;
  }

  /**
   * Opens the networks of a preset.
   *
   * @throws {RangeError} when there is no such preset, or its embedding network takes no masks.
   * @throws {ModelNotFoundError} when weights are missing; the message names all of them, and says how to get them.
   */
  static async open(options: FrontStagesOptions = {}): Promise<FrontStages> {
    const { preset: wanted = "community-1", models, provider, batchSize = 4 } = options;
    const preset = typeof wanted === "string" ? presetNamed(wanted) : wanted;
    if (preset.embedding.kind !== "masked") {
      throw new RangeError(`Preset "${preset.name}" has other stages: masked embeddings are needed.`);
    }
    const settings = mergeOptions(preset.options, options.options ?? {});
    assertRunnable(preset, settings);
    const compute = options.compute ?? await cpuCompute();
    const places = modelPlaces(models);
    const [segmentationFile, embeddingFile, plda] = await foundTogether([
      findModel(preset.segmentation, { places }),
      findModel(preset.embedding.model, { places }),
      presetPlda(preset, { models }),
    ]);
    const speechThreshold = parseOptions(settings).segmentation.speechThreshold ?? undefined;
    const segmentation = await openSegmentation(segmentationFile.path, {
      provider,
      compute,
      speechThreshold,
    });
    try {
      const embedding = await openMaskedEmbedding(embeddingFile.path, { provider, compute });
      return new FrontStages(preset, settings, { plda: plda?.model }, [segmentation, embedding], batchSize);
    } catch (error) {
      await segmentation[Symbol.asyncDispose]();
      throw error;
    }
  }

  /**
   * All stages from a recording's file to turns; nothing has to be given.
   *
   * @param settings `options`: set over its own, for the clustering's own.
   */
  stages(file: string, settings: { readonly options?: CommunityOptionsInput } = {}): AnyStage[] {
    const { preset: { clustering } } = this;
    const options = mergeOptions(this.options, settings.options ?? {});
    return [decoding(file), ...this.#networkStages(), ...stagesOf({ clustering, options })];
  }

  #networkStages(): AnyStage[] {
    const [segmentation, embedding, batchSize] = [this.#segmentation, this.#embedding, this.#batchSize];
    const threshold = parseOptions(this.options).segmentation.speechThreshold ?? undefined;
    return [
      defineStage({
        name: "segmentation",
        needs: ["waveform"],
        gives: ["powersetScores", "segmentations"],
        async run({ waveform }, { signal, progress }) {
          const { chunkSamples, frames, slots, classes } = segmentation;
          const total = chunksOf(waveform.data);
          const scores = new Float32Array(total * frames * classes);
          const active = new Float32Array(total * frames * slots);
          for (let c = 0; c < total; c += batchSize) {
            signal?.throwIfAborted();
            const batch = samplesOf(waveform.data, c, Math.min(total, c + batchSize), chunkSamples);
            const result = await segmentation.run(batch);
            const given = result.scores.data;
            scores.set(
              threshold === undefined ? given : asDecided(given, classes, threshold),
              c * frames * classes,
            );
            active.set(result.segmentations.data, c * frames * slots);
            progress(Math.min(total, c + batchSize), total);
          }
          return {
            powersetScores: ndArray("f4", [total, frames, classes], scores),
            segmentations: ndArray("f4", [total, frames, slots], active),
          };
        },
      }),
      defineStage({
        name: "fbank",
        needs: ["waveform"],
        gives: ["fbank"],
        async run({ waveform }, { compute, signal, progress }) {
          const total = chunksOf(waveform.data);
          const { melBins } = embedding;
          let all = new Float32Array(0), windows = 0;
          for (let c = 0; c < total; c++) {
            signal?.throwIfAborted();
            const samples = samplesOf(waveform.data, c, c + 1, segmentation.chunkSamples);
            const { shape, data } = await embeddingFbank(samples, { compute, melBins });
            windows = shape[1];
            if (c === 0) all = new Float32Array(total * data.length);
            all.set(data, c * data.length);
            progress(c + 1, total);
          }
          return { fbank: ndArray("f4", [total, windows, melBins], all) };
        },
      }),
      defineStage({
        name: "embedding",
        needs: ["fbank", "segmentations"],
        gives: ["embeddings"],
        async run({ fbank, segmentations }, { signal, progress }) {
          const [total, windows, bins] = fbank.shape;
          const [, frames, slots] = segmentations.shape;
          const { dimension } = embedding;
          const embeddings = new Float32Array(total * slots * dimension);
          for (let c = 0; c < total; c += batchSize) {
            signal?.throwIfAborted();
            const end = Math.min(total, c + batchSize);
            const masks = new Float32Array((end - c) * slots * frames);
            for (let i = c; i < end; i++) {
              const chunk = segmentations.data.subarray(i * frames * slots, (i + 1) * frames * slots);
              masks.set(embeddingMasks(chunk, { frames, slots }), (i - c) * slots * frames);
            }
            const features = fbank.data.slice(c * windows * bins, end * windows * bins);
            const { data } = await embedding.run(
              ndArray("f4", [end - c, windows, bins], features),
              ndArray("f4", [end - c, slots, frames], masks),
            );
            embeddings.set(data, c * slots * dimension);
            progress(end, total);
          }
          return { embeddings: ndArray("f4", [total, slots, dimension], embeddings) };
        },
      }),
    ];
  }

  /** Lets the networks go. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#segmentation[Symbol.asyncDispose]();
    await this.#embedding[Symbol.asyncDispose]();
  }
}

/** The recording as the networks hear it. */
function decoding(file: string) {
  return defineStage({
    name: "decoding",
    needs: [],
    gives: ["waveform"],
    async run(_, { warn }) {
      const { samples, warnings } = await readAudio(file);
      for (const warning of warnings) warn(warning);
      return { waveform: ndArray("f4", [samples.length], samples) };
    },
  });
}

/**
 * Scores whose largest is what is decided where speech has a threshold: silence's is as far above the best set of speakers as it is above
 * the threshold.
 */
function asDecided(scores: Float32Array, classes: number, threshold: number): Float32Array {
  const limit = Math.fround(Math.log1p(-threshold));
  const decided = scores.slice();
  for (let at = 0; at < scores.length; at += classes) {
    const speech = scores.subarray(at + 1, at + classes).reduce(
      (most, score) => Math.max(most, score),
      -Infinity,
    );
    decided[at] = speech + (scores[at] - limit);
  }
  return decided;
}

const GEOMETRY = chunkGeometry(NETWORK_SAMPLE_RATE);

function chunksOf(waveform: Float32Array): number {
  return chunkCount(waveform.length, GEOMETRY);
}

/** Chunks [from, to) one after the other; behind the recording's end they are zero. */
function samplesOf(
  waveform: Float32Array,
  from: number,
  to: number,
  size: number,
): Float32Array<ArrayBuffer> {
  const samples = new Float32Array((to - from) * size);
  for (let c = from; c < to; c++) {
    const start = c * GEOMETRY.step;
    samples.set(waveform.subarray(start, start + size), (c - from) * size);
  }
  return samples;
}
