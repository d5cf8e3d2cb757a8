import { createHash, type Hash } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type Warn, warnOnProcess } from "#lib/warnings/warn.ts";
import { parseClipId } from "../ids/clip_id.ts";
import { padded, tarHeader } from "./encode_tar.ts";
import { escapeKey, keyFault } from "./sample_key.ts";
import type { IndexedMember, IndexedSample, IndexedShard, ShardIndex } from "./shard_index.ts";
import { formatShardIndex } from "./shard_index_json.ts";
import { ShardError } from "./shard_error.ts";
import { indexName, lockSet, shardNames } from "./shard_set.ts";
import { sidecarWavId } from "./sidecar_key.ts";
import { soundFacts } from "./sound_facts.ts";
import { openResumable, type ResumableFile } from "./write_resumable.ts";

/** A sample to be written. */
export interface SampleInput {
  /** What it is called; a clip's id, perhaps with folders before it. */
  readonly key: string;
  /** Contents by suffix, in small letters and without the dot before it: `wav`, `json`, `emb.npy`. At least one. */
  readonly members: Readonly<Record<string, Uint8Array>> | ReadonlyMap<string, Uint8Array>;
  /** The recording. Default: what its JSON sidecar says (`wav_id`, `uid`), else its key without the clip's number. */
  readonly wavId?: string;
}

/** Options of {@linkcode openShardWriter}. */
export interface ShardWriterOptions {
  /** What shards begin with: `shards-000000.tar`. Default `shards`. */
  readonly name?: string;
  /** Samples of a shard at most. Default 1000. */
  readonly mostSamples?: number;
  /** Bytes of a shard at most, but for one whose only sample is larger. Default 2^30, 1 GiB. */
  readonly mostBytes?: number;
  /**
   * What becomes of a key with dots, which readers split at the first one: `escape`, the default, writes `%2E` for each (and `%25` for
   * `%`), so that all readers find it; `keep` leaves it, and warns.
   */
  readonly dots?: "escape" | "keep";
  /** Whether a set of this name that is there, with its index, is written over. Default: it is refused. */
  readonly overwrite?: boolean;
  /** Hears of dots that are kept, and of shards that an earlier run left. Default: the process's warnings. */
  readonly warn?: Warn;
}

/** The end of a tar: two blocks of zeros. */
const END_BYTES = 1024;

/** A shard that is being written. */
interface Growing {
  readonly file: string;
  readonly output: ResumableFile;
  readonly hash: Hash;
  bytes: number;
  samples: number;
}

/** Writes samples into shards; its index follows at the end. `close` ends it, `abandon` gives up. */
export class ShardWriter {
  readonly #folder: string;
  readonly #options: Required<Omit<ShardWriterOptions, "overwrite">>;
  readonly #shards: IndexedShard[] = [];
  readonly #samples: IndexedSample[] = [];
  readonly #keys = new Set<string>();
  #growing: Growing | undefined;
  #kept = 0;
  #isDone = false;
  readonly #held: AsyncDisposable;

  /** Made by {@linkcode openShardWriter}; `held` is the lock of the set, which is let go of at the end. */
  constructor(
    folder: string,
    options: Required<Omit<ShardWriterOptions, "overwrite">>,
    held: AsyncDisposable,
  ) {
    this.#folder = folder;
    this.#options = options;
    this.#held = held;
  }

