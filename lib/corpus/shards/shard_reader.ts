import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { headerLead, isHeaderOf } from "./header_before.ts";
import { ShardError } from "./shard_error.ts";
import type { IndexedMember, IndexedSample, IndexedShard, ShardIndex } from "./shard_index.ts";
import { shardPath } from "./shard_index_file.ts";

/** How a part of a shard is read. */
export interface ReadShardOptions {
  /** Ends the waiting for it. */
  readonly signal?: AbortSignal;
  /** Gives memory of so many bytes to read into, whatever stands there. Default: new memory. */
  readonly allocate?: (length: number) => Uint8Array<ArrayBuffer>;
}

/** A shard that is open, wherever it lies. */
export interface OpenShard {
  /** The bytes from `offset` on, fewer where it ends. */
  read(offset: number, length: number, options?: ReadShardOptions): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}

/** Options of {@linkcode openShards}. */
export interface OpenShardsOptions {
  /** Shards that are kept open, the last used ones. Default 16. */
  readonly mostOpen?: number;
  /** Opens a shard, for those that are no local files. Default: opens the file and holds its size against the index. */
  readonly open?: (shard: IndexedShard, index: ShardIndex) => Promise<OpenShard>;
}

/** Reads members of samples by an index, only their bytes. Closed after use: `await using`, or `close`. */
export class ShardReader implements AsyncDisposable {
  readonly index: ShardIndex;
  readonly #mostOpen: number;
  readonly #open: (shard: IndexedShard, index: ShardIndex) => Promise<OpenShard>;
  /** By the shard's number, the one used longest ago first. */
  readonly #opened = new Map<number, { readonly shard: Promise<OpenShard>; users: number }>();
  /** Shards in which a header was not what the index tells: whether their bytes are those that were indexed. */
  readonly #compared = new Map<number, Promise<boolean>>();
  #isClosed = false;

  constructor(index: ShardIndex, { mostOpen = 16, open = openFile }: OpenShardsOptions = {}) {
    if (!Number.isSafeInteger(mostOpen) || mostOpen < 1) {
      throw new RangeError(`mostOpen is a whole number from 1, not ${mostOpen}.`);
    }
    this.index = index;
    this.#mostOpen = mostOpen;
    this.#open = open;
  }

  /**
   * The bytes of one member.
   *
   * @throws {RangeError} The sample has no member of that suffix, or the reader is closed.
   * @throws {ShardError} The shard is not what was indexed.
   */
  async read(
    sample: IndexedSample,
    suffix: string,
    options: ReadShardOptions = {},
  ): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.readAll(sample, [suffix], options)).get(suffix)!;
  }

  /**
   * The bytes of several members, read at once where they lie beside each other, with no more than a header between them.
   *
   * @returns By suffix.
   * @throws {RangeError} The sample has no member of one of the suffixes, or the reader is closed.
   * @throws {ShardError} The shard is not what was indexed.
   */
  async readAll(
    sample: IndexedSample,
    suffixes: readonly string[],
    options: ReadShardOptions = {},
  ): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
    const members = suffixes.map((suffix) => memberOf(sample, suffix)).sort((a, b) => a.offset - b.offset);
    options.signal?.throwIfAborted();
    if (this.#isClosed) throw new RangeError("The reader of shards is closed.");
    const found = new Map<string, Uint8Array<ArrayBuffer>>();
    const entry = this.#use(sample.shard);
    try {
      const shard = await entry.shard;
      for (const [first, ...more] of stretches(members)) {
        const { offset, bytes } = more.at(-1) ?? first;
        const start = Math.max(0, first.offset - headerLead(sample.key, first.suffix));
        const length = offset + bytes - start;
        const content = await shard.read(start, length, options);
        if (content.length !== length) {
          throw new ShardError(
            `cut short since it was indexed: ${content.length} of ${length} bytes are there`,
            { file: shardPath(this.index, this.index.shards[sample.shard]), offset: first.offset },
          );
        }
        for (const member of [first, ...more]) {
          const from = member.offset - start;
          if (!isHeaderOf(content, from, { key: sample.key, member })) {
            await this.#compare(sample, shard, member);
          }
          found.set(member.suffix, content.subarray(from, from + member.bytes));
        }
      }
      return found;
    } finally {
      entry.users--;
      await this.#shrink();
    }
  }

  /** Closes what is open, when reads that run are done. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#shrink();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Where a header is another one, or writes the name in a way that is not known here, all the shard's bytes decide, once. */
  async #compare(sample: IndexedSample, shard: OpenShard, { suffix, offset }: IndexedMember): Promise<void> {
    const indexed = this.index.shards[sample.shard];
    let isSame = this.#compared.get(sample.shard);
    if (isSame === undefined) {
      isSame = hasSha256(shard, indexed);
      this.#compared.set(sample.shard, isSame);
      isSame.catch(() => this.#compared.delete(sample.shard));
    }
    if (await isSame) return;
    const name = JSON.stringify(`${sample.key}.${suffix}`);
    throw new ShardError(
      `changed since it was indexed: ${name} does not begin at byte ${offset}; index again: dialab corpus index`,
      { file: shardPath(this.index, indexed) },
    );
  }

  #use(number: number): { readonly shard: Promise<OpenShard>; users: number } {
    let entry = this.#opened.get(number);
    if (entry === undefined) {
      const opening = this.#open(this.index.shards[number], this.index);
      // Whoever reads is told; the next one tries again.
      opening.catch(() => this.#opened.delete(number));
      entry = { shard: opening, users: 0 };
    }
    entry.users++;
    this.#opened.delete(number);
    this.#opened.set(number, entry);
    return entry;
  }

  async #shrink(): Promise<void> {
    const most = this.#isClosed ? 0 : this.#mostOpen;
    for (const [number, { shard, users }] of this.#opened) {
      if (this.#opened.size <= most) return;
      if (users > 0) continue;
      this.#opened.delete(number);
      // One that did not open has told so where it was used.
      await shard.then((open) => open.close(), () => {});
    }
  }
}

