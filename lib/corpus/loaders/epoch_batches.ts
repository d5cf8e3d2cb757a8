import { splitOf, type SplitOfOptions } from "../shards/split_of.ts";
import type { SampleOrder } from "./sample_order.ts";

/** Options of {@linkcode epochBatches}. */
export interface EpochBatchesOptions extends SplitOfOptions {
  /** Samples in a batch. Default 8. */
  readonly batchSize?: number;
  /** Of the epoch, where to go on: how many samples were given, by all ranks together. Default 0. */
  readonly position?: number;
  /**
   * What becomes of samples that do not fill a batch for each rank.
   * - `short`, the default: ranks differ by at most one batch, of which the last may be smaller; every sample comes once.
   * - `shared`: the last batches are smaller, so that all ranks have equally many; every sample comes once, unless fewer are left than
   *   there are ranks (or batches are of one sample): then some come again.
   * - `dropped`: they are left out; all batches are full and all ranks have equally many.
   */
  readonly lastRound?: "short" | "shared" | "dropped";
}

/** A batch of an epoch, by the numbers of its samples. */
export interface EpochBatch {
  /** From 0, counted over all ranks from where the epoch was gone on with. */
  readonly number: number;
  /** Its first sample's position in the epoch. */
  readonly position: number;
  /** The position to go on from when every rank has had its batch of this round: with the epoch, the whole state of a loader. */
  readonly roundEnd: number;
  /** As the order numbers them. */
  readonly samples: readonly number[];
  /** How many of them came already: 0 unless `shared` had too few left. */
  readonly repeated: number;
}

/**
 * The batches of one worker of one rank, from any position of an epoch on. Batch n is of rank `n % world`, and of that rank's worker
 * `floor(n / world) % workers`: all together, in the order of their numbers, are the samples of the order from the position on, each
 * once, for every number of ranks and workers. An epoch may thus be begun with some and ended with others.
 *
 * @throws {RangeError} A number is not whole or out of its range.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { epochBatches } from "#lib/corpus/loaders/epoch_batches.ts";
 * import { sampleOrder } from "#lib/corpus/loaders/sample_order.ts";
 * const order = sampleOrder([10], { shuffle: false });
 * const second = [...epochBatches(order, { batchSize: 2, rank: 1, world: 2 })];
 * assert.deepEqual(second.map(({ samples }) => samples), [[2, 3], [6, 7]]);
 * const rest = [...epochBatches(order, { batchSize: 3, position: second[0].roundEnd })];
 * assert.deepEqual(rest.map(({ samples }) => samples), [[4, 5, 6], [7, 8, 9]]);
 * ```
 */
export function* epochBatches(
  order: SampleOrder,
  options: EpochBatchesOptions = {},
): Generator<EpochBatch, void, undefined> {
  const { batchSize = 8, position = 0, lastRound = "short" } = options;
  const { rank = 0, world = 1, worker = 0, workers = 1 } = options;
  splitOf([], { rank, world, worker, workers }); // checks them
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) {
    throw new RangeError(`A batch is of a whole number of samples from 1, not ${batchSize}.`);
  }
  const { length } = order;
  if (!Number.isSafeInteger(position) || position < 0 || position > length) {
    throw new RangeError(`An epoch of ${length} samples cannot be gone on with at position ${position}.`);
  }
  const { count, startOf } = cuts(length - position, { batchSize, world, lastRound });
  for (let n = rank + worker * world; n < count; n += world * workers) {
    const start = startOf(n), end = startOf(n + 1);
    const roundEnd = position + startOf(Math.min(n - rank + world, count));
    const isRepeated = start === end;
    const positions = isRepeated
      ? [position + n % (length - position)]
      : Array.from({ length: end - start }, (_, i) => position + start + i);
    yield {
      ...{ number: n, position: positions[0], roundEnd, repeated: isRepeated ? 1 : 0 },
      samples: positions.map((at) => order.at(at)),
    };
  }
}

interface Cuts {
  /** Batches, of all ranks. */
  readonly count: number;
  /** Where a batch begins, from the first sample that is left; that of `count` is the end. */
  startOf(batch: number): number;
}

function cuts(
  left: number,
  { batchSize, world, lastRound }: Required<Pick<EpochBatchesOptions, "batchSize" | "world" | "lastRound">>,
): Cuts {
  const round = batchSize * world;
  const startOf = (batch: number) => Math.min(batch * batchSize, left);
  let full = Math.floor(left / round);
  if (lastRound === "dropped") return { count: full * world, startOf };
  const rest = left - full * round;
  if (lastRound === "short" || rest === 0) return { count: Math.ceil(left / batchSize), startOf };
  // Too few for one round: those of the round before are shared out with them.
  const isTooFew = rest < world;
  const rounds = isTooFew && full > 0 && batchSize > 1 ? 2 : 1;
  if (rounds === 2) full--;
  const even = full * world, shared = rounds * world, begin = even * batchSize;
  return {
    count: even + shared,
    startOf: (batch) =>
      batch <= even
        ? batch * batchSize
        : isTooFew && rounds === 1
        ? Math.min(begin + batch - even, left)
        : begin + Math.floor((left - begin) * (batch - even) / shared),
  };
}
