import { type Warn, warnOnProcess } from "#lib/warnings/warn.ts";
import type { DataBatch } from "../batches/data_batch.ts";
import { SpeechCollator } from "../batches/speech_collator.ts";
import { splitOf } from "../shards/split_of.ts";
import type { SpeechSample, SpeechTransform } from "../transforms/speech_sample.ts";
import { durationBatches, type DurationBatchesOptions } from "./duration_batches.ts";
import { type EpochBatch, epochBatches, type EpochBatchesOptions } from "./epoch_batches.ts";
import { checkedState, type LoaderState, orderSum } from "./loader_state.ts";
import { prefetch } from "./prefetch.ts";
import { SampleError, sampleError } from "./sample_error.ts";
import { type SampleOrder, sampleOrder, type SampleOrderOptions } from "./sample_order.ts";
import { ArrayPool } from "./array_pool.ts";
import type { LoadOptions, SpeechLoader } from "./speech_loader.ts";
import { Turnstile } from "./turnstile.ts";

/** Options of {@linkcode speechBatches}. */
export interface SpeechBatchesOptions
  extends
    Omit<SampleOrderOptions, "epoch">,
    Omit<EpochBatchesOptions, "position">,
    Pick<DurationBatchesOptions, "maxBatchSec" | "mostSamples" | "bucketSamples"> {
  /** Where to go on. Default: at the beginning of epoch 0. */
  readonly state?: LoaderState;
  /** What is done to each sample. Default: nothing. */
  readonly transform?: SpeechTransform;
  /** Makes batches of samples. Default: one with its own defaults. */
  readonly collator?: Pick<SpeechCollator, "collate">;
  /** Batches that are made ready beyond the one in use. Default 2. */
  readonly ahead?: number;
  /** Samples that are read and decoded at a time. Default 8. */
  readonly parallel?: number;
  /** What a sample that cannot be loaded does: ends the epoch, or is left out with a warning and counted. Default `throw`. */
  readonly onError?: "throw" | "skip-with-warning";
  /** Ends it, with what it was aborted with. */
  readonly signal?: AbortSignal;
  /** Hears of samples that are left out. Default: the process's warnings. */
  readonly warn?: Warn;
}

/** A batch with its place in the epoch. */
export interface LoadedBatch extends EpochBatch {
  readonly epoch: number;
  readonly batch: DataBatch;
  /** Where to go on once every rank has had its batch of this round. */
  readonly state: LoaderState;
  /** Samples that were left out of it, by `skip-with-warning`. */
  readonly skipped: readonly SampleError[];
  /**
   * Gives the memory of waveforms and mask back, for a later batch: nothing may look at them any more. Whoever does so when a batch was
   * copied to the GPU, or used, has batches sooner: new memory takes the system longer than decoding. It need not be done.
   */
  release(): void;
}

/** Batches of a corpus, epoch by epoch; see {@linkcode speechBatches}. Each loop over it is the rest of one epoch. */
export class SpeechBatches implements AsyncIterable<LoadedBatch> {
  readonly #loader: SpeechLoader;
  readonly #options: SpeechBatchesOptions;
  readonly #collator: Pick<SpeechCollator, "collate">;
  readonly #lengthsSec: Float64Array | undefined;
  readonly #order: string;
  readonly #pool = new ArrayPool();
  #place: { readonly epoch: number; readonly position: number };
  #drawn: SampleOrder | undefined;
  #skipped = 0;

