import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { LockedError, takeLock } from "#lib/places/file_lock.ts";
import { writtenBy } from "#lib/places/written_by.ts";
import { ShardError } from "./shard_error.ts";
import { SHARD_INDEX_NAME } from "./shard_index_file.ts";

/**
 * What the index of a set of shards is called.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { indexName } from "#lib/corpus/shards/shard_set.ts";
 * assert.deepEqual(["shards", "train"].map(indexName), ["shards.index.json", "train.index.json"]);
 * ```
 */
export function indexName(name: string): string {
  return name === "shards" ? SHARD_INDEX_NAME : `${name}.index.json`;
}

/**
 * The shards of a set that are in a folder, sorted.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { shardNames } from "#lib/corpus/shards/shard_set.ts";
 * assert.deepEqual(await shardNames("fixtures", "shards"), []);
 * ```
 */
export async function shardNames(folder: string, name: string): Promise<string[]> {
  const files = await readdir(folder);
  return files.filter((file) =>
    file.startsWith(`${name}-`) && /^\d{6,}\.tar$/.test(file.slice(name.length + 1))
  ).sort();
}

/**
 * Keeps others from writing a set, until it is disposed of.
 *
 * @throws {ShardError} Another process writes it: the message has its number.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { lockSet } from "#lib/corpus/shards/shard_set.ts";
 * const folder = await mkdtemp(join(tmpdir(), "dialab-"));
 * {
 *   await using _ = await lockSet(folder, "shards");
 *   await assert.rejects(lockSet(folder, "shards"), /is being written by process/);
 * }
 * await rm(folder, { recursive: true });
 * ```
 */
export async function lockSet(folder: string, name: string): Promise<AsyncDisposable> {
  try {
    return await takeLock(join(resolve(folder), `.${name}.lock`));
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    const { what, fault } = writtenBy(folder, error);
    throw new ShardError(fault, { file: what });
  }
}
