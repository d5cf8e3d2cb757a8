import { join } from "node:path";
import { ndArray } from "#lib/arrays/nd_array.ts";
import type { Audio } from "#lib/audio/audio.ts";
import { type Chunk, chunks } from "#lib/audio/chunks.ts";
import { NETWORK_SAMPLE_RATE } from "#lib/audio/mono_blocks.ts";
import type { PldaModel } from "#lib/clustering/plda_model.ts";
import { type ComputeOption } from "#lib/compute/scalar_compute.ts";
import type { Compute } from "#lib/compute/compute.ts";
import { cpuCompute } from "#lib/networks/cpu_compute.ts";
import { findModel, type FoundModel } from "#lib/networks/find_model.ts";
import { foundTogether } from "#lib/networks/found_together.ts";
import type { InferenceOptions } from "#lib/networks/network_session.ts";
import type { Provider } from "#lib/networks/provider.ts";
import { openSegmentation, type SegmentationNetwork } from "#lib/networks/segmentation.ts";
import { modelPlaces } from "#lib/places/places.ts";
import type { Artefacts } from "#lib/pipeline/artefacts.ts";
import { unreadSections } from "#lib/pipeline/clusterings.ts";
import { mergeOptions } from "#lib/pipeline/merge_options.ts";
import { type CommunityOptionsInput, OptionsError, parseOptions } from "#lib/pipeline/options.ts";
import { type RunProvenance, stagesOf } from "#lib/pipeline/run_provenance.ts";
import { type Hook, runStages } from "#lib/pipeline/run_stages.ts";
import { NetworkFlow } from "#lib/scheduling/network_flow.ts";
import { PartFeed } from "#lib/scheduling/part_feed.ts";
import { assertRunnable } from "./assert_runnable.ts";
import { assertSettings } from "./assert_settings.ts";
import { assertHeardGrid } from "./assert_heard_grid.ts";
import { type BestPreset, bestPreset } from "./best_preset.ts";
import { GrowingRows } from "./growing_rows.ts";
import type { ChunkEmbedder, HeardChunk } from "./heard_chunk.ts";
import { openMaskedEmbedder } from "./masked_embedder.ts";
import type { ModuleSum } from "./module_sums.ts";
import { namedWeights } from "./named_weights.ts";
import { type NetworkProviders, networkRuns } from "./network_runs.ts";
import { presetPlda } from "./preset_plda.ts";
import { type Preset, presetNamed } from "./presets.ts";
import { segmentBatch } from "./segment_batch.ts";
import { openWindowEmbedder } from "./window_embedder.ts";

/** How a diarizer is opened. */
export interface DiarizerOptions extends ComputeOption {
  /** A preset's name, or a preset. @default what `bestPreset` takes: the best whose weights are here; community-1 with an `embeddingModel` */
  readonly preset?: string | Preset;
  /** Settings over the preset's, for all recordings. */
  readonly options?: CommunityOptionsInput;
  /** Folder with weights, looked into first. */
  readonly models?: string;
  /** Card of another embedding network in place of the preset's. */
  readonly embeddingModel?: string;
  /** Where the networks run, both or each. @default {"cpu"} */
  readonly provider?: Provider | NetworkProviders;
  /**
   * Threads that run the networks while this one decodes, makes features and clusters. 0: this one runs them as well, in turns, which is
   * for places where threads cannot be had; it is slower and gives the same. @default {one for each core up to four, one for a GPU, none in Deno}
   */
  readonly workers?: number;
  /** Chunks in a batch, whatever the memory. */
  readonly batchSize?: number;
  /** Code of the user's own that takes part, as `moduleSums` tells it; results tell it. @default {[]} */
  readonly imports?: readonly ModuleSum[];
}