  constructor(loader: SpeechLoader, options: SpeechBatchesOptions = {}) {
    const { rank, world, worker, workers, maxBatchSec, batchSize, mostSamples, bucketSamples } = options;
    splitOf([], { rank, world, worker, workers }); // checks them
    if (maxBatchSec === undefined && (mostSamples ?? bucketSamples) !== undefined) {
      throw new RangeError("mostSamples and bucketSamples go with maxBatchSec, batches by duration.");
    }
    if (maxBatchSec !== undefined && batchSize !== undefined) {
      throw new RangeError("A batch is of batchSize samples or of maxBatchSec seconds; both were given.");
    }
    new Turnstile(options.parallel ?? 1); // checks it
    this.#loader = loader;
    this.#options = options;
    this.#collator = options.collator ?? new SpeechCollator();
    this.#lengthsSec = maxBatchSec === undefined ? undefined : lengthsOf(loader);
    const { seed = 0, shuffle = true, blockSamples = 64, mixedBlocks = 32 } = options;
    const ids = loader.idBytes?.() ??
      new TextEncoder().encode(loader.availableIds().map((id) => `${id}\0`).join(""));
    const parts = [seed, String(shuffle), blockSamples, mixedBlocks, loader.sizes, ids];
    const byDuration = [maxBatchSec ?? 0, mostSamples ?? 0, bucketSamples ?? 0, this.#lengthsSec ?? []];
    this.#order = orderSum(maxBatchSec === undefined ? parts : [...parts, ...byDuration]);
    const begin = options.state ?? { epoch: 0, position: 0 };
    this.#place = checkedState(begin, { order: this.#order, length: loader.length });
    [...this.#batchesOf(this.#place, 0)]; // checks sizes and the order's options
  }

  /**
   * Where to go on after the batch that was handed out last: with (epoch, position) and the same samples, seed and options of the order,
   * any number of ranks and workers goes on exactly there. Of several ranks the one that is least far tells, since a round counts when every rank
   * has had its batch.
   */
  state(): LoaderState {
    return { ...this.#place, order: this.#order };
  }

  /** Samples that were left out so far. */
  get skipped(): number {
    return this.#skipped;
  }

  /** The rest of the epoch, for this worker of this rank; then the next loop is the next epoch. */
  async *[Symbol.asyncIterator](): AsyncGenerator<LoadedBatch, void, undefined> {
    const { ahead, signal, parallel = 8, world = 1, warn = warnOnProcess } = this.#options;
    const begin = this.#place;
    const turnstile = new Turnstile(parallel);
    const made = prefetch(
      this.#batchesOf(begin),
      (batch, ended) => this.#made(batch, { turnstile, signal: ended }),
      { ahead, signal },
    );
    for await (const { planned, samples, skipped, batch } of made) {
      for (const error of skipped) warn(`${error.message}; it was left out.`);
      this.#skipped += skipped.length;
      if (batch === undefined) {
        if (world > 1) {
          throw new RangeError(
            `None of the ${samples} samples of batch ${planned.number} can be loaded, and without it this rank would part from ` +
              `the others: ${skipped[0].message}`,
            { cause: skipped[0] },
          );
        }
        continue;
      }
      this.#place = this.#behind(planned, begin.epoch);
      yield {
        ...{ ...planned, epoch: begin.epoch, batch, skipped, state: this.state() },
        release: this.#releaseOf(batch),
      };
    }
    this.#place = { epoch: begin.epoch + 1, position: 0 };
  }

  get #isOwnCollator(): boolean {
    return this.#collator instanceof SpeechCollator;
  }

  #releaseOf({ waveforms, attentionMask }: DataBatch): () => void {
    // Arrays that a collator of the user's made are theirs.
    let isHeld = this.#isOwnCollator;
    return () => {
      if (!isHeld) return;
      isHeld = false;
      this.#pool.give(waveforms.data);
      this.#pool.give(attentionMask.data);
    };
  }

  /** An epoch's end is the beginning of the next. */
  #behind({ roundEnd }: EpochBatch, epoch: number): { epoch: number; position: number } {
    return roundEnd === this.#loader.length
      ? { epoch: epoch + 1, position: 0 }
      : { epoch, position: roundEnd };
  }

