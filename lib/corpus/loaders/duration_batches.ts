import { splitOf } from "../shards/split_of.ts";
import type { EpochBatch, EpochBatchesOptions } from "./epoch_batches.ts";
import type { SampleOrder } from "./sample_order.ts";
import { seedOf } from "./seed_of.ts";
import { shuffled } from "./shuffled.ts";

/** Options of {@linkcode durationBatches}. */
export interface DurationBatchesOptions extends Omit<EpochBatchesOptions, "batchSize"> {
  /** Of each sample, in seconds, by its number. */
  readonly lengthsSec: ArrayLike<number>;
  /** Seconds in a batch, its padding included: samples times the longest. Default 120. */
  readonly maxBatchSec?: number;
  /** Samples in a batch. Default: as many as fit. */
  readonly mostSamples?: number;
  /** Samples that follow each other in the order and are sorted into batches of like lengths. Default 1024; with more there is less padding, and less chance. */
  readonly bucketSamples?: number;
}

/** A batch of samples of like lengths. */
export interface DurationBatch extends EpochBatch {
  /** Seconds of its samples. */
  readonly durationSec: number;
  /** Seconds when all are padded to the longest. */
  readonly paddedSec: number;
}

/**
 * Batches by duration, of samples of like lengths, for one worker of one rank from any position of an epoch on. Every `bucketSamples` of
 * the order are sorted by length and filled into batches, which then come in an order of their own: which, depends on seed, epoch and
 * lengths alone, so that (epoch, position) is the whole state here too, and batches are given to ranks and workers as `epochBatches` does.
 * Positions count in the order in which these batches give the samples. A stop inside a batch is gone on with by the rest of that batch.
 *
 * A sample that is longer than `maxBatchSec` comes in a batch of its own.
 *
 * @throws {RangeError} A length is missing or no number of seconds from 0, or an option is out of its range.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { durationBatches, paddingShareOf } from "#lib/corpus/loaders/duration_batches.ts";
 * import { sampleOrder } from "#lib/corpus/loaders/sample_order.ts";
 * const lengthsSec = [1, 9, 2, 8, 1, 9];
 * const batches = [...durationBatches(sampleOrder([6], { seed: 1 }), { lengthsSec, maxBatchSec: 20 })];
 * assert.deepEqual(batches.flatMap(({ samples }) => samples).sort(), [0, 1, 2, 3, 4, 5]);
 * assert(batches.every(({ paddedSec }) => paddedSec <= 20));
 * assert(paddingShareOf(batches) < 0.3);
 * ```
 */
export function* durationBatches(
  order: SampleOrder,
  options: DurationBatchesOptions,
): Generator<DurationBatch, void, undefined> {
  const { rank = 0, world = 1, worker = 0, workers = 1, position = 0, lastRound = "short" } = options;
  splitOf([], { rank, world, worker, workers }); // checks them
  const { length } = order;
  if (!Number.isSafeInteger(position) || position < 0 || position > length) {
    throw new RangeError(`An epoch of ${length} samples cannot be gone on with at position ${position}.`);
  }
  let number = 0, at = position;
  let round: Filled[] = [];
  const given = function* (): Generator<DurationBatch> {
    const roundEnd = at + round.reduce((sum, { samples, repeated }) => sum + samples.length - repeated, 0);
    for (const [i, filled] of round.entries()) {
      if (i === rank && Math.floor(number / world) % workers === worker) {
        yield { number, position: at, roundEnd, ...filled };
      }
      number++;
      at += filled.samples.length - filled.repeated;
    }
    round = [];
  };
  for (const filled of filledFrom(order, options)) {
    round.push(filled);
    if (round.length === world) yield* given();
  }
  if (round.length === 0 || lastRound === "dropped") return;
  if (lastRound === "shared") round = shared(round, { world, lengthsSec: options.lengthsSec });
  yield* given();
}