/** How one recording is diarized. */
export interface DiarizeSettings {
  /** Name of the recording. @default the file's name without its ending */
  readonly uri?: string;
  /** Settings over the preset's, such as hints. The speech threshold is the network's: it is set where the diarizer is opened. */
  readonly options?: CommunityOptionsInput;
  readonly channel?: number;
  readonly hook?: Hook;
  readonly signal?: AbortSignal;
}

/** What hearing a recording gives: the inputs of the back end, and how long it was. */
export interface Heard extends Pick<Artefacts, "segmentations" | "embeddings"> {
  /** To a sample at 16 kHz, of what could be decoded. */
  readonly durationSec: number;
  /** What was heard of the recording and should be told; `Audio` has more of them. */
  readonly warnings: readonly string[];
}

/**
 * The networks and the clustering of a preset, open and warm, for any number of recordings at once: their chunks share the batches.
 * Memory grows with a recording's chunks (9 KB a second at 589 frames, 3 slots, 256 dimensions), not with its samples.
 */
export class Diarizer implements AsyncDisposable {
  readonly preset: Preset;
  /** Which preset was taken where none was named, and how to get a better one; undefined where there is nothing to say. */
  readonly note: string | undefined;
  /** The preset's settings, and over them those that it was opened with. */
  readonly options: CommunityOptionsInput;
  readonly compute: Compute;
  /** Which files the networks and the PLDA were read from. */
  readonly weights: NonNullable<RunProvenance["weights"]>;
  /** Of weights that are not those of their card, and were taken since the user named their folder. */
  readonly warnings: readonly string[];
  /** Code of the user's own that takes part, as it was given. */
  readonly imports: readonly ModuleSum[];
  /** Where each network runs. */
  readonly networks: NonNullable<RunProvenance["networks"]>;
  readonly #segmentation: SegmentationNetwork;
  readonly #embedder: ChunkEmbedder;
  readonly #plda: PldaModel | undefined;
  readonly #segmenting: NetworkFlow<Float32Array<ArrayBuffer>, Float32Array<ArrayBuffer>>;
  readonly #embedding: NetworkFlow<HeardChunk, Float32Array<ArrayBuffer>>;

