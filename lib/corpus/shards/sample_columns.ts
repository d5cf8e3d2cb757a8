import { parseClipId } from "../ids/clip_id.ts";
import type { IndexedSample, SamplesByNumber } from "./shard_index.ts";

/** The samples of one shard, as an index's file has them: a list for each thing that is told, not an object for each sample. */
export interface ShardColumns {
  readonly keys: readonly string[];
  /** Left out where each is what its key says ({@linkcode keyWavId}). */
  readonly wavIds?: readonly string[];
  /** The suffixes that samples have, each list of them once. */
  readonly layouts: readonly (readonly string[])[];
  /** Of each sample which of `layouts`. Left out where all have the first. */
  readonly layout?: readonly number[];
  /** Of each member of each sample, one after the other. */
  readonly offsets: readonly number[];
  readonly bytes: readonly number[];
  /** Left out where no sample tells. */
  readonly sampleCounts?: readonly (number | null)[];
  readonly sampleRates?: readonly (number | null)[];
}

/**
 * The recording that a clip's key names: the key without the clip's number.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { keyWavId } from "#lib/corpus/shards/sample_columns.ts";
 * assert.deepEqual(["rec_0000", "rec"].map(keyWavId), ["rec", "rec"]);
 * ```
 */
export function keyWavId(key: string): string {
  return parseClipId(key)?.wavId ?? key;
}

/** The samples of all shards by number, each made an object when it is asked for. */
export class SampleColumns implements SamplesByNumber {
  readonly length: number;
  readonly #shards: readonly ShardColumns[];
  /** The first sample of each shard, and their number. */
  readonly #begins: Uint32Array;
  /** Of a shard with several layouts, where the members of each sample begin. */
  readonly #members: readonly (Uint32Array | undefined)[];

  /**
   * @example
   * ```ts
   * import assert from "node:assert/strict";
   * import { SampleColumns } from "#lib/corpus/shards/sample_columns.ts";
   * const columns = new SampleColumns([{ keys: ["a_0000"], layouts: [["wav"]], offsets: [512], bytes: [44] }]);
   * assert.equal(columns.wavIdOf(0), "a");
   * assert.deepEqual(columns.at(0), { key: "a_0000", wavId: "a", shard: 0, members: [{ suffix: "wav", offset: 512, bytes: 44 }] });
   * ```
   */
  constructor(shards: readonly ShardColumns[]) {
    this.#shards = shards;
    this.#begins = new Uint32Array(shards.length + 1);
    for (const [i, { keys }] of shards.entries()) this.#begins[i + 1] = this.#begins[i] + keys.length;
    this.length = this.#begins[shards.length];
    this.#members = shards.map(({ layouts, layout }) => layout && beginsOf(layouts, layout));
  }

  keyOf(number: number): string {
    const shard = this.shardOf(number);
    return this.#shards[shard].keys[number - this.#begins[shard]];
  }

  wavIdOf(number: number): string {
    const shard = this.shardOf(number);
    const { keys, wavIds } = this.#shards[shard];
    const i = number - this.#begins[shard];
    return wavIds === undefined ? keyWavId(keys[i]) : wavIds[i];
  }

  shardOf(number: number): number {
    let low = 0, high = this.#shards.length;
    while (low < high - 1) {
      const middle = (low + high) >>> 1;
      if (this.#begins[middle] <= number) low = middle;
      else high = middle;
    }
    return low;
  }

  at(number: number): IndexedSample {
    const shard = this.shardOf(number);
    const { keys, wavIds, layouts, layout, offsets, bytes, sampleCounts, sampleRates } = this.#shards[shard];
    const i = number - this.#begins[shard];
    const suffixes = layouts[layout?.[i] ?? 0];
    const first = this.#members[shard]?.[i] ?? i * suffixes.length;
    const sampleCount = sampleCounts?.[i] ?? undefined, sampleRate = sampleRates?.[i] ?? undefined;
    return {
      key: keys[i],
      wavId: wavIds === undefined ? keyWavId(keys[i]) : wavIds[i],
      shard,
      members: suffixes.map((suffix, m) => ({ suffix, offset: offsets[first + m], bytes: bytes[first + m] })),
      ...(sampleCount === undefined ? undefined : { sampleCount }),
      ...(sampleRate === undefined ? undefined : { sampleRate }),
    };
  }

  /** All, each an object. */
  all(): IndexedSample[] {
    return Array.from({ length: this.length }, (_, number) => this.at(number));
  }
}

function beginsOf(layouts: readonly (readonly string[])[], layout: readonly number[]): Uint32Array {
  const begins = new Uint32Array(layout.length);
  for (let i = 1; i < layout.length; i++) begins[i] = begins[i - 1] + layouts[layout[i - 1]].length;
  return begins;
}

/**
 * The samples of one shard as columns.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { shardColumns } from "#lib/corpus/shards/sample_columns.ts";
 * const sample = { key: "a_0000", wavId: "a", shard: 0, members: [{ suffix: "wav", offset: 512, bytes: 44 }] };
 * assert.deepEqual(shardColumns([sample]), { keys: ["a_0000"], layouts: [["wav"]], offsets: [512], bytes: [44] });
 * ```
 */
export function shardColumns(samples: readonly IndexedSample[]): ShardColumns {
  const numbers = new Map<string, number>();
  const layouts: string[][] = [];
  const layout = samples.map(({ members }) => {
    const suffixes = members.map(({ suffix }) => suffix);
    const name = JSON.stringify(suffixes);
    const number = numbers.get(name) ?? layouts.push(suffixes) - 1;
    numbers.set(name, number);
    return number;
  });
  const members = samples.flatMap(({ members }) => members);
  const told = (values: readonly (number | undefined)[]) =>
    values.every((value) => value === undefined) ? undefined : values.map((value) => value ?? null);
  const columns = {
    keys: samples.map(({ key }) => key),
    wavIds: samples.every(({ key, wavId }) => wavId === keyWavId(key))
      ? undefined
      : samples.map(({ wavId }) => wavId),
    layouts,
    layout: layouts.length > 1 ? layout : undefined,
    offsets: members.map(({ offset }) => offset),
    bytes: members.map(({ bytes }) => bytes),
    sampleCounts: told(samples.map(({ sampleCount }) => sampleCount)),
    sampleRates: told(samples.map(({ sampleRate }) => sampleRate)),
  };
  return JSON.parse(JSON.stringify(columns));
}