/** Read at a time of a shard that is compared. */
const COMPARED_BYTES = 1 << 22;

async function hasSha256(shard: OpenShard, { bytes, sha256 }: IndexedShard): Promise<boolean> {
  const hash = createHash("sha256");
  for (let at = 0; at < bytes; at += COMPARED_BYTES) {
    hash.update(await shard.read(at, Math.min(COMPARED_BYTES, bytes - at)));
  }
  return hash.digest("hex") === sha256;
}

/** Between members that are read at once: a header of two blocks with its PAX records, and filling. */
const MOST_BETWEEN = 4 * 512;

/** Members, in the order of their places, in groups that are read at once. */
function stretches(members: readonly IndexedMember[]): IndexedMember[][] {
  const groups: IndexedMember[][] = [];
  for (const member of members) {
    const last = groups.at(-1)?.at(-1);
    const gap = last === undefined ? Infinity : member.offset - (last.offset + last.bytes);
    if (gap <= MOST_BETWEEN) groups.at(-1)!.push(member);
    else groups.push([member]);
  }
  return groups;
}

function memberOf({ key, members }: IndexedSample, suffix: string): IndexedMember {
  const member = members.find((member) => member.suffix === suffix);
  if (member !== undefined) return member;
  const has = members.map(({ suffix }) => suffix).join(", ");
  throw new RangeError(`Sample ${JSON.stringify(key)} has no member ${suffix}; it has ${has}.`);
}

async function openFile(shard: IndexedShard, index: ShardIndex): Promise<OpenShard> {
  const file = shardPath(index, shard);
  const handle = await open(file);
  const { size } = await handle.stat();
  if (size !== shard.bytes) {
    await handle.close();
    const is = `has ${size} bytes, not ${shard.bytes}`;
    throw new ShardError(`changed since it was indexed: it ${is}; index again: dialab corpus index`, {
      file,
    });
  }
  return {
    async read(offset, length, { allocate = (bytes: number) => new Uint8Array(bytes) } = {}) {
      const target = allocate(length);
      let done = 0;
      while (done < length) {
        const { bytesRead } = await handle.read(target, done, length - done, offset + done);
        if (bytesRead === 0) break;
        done += bytesRead;
      }
      return target.subarray(0, done);
    },
    close: () => handle.close(),
  };
}

/**
 * Opens the shards of an index for reading single members; each file is opened when it is first read.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm, writeFile } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { tarHeader } from "#lib/corpus/shards/encode_tar.ts";
 * import { indexShards } from "#lib/corpus/shards/index_shards.ts";
 * import { openShards } from "#lib/corpus/shards/shard_reader.ts";
 *
 * const folder = await mkdtemp(join(tmpdir(), "dialab-"));
 * const bytes = new Uint8Array(4 * 512);
 * bytes.set(tarHeader("rec_0000.txt", 2));
 * bytes.set([104, 105], 512);
 * await writeFile(join(folder, "a.tar"), bytes);
 * const index = await indexShards([join(folder, "a.tar")]);
 * const reader = openShards(index);
 * assert.deepEqual(await reader.read(index.samples[0], "txt"), Uint8Array.of(104, 105));
 * await reader.close();
 * await rm(folder, { recursive: true });
 * ```
 */
export function openShards(index: ShardIndex, options: OpenShardsOptions = {}): ShardReader {
  return new ShardReader(index, options);
}