  /**
   * Writes a sample behind the last one; its members in the order of their suffixes.
   *
   * @throws {RangeError} Its key or a suffix cannot be written so that it is read back, the key came before, or it has no member.
   */
  async add(sample: SampleInput): Promise<void> {
    if (this.#isDone) throw new RangeError("The writer of shards is closed.");
    const members = [...sample.members instanceof Map ? sample.members : Object.entries(sample.members)]
      .sort(([a], [b]) => a < b ? -1 : 1) as [string, Uint8Array][];
    const key = this.#keyOf(sample.key, members.map(([suffix]) => suffix));
    const headers = members.map(([suffix, { length }]) => tarHeader(`${key}.${suffix}`, length));
    const length = members.reduce((sum, [, bytes], i) => sum + headers[i].length + padded(bytes.length), 0);
    const growing = await this.#shardFor(length);
    const blocks = new Uint8Array(length);
    const placed: IndexedMember[] = [];
    let at = 0;
    for (const [i, [suffix, content]] of members.entries()) {
      blocks.set(headers[i], at);
      at += headers[i].length;
      blocks.set(content, at);
      placed.push({ suffix, offset: growing.bytes + at, bytes: content.length });
      at += padded(content.length);
    }
    await this.#write(growing, blocks);
    growing.samples++;
    this.#keys.add(key);
    this.#samples.push(await this.#indexed(sample, { key, members, placed }));
  }

  /** Ends the last shard and writes the index, `shards.index.json` (`NAME.index.json`). */
  async close(): Promise<ShardIndex> {
    if (this.#isDone) throw new RangeError("The writer of shards is closed.");
    try {
      await this.#endShard();
      return await this.#writeIndex();
    } finally {
      await this.abandon();
    }
  }

  async #writeIndex(): Promise<ShardIndex> {
    const { name, warn } = this.#options;
    if (this.#kept > 0) {
      const some = this.#kept === 1
        ? "One key has dots, which was"
        : `${this.#kept} keys have dots, which were`;
      warn(
        `${this.#folder}: ${some} kept: readers that split names at the first dot will not find the samples.`,
      );
    }
    const own = new Set(this.#shards.map(({ file }) => file));
    const others = (await shardNames(this.#folder, name)).filter((file) => !own.has(file));
    if (others.length > 0) {
      warn(
        `${this.#folder}: ${others[0]} and ${
          others.length - 1
        } more are of an earlier run; they are not in the index.`,
      );
    }
    const index = { root: this.#folder, shards: this.#shards, samples: this.#samples };
    const output = await openResumable(join(this.#folder, indexName(name)));
    try {
      await output.write(new TextEncoder().encode(formatShardIndex(index)), 0);
      await output.finish();
    } catch (error) {
      await output.abandon();
      throw error;
    }
    return index;
  }

  /** Leaves the shards that are whole, and no index. */
  async abandon(): Promise<void> {
    this.#isDone = true;
    try {
      await this.#growing?.output.abandon();
      this.#growing = undefined;
    } finally {
      await this.#held[Symbol.asyncDispose]();
    }
  }

  #keyOf(given: string, suffixes: readonly string[]): string {
    const fault = keyFault(given);
    if (fault !== undefined) {
      throw new RangeError(`${JSON.stringify(given)} is no key of a sample: ${fault}.`);
    }
    if (suffixes.length === 0) {
      throw new RangeError(`Sample ${JSON.stringify(given)} has no member; one is needed.`);
    }
    for (const suffix of suffixes) {
      if (suffix === "" || suffix !== suffix.toLowerCase() || /[\p{Cc}/]|^\.|\.$/u.test(suffix)) {
        throw new RangeError(
          `Sample ${JSON.stringify(given)}: ${
            JSON.stringify(suffix)
          } is no suffix; small letters without a dot before them are needed, as in "emb.npy".`,
        );
      }
    }
    const slash = given.lastIndexOf("/") + 1;
    const escaped = given.slice(0, slash) + escapeKey(given.slice(slash));
    const isKept = this.#options.dots === "keep";
    const key = isKept ? given : escaped;
    if (this.#keys.has(key)) {
      throw new RangeError(`Sample ${JSON.stringify(given)} is given twice; once is needed.`);
    }
    if (isKept && given.slice(slash).includes(".")) this.#kept++;
    return key;
  }

  async #indexed(
    sample: SampleInput,
    found: {
      key: string;
      members: readonly (readonly [string, Uint8Array])[];
      placed: readonly IndexedMember[];
    },
  ): Promise<IndexedSample> {
    const { key, members, placed } = found;
    const sidecar = members.find(([suffix]) => suffix === "json")?.[1];
    const sound = members.find(([suffix]) => /(?:^|\.)(?:wav|flac)$/.test(suffix))?.[1];
    const wavId = sample.wavId ?? (sidecar && sidecarWavId(sidecar)) ?? parseClipId(sample.key)?.wavId ??
      sample.key;
    return { key, wavId, shard: this.#shards.length, members: placed, ...sound && await soundFacts(sound) };
  }

  /** The shard that still has room. */
  async #shardFor(bytes: number): Promise<Growing> {
    const { name, mostSamples, mostBytes } = this.#options;
    const isFull = (growing: Growing) =>
      growing.samples >= mostSamples || growing.bytes + bytes + END_BYTES > mostBytes;
    if (this.#growing !== undefined && this.#growing.samples > 0 && isFull(this.#growing)) {
      await this.#endShard();
    }
    if (this.#growing === undefined) {
      const file = `${name}-${String(this.#shards.length).padStart(6, "0")}.tar`;
      const output = await openResumable(join(this.#folder, file));
      this.#growing = { file, output, hash: createHash("sha256"), bytes: 0, samples: 0 };
    }
    return this.#growing;
  }

  async #write(growing: Growing, blocks: Uint8Array): Promise<void> {
    await growing.output.write(blocks, growing.bytes);
    growing.hash.update(blocks);
    growing.bytes += blocks.length;
  }

  async #endShard(): Promise<void> {
    const growing = this.#growing;
    if (growing === undefined) return;
    await this.#write(growing, new Uint8Array(END_BYTES));
    this.#growing = undefined;
    const { file, output, bytes, hash } = growing;
    try {
      await output.finish();
    } catch (error) {
      await output.abandon();
      throw error;
    }
    this.#shards.push({ file, bytes, sha256: hash.digest("hex") });
  }
}

/**
 * Opens a writer of shards into a folder: `shards-000000.tar` and so on, the same bytes for the same samples, readable by GNU tar and
 * webdataset. Each shard, and the index at the end, is written beside and takes its name when it is whole; a run that was killed is
 * simply run again. One writer at a time has a set: until it ends, the lock `.shards.lock` (`.NAME.lock`) lies in the folder.
 *
 * @throws {RangeError} A limit is no whole number from 1, or the name has a slash or dot.
 * @throws {ShardError} A set of this name is there, with its index, or another writer is at it: the message has its process's number.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { readSamples } from "#lib/corpus/shards/read_samples.ts";
 * import { openShardWriter } from "#lib/corpus/shards/shard_writer.ts";
 *
 * const folder = await mkdtemp(join(tmpdir(), "dialab-"));
 * const writer = await openShardWriter(folder, { mostSamples: 2 });
 * for (const key of ["a_0000", "a_0001", "b.c_0000"]) await writer.add({ key, members: { txt: Uint8Array.of(104, 105) } });
 * const { shards, samples } = await writer.close();
 * assert.deepEqual(shards.map(({ file }) => file), ["shards-000000.tar", "shards-000001.tar"]);
 * assert.deepEqual(samples.map(({ key, wavId }) => [key, wavId])[2], ["b%2Ec_0000", "b.c"]);
 * for await (const { key } of readSamples(join(folder, "shards-000001.tar"))) assert.equal(key, "b%2Ec_0000");
 * await rm(folder, { recursive: true });
 * ```
 */
export async function openShardWriter(
  folder: string,
  options: ShardWriterOptions = {},
): Promise<ShardWriter> {
  const { name = "shards", mostSamples = 1000, mostBytes = 2 ** 30, dots = "escape", warn = warnOnProcess } =
    options;
  for (const [what, most] of [["mostSamples", mostSamples], ["mostBytes", mostBytes]] as const) {
    if (!Number.isSafeInteger(most) || most < 1) {
      throw new RangeError(`${what} is a whole number from 1, not ${most}.`);
    }
  }
  if (!/^[\w-]+$/.test(name)) {
    throw new RangeError(`A set's name has letters, digits, - and _; it was ${JSON.stringify(name)}.`);
  }
  const root = resolve(folder);
  await mkdir(root, { recursive: true });
  const held = await lockSet(folder, name);
  try {
    const index = indexName(name);
    if ((await readdir(root)).includes(index)) {
      if (!options.overwrite) {
        throw new ShardError("is there already, and a set of shards is not written over", {
          file: join(folder, index),
        });
      }
      await rm(join(root, index));
    }
    return new ShardWriter(root, { name, mostSamples, mostBytes, dots, warn }, held);
  } catch (error) {
    await held[Symbol.asyncDispose]();
    throw error;
  }
}