  /** Kept, because drawing that of a large corpus takes a while. */
  #orderOf(epoch: number): SampleOrder {
    if (this.#drawn?.epoch !== epoch) {
      this.#drawn = sampleOrder(this.#loader.sizes, { ...this.#options, epoch });
    }
    return this.#drawn;
  }

  /** @param most Batches of it; default all. */
  *#batchesOf(
    { epoch, position }: { readonly epoch: number; readonly position: number },
    most = Infinity,
  ): Generator<EpochBatch> {
    const order = this.#orderOf(epoch);
    const { maxBatchSec } = this.#options;
    const batches = maxBatchSec === undefined
      ? epochBatches(order, { ...this.#options, position })
      : durationBatches(order, { ...this.#options, position, lengthsSec: this.#lengthsSec! });
    let count = 0;
    for (const batch of batches) {
      if (count++ >= most) return;
      yield batch;
    }
  }

  async #made(
    planned: EpochBatch,
    { turnstile, signal }: { readonly turnstile: Turnstile; readonly signal: AbortSignal },
  ) {
    const { onError = "throw", transform } = this.#options;
    const borrowed: Float32Array<ArrayBuffer>[] = [];
    // What a transform or a collator of the user's has seen, it may have kept.
    const allocate = transform === undefined && this.#isOwnCollator
      ? (length: number) => {
        const samples = this.#pool.floats(length);
        borrowed.push(samples);
        return samples;
      }
      : undefined;
    const loaded = await Promise.allSettled(
      planned.samples.map((number) => turnstile.run(() => this.#sample(number, { signal, allocate }))),
    );
    const samples: SpeechSample[] = [], skipped: SampleError[] = [];
    for (const result of loaded) {
      if (result.status === "fulfilled") samples.push(result.value);
      else if (onError === "throw" || !(result.reason instanceof SampleError)) throw result.reason;
      else skipped.push(result.reason);
    }
    const batch = samples.length === 0 ? undefined : this.#collator.collate(samples, this.#pool);
    for (const samples of borrowed) this.#pool.give(samples);
    return { planned, samples: planned.samples.length, skipped, batch };
  }

  async #sample(
    number: number,
    options: LoadOptions & { readonly signal: AbortSignal },
  ): Promise<SpeechSample> {
    options.signal.throwIfAborted();
    const { transform } = this.#options;
    const sample = await this.#loader.loadAt(number, options);
    if (transform === undefined) return sample;
    try {
      return transform(sample);
    } catch (error) {
      throw sampleError(error, { file: sample.wavId, key: sample.id });
    }
  }
}

function lengthsOf(loader: SpeechLoader): Float64Array {
  return Float64Array.from({ length: loader.length }, (_, number) => {
    const sec = loader.durationSec(number);
    if (sec !== undefined) return sec;
    throw new RangeError(
      `Nothing tells how long sample ${
        JSON.stringify(loader.availableIds()[number])
      } is, which batches by duration need.`,
    );
  });
}

/**
 * Batches of a corpus, made ready while one is used. Which samples come in which batch depends on seed, epoch and position alone, so that
 * a run that was stopped, or killed, goes on exactly where it was by its {@linkcode LoaderState}, at the cost of a beginning. A loop over the
 * result is one epoch, or the rest of one; the next loop is the next.
 *
 * Every sample comes once an epoch, over all ranks and workers. One that cannot be loaded is a `SampleError` with file and key in the place of
 * its batch, or is left out. An error of the batch itself (rates that differ) is never passed over.
 *
 * @throws {RangeError} An option is out of its range, a state is of another order, or nothing tells how long a sample is.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { writeWav } from "#lib/audio/write_wav.ts";
 * import { openRawFiles } from "#lib/corpus/loaders/raw_file_loader.ts";
 * import { speechBatches } from "#lib/corpus/loaders/speech_batches.ts";
 * import { listRecordings } from "#lib/corpus/recordings/list_recordings.ts";
 *
 * const folder = await mkdtemp(join(tmpdir(), "dialab-"));
 * for (const id of ["a", "b", "c"]) await writeWav(join(folder, `${id}.wav`), new Float32Array(80), { sampleRate: 8000 });
 * await using loader = await openRawFiles((await listRecordings(folder)).recordings);
 * const whole: string[] = [];
 * for await (const { batch } of speechBatches(loader, { seed: 1, batchSize: 2 })) whole.push(...batch.ids);
 *
 * const batches = speechBatches(loader, { seed: 1, batchSize: 2 });
 * const ids: string[] = [];
 * for await (const { batch } of batches) {
 *   ids.push(...batch.ids);
 *   break;
 * }
 * const rest = speechBatches(loader, { seed: 1, batchSize: 1, state: JSON.parse(JSON.stringify(batches.state())) });
 * for await (const { batch } of rest) ids.push(...batch.ids);
 * assert.deepEqual(ids, whole);
 * assert.deepEqual([rest.state().epoch, rest.state().position], [1, 0]);
 * await rm(folder, { recursive: true });
 * ```
 */
export function speechBatches(loader: SpeechLoader, options: SpeechBatchesOptions = {}): SpeechBatches {
  return new SpeechBatches(loader, options);
}
