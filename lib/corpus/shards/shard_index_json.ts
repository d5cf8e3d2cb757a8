import { ShardError } from "./shard_error.ts";
import type { IndexedSample, IndexedShard, ShardIndex } from "./shard_index.ts";

const FORMAT = "dialab shard index";
const VERSION = 1;

/**
 * An index as JSON, a line a shard and a line a sample: the same for the same shards, wherever they are.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { formatShardIndex, parseShardIndex } from "#lib/corpus/shards/shard_index_json.ts";
 * const shards = [{ file: "a.tar", bytes: 1536, sha256: "00".repeat(32) }];
 * const samples = [{ key: "a_0000", wavId: "a", shard: 0, members: [{ suffix: "wav", offset: 512, bytes: 44 }] }];
 * const index = { root: "/data", shards, samples };
 * assert.deepEqual(parseShardIndex(formatShardIndex(index), { file: "/data/shards.index.json", root: "/data" }), index);
 * ```
 */
export function formatShardIndex({ shards, samples }: ShardIndex): string {
  const lines = (values: readonly unknown[]) => values.map((value) => JSON.stringify(value)).join(",\n");
  return `{"format":"${FORMAT}","version":${VERSION},"shards":[\n${lines(shards)}\n],"samples":[\n${
    lines(samples.map(({ key, wavId, shard, members, sampleCount, sampleRate }) => ({
      key,
      wavId,
      shard,
      members: members.map(({ suffix, offset, bytes }) => ({ suffix, offset, bytes })),
      sampleCount,
      sampleRate,
    })))
  }\n]}\n`;
}

/**
 * Reads an index's JSON; every place that it tells lies in its shard.
 *
 * @param options `file`: what errors call it; `root`: the folder that its shards' paths begin at.
 * @throws {ShardError} It is no such JSON, of a later version, or tells what cannot be.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseShardIndex } from "#lib/corpus/shards/shard_index_json.ts";
 * assert.throws(() => parseShardIndex("{}", { file: "a.json", root: "." }), /a.json: is no shard index/);
 * ```
 */
export function parseShardIndex(
  text: string,
  { file, root }: { readonly file: string; readonly root: string },
): ShardIndex {
  const refuse = (fault: string, cause?: unknown): never => {
    throw new ShardError(fault, { file, cause });
  };
  let value: { format?: unknown; version?: unknown; shards?: unknown; samples?: unknown } | null;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    return refuse(`is no shard index: ${(cause as Error).message}`, cause);
  }
  const { format, version, shards, samples } = value ?? {};
  if (format !== FORMAT || !Array.isArray(shards) || !Array.isArray(samples)) {
    return refuse("is no shard index; dialab corpus index writes one");
  }
  if (version !== VERSION) return refuse(`is a shard index of version ${version}; ${VERSION} is read`);
  shards.forEach((shard, i) => {
    if (!isShard(shard)) refuse(`shard ${i} of the index is none: ${JSON.stringify(shard)}`);
  });
  samples.forEach((sample, i) => {
    const fault = faultOf(sample, shards);
    if (fault !== undefined) refuse(`sample ${i} of the index ${fault}`);
  });
  return { root, shards, samples };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function isShard(value: unknown): value is IndexedShard {
  const { file, bytes, sha256 } = (value ?? {}) as Partial<Record<string, unknown>>;
  return typeof file === "string" && file !== "" && isCount(bytes) && /^[0-9a-f]{64}$/.test(String(sha256));
}

function faultOf(value: unknown, shards: readonly IndexedShard[]): string | undefined {
  const { key, wavId, shard, members, sampleCount, sampleRate } = (value ?? {}) as Partial<IndexedSample>;
  if (typeof key !== "string" || typeof wavId !== "string" || !Array.isArray(members)) {
    return "lacks a key, a recording or members";
  }
  if (!isCount(shard) || shard >= shards.length) {
    return `is in shard ${shard}, and there are ${shards.length}`;
  }
  for (const { suffix, offset, bytes } of members as Partial<IndexedSample["members"][number]>[]) {
    if (typeof suffix !== "string" || !isCount(offset) || !isCount(bytes)) {
      return "has a member without a place";
    }
    if (offset + bytes > shards[shard].bytes) return `has a member behind the end of ${shards[shard].file}`;
  }
  for (const count of [sampleCount, sampleRate]) {
    if (count !== undefined && !isCount(count)) return `tells ${count} as a length or a rate`;
  }
  return undefined;
}