  private constructor(
    open: {
      preset: Preset;
      note: string | undefined;
      options: CommunityOptionsInput;
      compute: Compute;
      weights: NonNullable<RunProvenance["weights"]>;
      warnings: readonly string[];
      imports: readonly ModuleSum[];
      segmentation: SegmentationNetwork;
      embedder: ChunkEmbedder;
      plda: PldaModel | undefined;
    },
    runs: ReturnType<typeof networkRuns>,
  ) {
    const { preset, note, options, compute, weights, warnings, imports, segmentation, embedder, plda } = open;
    this.preset = preset;
    this.note = note;
    this.options = options;
    this.compute = compute;
    this.weights = weights;
    this.warnings = warnings;
    this.imports = imports;
    this.networks = { segmentation: runs.segmentation.provider, embedding: runs.embedding.provider };
    this.#segmentation = segmentation;
    this.#embedder = embedder;
    this.#plda = plda;
    const segmenter = {
      name: "segmentation",
      budget: runs.segmentation.budget,
      run: (batch: readonly Float32Array<ArrayBuffer>[], inference: InferenceOptions) =>
        segmentBatch(segmentation, batch, inference),
    };
    const embeddingWorker = {
      name: "embedding",
      budget: runs.embedding.budget,
      run: (batch: readonly HeardChunk[], inference: InferenceOptions) => embedder.embed(batch, inference),
    };
    const several = <Worker>(worker: Worker, count: number) => new Array<Worker>(count).fill(worker);
    this.#segmenting = new NetworkFlow({
      workers: several(segmenter, runs.segmentation.atOnce),
      maxLength: 1,
    });
    this.#embedding = new NetworkFlow({
      workers: several(embeddingWorker, runs.embedding.atOnce),
      maxLength: 1,
    });
  }

  /**
   * Opens the networks of a preset.
   *
   * @throws {RangeError} when there is no such preset, or its clustering is not registered.
   * @throws {OptionsError} when an option is wrong.
   * @throws {PlaceError} when the folder `models` is not there.
   * @throws {ModelNotFoundError} when weights are missing; the message names all of them, and says how to get them.
   */
  static async open(options: DiarizerOptions = {}): Promise<Diarizer> {
    assertSettings(options);
    const { models } = options;
    const runs = networkRuns(options);
    const { preset, note }: BestPreset = options.preset === undefined
      ? options.embeddingModel === undefined ? bestPreset({ models }) : { preset: presetNamed("community-1") } // the only one whose settings are not of its own embedding
      : { preset: typeof options.preset === "string" ? presetNamed(options.preset) : options.preset };
    const settings = mergeOptions(preset.options, options.options ?? {});
    assertRunnable(preset, settings); // refused before anything is loaded
    const { speechThreshold } = parseOptions(settings).segmentation;
    const compute = options.compute ?? await cpuCompute();
    const places = modelPlaces(models);
    const [segmentationFile, embeddingFile, plda] = await foundTogether([
      findModel(preset.segmentation, { places }),
      findModel(options.embeddingModel ?? preset.embedding.model, { places }),
      presetPlda(preset, { models }),
    ]);
    const segmentation = await openSegmentation(segmentationFile.path, {
      provider: runs.segmentation.provider,
      workers: runs.segmentation.workers,
      speechThreshold: speechThreshold ?? undefined,
    });
    try {
      const { frames, slots } = segmentation;
      const { provider, workers } = runs.embedding;
      const embedder = preset.embedding.kind === "masked"
        ? await openMaskedEmbedder(embeddingFile.path, { frames, slots, provider, workers, compute })
        : await openWindowEmbedder(embeddingFile.path, { frames, slots, provider, workers });
      const weights = {
        segmentation: namedWeights(segmentationFile),
        embedding: namedWeights(embeddingFile),
        ...(plda && { plda: plda.files.map(namedWeights) }),
      };
      const files = [segmentationFile, embeddingFile, ...plda?.files ?? []];
      const warnings = [
        ...unusedFolder(models, files),
        ...unreadWarnings(preset, options.options ?? {}),
        ...files.flatMap(notOfItsCard),
      ];
      const open = {
        preset,
        note,
        options: settings,
        compute,
        weights,
        warnings,
        imports: options.imports ?? [],
        segmentation,
        embedder,
        plda: plda?.model,
      };
      return new Diarizer(open, runs);
    } catch (error) {
      await segmentation[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Runs both networks over a recording. */
  async hear(audio: Audio, settings: DiarizeSettings = {}): Promise<Heard> {
    const { channel, hook, signal } = settings;
    const { frames, slots } = this.#segmentation;
    const { dimension } = this.#embedder;
    const total = expectedChunks(audio);
    const segmentations = new GrowingRows({ size: frames * slots, expected: total });
    const embeddings = new GrowingRows({ size: slots * dimension, expected: total });
    let segmentedChunks = 0, embeddedChunks = 0;
    const feed = new PartFeed<HeardChunk>();
    const embedded = this.#embedding.submit(feed, {
      name: `${audio.file}: embedding`,
      signal,
      onPart({ input: { index }, output }) {
        embeddings.set(index, output);
        embeddedChunks++;
        hook?.("embeddings", undefined, {
          completed: embeddedChunks,
          total: total && Math.max(total, embeddedChunks),
        });
      },
    });
    // A failure of the second network stops the first, through the feed; it is told once, by `embedded`.
    embedded.result.catch(() => {});
    let durationSec = 0;
    const warnings: string[] = [];
    const warn = (warning: string) => void warnings.push(warning);
    const source = parts(chunks(audio, { channel, warn }), (endSec) => void (durationSec = endSec));
    const segmented = this.#segmenting.submit(source, {
      name: `${audio.file}: segmentation`,
      signal,
      total,
      async onPart({ index, input, output }) {
        segmentations.set(index, output);
        segmentedChunks++;
        hook?.("segmentation", undefined, {
          completed: segmentedChunks,
          total: total && Math.max(total, segmentedChunks),
        });
        await feed.push({ input: { index, samples: input, segmentation: output }, length: 1 });
      },
    });
    try {
      await segmented.result;
      feed.end();
      await embedded.result;
    } catch (error) {
      embedded.cancel(error);
      throw error;
    }
    return {
      segmentations: ndArray("f4", [segmentations.count, frames, slots], segmentations.data),
      embeddings: ndArray("f4", [embeddings.count, slots, dimension], embeddings.data),
      durationSec,
      warnings,
    };
  }

  /** From what was heard to turns. */
  async cluster(
    { segmentations, embeddings }: Pick<Heard, "segmentations" | "embeddings">,
    settings: DiarizeSettings = {},
  ) {
    const { uri, hook, signal } = settings;
    const options = this.optionsWith(settings.options);
    const { clustering } = this.preset;
    return await runStages(stagesOf({ clustering, options }), { segmentations, embeddings }, {
      options,
      models: { plda: this.#plda },
      compute: this.compute,
      uri,
      hook,
      signal,
    });
  }

  /**
   * All that is set for a recording: the preset's settings, those that this was opened with, and the recording's own.
   *
   * @throws {OptionsError} when one is wrong, moves the grid (`assertHeardGrid`), or changes the speech threshold, with which the network was opened.
   */
  optionsWith(own: CommunityOptionsInput = {}): CommunityOptionsInput {
    const options = mergeOptions(this.options, own);
    assertHeardGrid(options);
    const threshold = (of: CommunityOptionsInput) => parseOptions(of).segmentation.speechThreshold;
    const [given, opened] = [threshold(options), threshold(this.options)];
    if (given !== opened) {
      throw new OptionsError(
        `segmentation.speechThreshold is ${given} for this recording, but the networks were opened with ${opened}; ` +
          "give it to Diarizer.open.",
      );
    }
    return options;
  }

  /** Lets the networks go, once what runs has ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#segmenting[Symbol.asyncDispose]();
    await this.#embedding[Symbol.asyncDispose]();
    await this.#segmentation[Symbol.asyncDispose]();
    await this.#embedder[Symbol.asyncDispose]();
  }
}

/** A folder that was named for its weights and has none of those that are needed, under the names that are looked for. */
function unusedFolder(models: string | undefined, files: readonly FoundModel[]): string[] {
  if (models === undefined || files.some(({ path, card }) => path === join(models, card.file))) return [];
  const names = files.map(({ card }) => card.file).join(", ");
  return [`${models} has none of the weights that are needed (${names}); others were taken.`];
}

function unreadWarnings({ name, clustering }: Preset, given: CommunityOptionsInput): string[] {
  return unreadSections(clustering, given).map((section) =>
    `What is set in "${section}" has no effect: the clustering "${clustering}" of preset ${name} does not read it.`
  );
}

function notOfItsCard({ path, card, sha256, verified }: FoundModel): string[] {
  if (verified) return [];
  return [
    `${path} is not the ${card.name} that dialab knows (its sha256 is ${sha256}); it is taken as it is.`,
  ];
}

async function* parts(source: AsyncIterable<Chunk>, reached: (endSec: number) => void) {
  for await (const { samples, startSec, length } of source) {
    reached(startSec + length / NETWORK_SAMPLE_RATE);
    yield { input: samples, length: 1 };
  }
}

/** Chunks that a recording will give, for progress; 0 where its length is not known. */
function expectedChunks({ frames, sampleRate }: Audio): number {
  if (frames === undefined) return 0;
  const seconds = frames / sampleRate;
  return seconds <= 10 ? 1 : Math.ceil(seconds - 10) + 1;
}
