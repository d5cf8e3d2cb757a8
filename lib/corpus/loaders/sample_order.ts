import { seedOf } from "./seed_of.ts";
import { shuffled } from "./shuffled.ts";

/** Options of {@linkcode sampleOrder}. */
export interface SampleOrderOptions {
  /** A whole number from 0. Default 0. */
  readonly seed?: number;
  /** Each has an order of its own. Default 0. */
  readonly epoch?: number;
  /** Whether samples are mixed; without, they come as they stand. Default true. */
  readonly shuffle?: boolean;
  /** Samples that follow each other in a shard and are read near each other. Default 64. */
  readonly blockSamples?: number;
  /** Blocks, from anywhere in the corpus, whose samples are mixed with each other. Default 32. */
  readonly mixedBlocks?: number;
}

/** In which order an epoch gives its samples: which one comes at each position, whoever asks and whatever was asked before. */
export interface SampleOrder {
  readonly seed: number;
  readonly epoch: number;
  readonly shuffle: boolean;
  /** Samples in an epoch. */
  readonly length: number;
  /**
   * The number of the sample at a position, both from 0; samples are counted through the shards as they stand.
   *
   * @throws {RangeError} There is no such position.
   */
  at(position: number): number;
}

/** Groups whose permutations are kept: they are made again where they are asked for later. */
const KEPT_GROUPS = 4;

/**
 * The order of an epoch, from the sizes of the shards alone: shards are cut into blocks, the blocks are shuffled, and the samples of
 * every `mixedBlocks` blocks are shuffled together. Nothing is drawn while samples are read, so that there is no buffer that an
 * interrupted run could lose: (epoch, position) is the whole state, and going on from a position costs what beginning costs.
 *
 * Each sample comes once an epoch. Samples that come near each other are from at most `mixedBlocks` places of the corpus.
 *
 * @param sizes Samples in each shard, or of each that pass a filter.
 * @throws {RangeError} A size, seed, epoch or option is no whole number in its range, or there are 2^32 samples or more.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { sampleOrder } from "#lib/corpus/loaders/sample_order.ts";
 * const order = sampleOrder([3, 2], { seed: 1, epoch: 4 });
 * const samples = Array.from({ length: order.length }, (_, position) => order.at(position));
 * assert.deepEqual([...samples].sort(), [0, 1, 2, 3, 4]);
 * assert.equal(sampleOrder([3, 2], { seed: 1, epoch: 4 }).at(3), samples[3]); // asked for alone
 * ```
 */
export function sampleOrder(sizes: readonly number[], options: SampleOrderOptions = {}): SampleOrder {
  const { seed = 0, epoch = 0, shuffle = true, blockSamples = 64, mixedBlocks = 32 } = options;
  checkWhole({ seed, epoch }, 0);
  checkWhole({ blockSamples, mixedBlocks }, 1);
  const bad = sizes.findIndex((size) => !(Number.isSafeInteger(size) && size >= 0));
  if (bad >= 0) checkWhole({ [`the size of shard ${bad}`]: sizes[bad] }, 0);
  const length = sizes.reduce((sum, size) => sum + size, 0);
  if (length >= 2 ** 32) throw new RangeError(`An order is of fewer than 2^32 samples, not ${length}.`);
  const at = shuffle
    ? mixing(sizes, { seed, epoch, blockSamples, mixedBlocks })
    : (position: number) => position;
  return {
    ...{ seed, epoch, shuffle, length },
    at(position) {
      if (Number.isSafeInteger(position) && position >= 0 && position < length) return at(position);
      throw new RangeError(`An epoch of ${length} samples has no position ${position}.`);
    },
  };
}

function checkWhole(numbers: Readonly<Record<string, number>>, least: number): void {
  for (const [name, value] of Object.entries(numbers)) {
    if (Number.isSafeInteger(value) && value >= least) continue;
    throw new RangeError(`An order needs ${name} as a whole number from ${least}, not ${value}.`);
  }
}

function mixing(
  sizes: readonly number[],
  { seed, epoch, blockSamples, mixedBlocks }: Required<Omit<SampleOrderOptions, "shuffle">>,
): (position: number) => number {
  const blocks = blocksOf(sizes, blockSamples);
  const order = shuffled(blocks.length - 1, seedOf(seed, epoch));
  /** At which position each block begins, in the order of the blocks; one more for the end. */
  const begins = new Uint32Array(blocks.length);
  for (let i = 0; i < order.length; i++) {
    begins[i + 1] = begins[i] + blocks[order[i] + 1] - blocks[order[i]];
  }
  const permutations = new Map<number, Uint32Array>();
  const permutationOf = (group: number, count: number) => {
    let permutation = permutations.get(group);
    if (permutation === undefined) {
      permutation = shuffled(count, seedOf(seed, epoch, group));
      if (permutations.size === KEPT_GROUPS) permutations.delete([...permutations.keys()][0]);
      permutations.set(group, permutation);
    }
    return permutation;
  };
  return (position) => {
    const group = Math.floor(lastUpTo(begins, position) / mixedBlocks);
    const start = begins[group * mixedBlocks];
    const end = begins[Math.min((group + 1) * mixedBlocks, begins.length - 1)];
    const mixed = start + permutationOf(group, end - start)[position - start];
    const i = lastUpTo(begins, mixed);
    return blocks[order[i]] + mixed - begins[i];
  };
}

/** Where each block begins, counted in samples; one more for the end. No block is of two shards, and none is empty. */
function blocksOf(sizes: readonly number[], blockSamples: number): Uint32Array {
  const count = sizes.reduce((sum, size) => sum + Math.ceil(size / blockSamples), 0);
  const blocks = new Uint32Array(count + 1);
  let i = 0, before = 0;
  for (const size of sizes) {
    for (let from = 0; from < size; from += blockSamples) blocks[i++] = before + from;
    before += size;
  }
  blocks[count] = before;
  return blocks;
}

/** The last of ascending numbers that is at most a value; the first is 0. */
function lastUpTo(ascending: Uint32Array, value: number): number {
  let low = 0, high = ascending.length - 1;
  while (low < high - 1) {
    const middle = (low + high) >>> 1;
    if (ascending[middle] <= value) low = middle;
    else high = middle;
  }
  return low;
}