/**
 * How much of batches is padding, from 0 to 1, by seconds; 0 of none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { paddingShareOf } from "#lib/corpus/loaders/duration_batches.ts";
 * assert.equal(paddingShareOf([{ durationSec: 3, paddedSec: 4 }, { durationSec: 6, paddedSec: 8 }]), 0.25);
 * ```
 */
export function paddingShareOf(
  batches: Iterable<Pick<DurationBatch, "durationSec" | "paddedSec">>,
): number {
  let duration = 0, padded = 0;
  for (const { durationSec, paddedSec } of batches) {
    duration += durationSec;
    padded += paddedSec;
  }
  return padded === 0 ? 0 : 1 - duration / padded;
}

type Filled = Pick<DurationBatch, "samples" | "durationSec" | "paddedSec" | "repeated">;

function filledOf(samples: readonly number[], lengthsSec: ArrayLike<number>, repeated = 0): Filled {
  let durationSec = 0, longest = 0;
  for (const sample of samples) {
    durationSec += lengthsSec[sample];
    longest = Math.max(longest, lengthsSec[sample]);
  }
  return { samples, durationSec, paddedSec: longest * samples.length, repeated };
}

/** All batches from a position on, whosever they are. */
function* filledFrom(order: SampleOrder, options: DurationBatchesOptions): Generator<Filled> {
  const { lengthsSec, maxBatchSec = 120, mostSamples = Infinity, bucketSamples = 1024, position = 0 } =
    options;
  if (!(maxBatchSec > 0)) {
    throw new RangeError(`maxBatchSec is a number of seconds above 0, not ${maxBatchSec}.`);
  }
  for (const [name, value] of [["mostSamples", mostSamples], ["bucketSamples", bucketSamples]] as const) {
    if (!(Number.isSafeInteger(value) || name === "mostSamples" && value === Infinity) || value < 1) {
      throw new RangeError(`${name} is a whole number from 1, not ${value}.`);
    }
  }
  const { seed, epoch, shuffle, length } = order;
  for (let bucket = Math.floor(position / bucketSamples); bucket * bucketSamples < length; bucket++) {
    const start = bucket * bucketSamples;
    const samples = Array.from(
      { length: Math.min(bucketSamples, length - start) },
      (_, i) => order.at(start + i),
    );
    for (const sample of samples) {
      const sec = lengthsSec[sample];
      if (sec >= 0 && sec < Infinity) continue;
      throw new RangeError(`Sample ${sample} is ${sec} s long; a number of seconds from 0 is needed.`);
    }
    samples.sort((a, b) => lengthsSec[a] - lengthsSec[b]);
    const batches: number[][] = [[]];
    for (const sample of samples) {
      const last = batches[batches.length - 1];
      const isFull = last.length >= mostSamples || (last.length + 1) * lengthsSec[sample] > maxBatchSec;
      if (last.length > 0 && isFull) batches.push([sample]);
      else last.push(sample);
    }
    const places = shuffle ? shuffled(batches.length, seedOf(seed, epoch, bucket, 1)) : batches.keys();
    let done = start;
    for (const place of places) {
      const rest = batches[place].slice(Math.max(0, position - done));
      done += batches[place].length;
      if (rest.length > 0) yield filledOf(rest, lengthsSec);
    }
  }
}

/** The batches of a last round, made as many as there are ranks: the one of most samples is halved; of single samples some come again. */
function shared(
  round: readonly Filled[],
  { world, lengthsSec }: { readonly world: number; readonly lengthsSec: ArrayLike<number> },
): Filled[] {
  const batches = [...round];
  while (batches.length < world) {
    const most = Math.max(...batches.map(({ samples }) => samples.length));
    if (most === 1) batches.push(filledOf(batches[batches.length % round.length].samples, lengthsSec, 1));
    else {
      const i = batches.findIndex(({ samples }) => samples.length === most);
      const { samples } = batches[i];
      const half = Math.ceil(most / 2);
      batches.splice(
        i,
        1,
        ...[samples.slice(0, half), samples.slice(half)].map((part) => filledOf(part, lengthsSec)),
      );
    }
  }
  return batches;
}
