import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { writeBeside } from "#lib/arrays/write_beside.ts";
import { writeFully } from "#lib/arrays/write_fully.ts";
import { ShardError } from "./shard_error.ts";
import type { IndexedShard, ShardIndex } from "./shard_index.ts";
import { formatShardIndex, parseShardIndex } from "./shard_index_json.ts";

/** What the index of a set is called that has no other name. */
export const SHARD_INDEX_NAME = "shards.index.json";

/** Options of {@linkcode readShardIndex}. */
export interface ReadShardIndexOptions {
  /** The folder that the shards' paths begin at, where they were moved without it. Default: the index's own folder. */
  readonly root?: string;
  /**
   * How shards are held against it. `sha256` reads them all; `bytes` looks at their sizes; `times`, the default, at their sizes, and
   * reads those that were written to after the index; `none` looks at nothing, for shards that lie elsewhere.
   */
  readonly check?: "none" | "bytes" | "times" | "sha256";
  readonly signal?: AbortSignal;
}

/**
 * Writes an index, whole or not at all.
 *
 * @param options `file`: where; its folder is the index's root, that paths begin at.
 * @throws {RangeError} Its shards' paths begin at another folder.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm, writeFile } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { indexShards } from "#lib/corpus/shards/index_shards.ts";
 * import { readShardIndex, SHARD_INDEX_NAME, writeShardIndex } from "#lib/corpus/shards/shard_index_file.ts";
 *
 * const folder = await mkdtemp(join(tmpdir(), "dialab-"));
 * const shard = join(folder, "a.tar");
 * await writeFile(shard, new Uint8Array(1024));
 * const file = join(folder, SHARD_INDEX_NAME);
 * const index = await indexShards([shard]);
 * await writeShardIndex(index, { file });
 * assert.deepEqual(await readShardIndex(file), index);
 * await writeFile(shard, new Uint8Array(2048));
 * await assert.rejects(readShardIndex(file), /changed since it was indexed/);
 * await rm(folder, { recursive: true });
 * ```
 */
export async function writeShardIndex(index: ShardIndex, { file }: { readonly file: string }): Promise<void> {
  const root = resolve(dirname(file));
  if (root !== resolve(index.root)) {
    throw new RangeError(
      `The paths of the index begin at ${index.root}, and it was to be written into ${root}; index the shards again with that root.`,
    );
  }
  const bytes = new TextEncoder().encode(formatShardIndex(index));
  await writeBeside(file, (handle) => writeFully(handle, bytes, 0));
}

/**
 * Reads an index and holds its shards against it.
 *
 * @param file Its path.
 * @throws {ShardError} It is no index; a shard changed since, or is missing: the message says how to index again.
 * @throws {Error} The system's own error, with its `code`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readShardIndex } from "#lib/corpus/shards/shard_index_file.ts";
 * await assert.rejects(readShardIndex("/nowhere/shards.index.json"), { code: "ENOENT" });
 * ```
 */
export async function readShardIndex(file: string, options: ReadShardIndexOptions = {}): Promise<ShardIndex> {
  const { root = dirname(file), check = "times", signal } = options;
  const index = parseShardIndex(await readFile(file, { encoding: "utf8", signal }), {
    file,
    root: resolve(root),
  });
  if (check === "none") return index;
  const { mtimeMs: indexed } = await stat(file);
  for (const shard of index.shards) {
    signal?.throwIfAborted();
    const path = shardPath(index, shard);
    const found = await stat(path).catch((error) => {
      if (error.code !== "ENOENT") throw error;
      throw new ShardError(
        `is missing, and ${file} tells of it; is it elsewhere (root), or index again: ${how(index)}`,
        {
          file: path,
          cause: error,
        },
      );
    });
    const isOther = found.size !== shard.bytes ||
      (check === "sha256" || check === "times" && found.mtimeMs > indexed) &&
        await sha256Of(path) !== shard.sha256;
    if (isOther) {
      throw new ShardError(`changed since it was indexed in ${file}; index again: ${how(index)}`, {
        file: path,
      });
    }
  }
  return index;
}

/**
 * Where a shard of an index lies.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { shardPath } from "#lib/corpus/shards/shard_index_file.ts";
 * const shard = { file: "part/a.tar", bytes: 0, sha256: "" };
 * assert.equal(shardPath({ root: "/data", shards: [shard], samples: [] }, shard), "/data/part/a.tar");
 * ```
 */
export function shardPath({ root }: ShardIndex, { file }: IndexedShard): string {
  return isAbsolute(file) ? file : join(root, file);
}

function how({ root, shards }: ShardIndex): string {
  return `dialab corpus index ${shards.length === 1 ? join(root, shards[0].file) : `${root}/*.tar`}`;
}

/**
 * The sha256 of a file's bytes, in hexadecimal.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { sha256Of } from "#lib/corpus/shards/shard_index_file.ts";
 * await assert.rejects(sha256Of("/nowhere/a.tar"), { code: "ENOENT" });
 * ```
 */
export async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const piece of createReadStream(file, { highWaterMark: 1 << 20 })) hash.update(piece);
  return hash.digest("hex");
}
