import { SampleColumns, type ShardColumns, shardColumns } from "./sample_columns.ts";
import { ShardError } from "./shard_error.ts";
import type { IndexedSample, IndexedShard, ShardIndex } from "./shard_index.ts";

const FORMAT = "dialab shard index";
const VERSION = 2;

/**
 * An index as JSON, a line a shard with its samples as columns: the same for the same shards, wherever they are. A million samples are
 * read in about a second, where objects took three.
 *
 * @throws {RangeError} Samples do not come in the order of their shards.
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
  const ofShard: IndexedSample[][] = shards.map(() => []);
  for (const [i, sample] of samples.entries()) {
    if (i > 0 && sample.shard < samples[i - 1].shard) {
      throw new RangeError(
        `The samples of an index come in the order of their shards; sample ${i} is of shard ${sample.shard}, and the one before ` +
          `it of shard ${samples[i - 1].shard}.`,
      );
    }
    ofShard[sample.shard].push(sample);
  }
  const lines = shards.map(({ file, bytes, sha256 }, i) =>
    JSON.stringify({ file, bytes, sha256, samples: shardColumns(ofShard[i]) })
  );
  return `{"format":"${FORMAT}","version":${VERSION},"shards":[\n${lines.join(",\n")}\n]}\n`;
}

/**
 * Reads an index's JSON; every place that it tells lies in its shard.
 *
 * @param options `file`: what errors call it; `root`: the folder that its shards' paths begin at.
 * @throws {ShardError} It is no such JSON, of another version, or tells what cannot be.
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
  let value: { format?: unknown; version?: unknown; shards?: unknown } | null;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    return refuse(`is no shard index: ${(cause as Error).message}`, cause);
  }
  const { format, version, shards: listed } = value ?? {};
  if (format !== FORMAT || !Array.isArray(listed)) {
    return refuse("is no shard index; dialab corpus index writes one");
  }
  if (version !== VERSION) {
    return refuse(
      `is a shard index of version ${version}, and ${VERSION} is read; dialab corpus index writes one`,
    );
  }
  const shards = listed.map((shard: unknown, i): IndexedShard => {
    if (!isShard(shard)) {
      return refuse(`shard ${i} of the index is none: ${JSON.stringify(shard)?.slice(0, 200)}`);
    }
    const { file, bytes, sha256 } = shard;
    return { file, bytes, sha256 };
  });
  const columns = new SampleColumns(listed.map(({ samples }, i) => {
    const fault = columnsFault(samples, shards[i]);
    if (fault !== undefined) refuse(`shard ${i} of the index, ${shards[i].file}, ${fault}`);
    return samples;
  }));
  let samples: readonly IndexedSample[] | undefined;
  const index = {
    root,
    shards,
    get samples() {
      return samples ??= columns.all();
    },
  };
  // Not among what is shown or compared: it says the same as the samples.
  return Object.defineProperty(index, "columns", { value: columns });
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function isShard(value: unknown): value is IndexedShard {
  const { file, bytes, sha256 } = (value ?? {}) as Partial<Record<string, unknown>>;
  return typeof file === "string" && file !== "" && isCount(bytes) && /^[0-9a-f]{64}$/.test(String(sha256));
}

/** What keeps a value from being the columns of a shard; a sentence's end. */
function columnsFault(value: unknown, shard: IndexedShard): string | undefined {
  const { keys, wavIds, layouts, layout, offsets, bytes, sampleCounts, sampleRates } =
    (value ?? {}) as Partial<ShardColumns>;
  const isText = (value: unknown) => typeof value === "string";
  if (!isListOf(keys, isText)) return "has no keys";
  const count = keys.length;
  if (wavIds !== undefined && !isListOf(wavIds, isText, count)) {
    return "has no recording for each of its keys";
  }
  if (!isListOf(layouts, (suffixes) => isListOf(suffixes, isText)) || count > 0 && layouts.length === 0) {
    return "does not tell which members its samples have";
  }
  const isLayout = (value: unknown) => isCount(value) && value < layouts.length;
  if (layout !== undefined && !isListOf(layout, isLayout, count)) {
    return "has samples of members that it does not tell of";
  }
  let members = count > 0 ? count * layouts[0].length : 0;
  if (layout !== undefined) members = layout.reduce((sum, number) => sum + layouts[number].length, 0);
  if (!isListOf(offsets, isCount, members) || !isListOf(bytes, isCount, members)) {
    return "has a member without a place";
  }
  for (let i = 0; i < members; i++) {
    if (offsets[i] + bytes[i] > shard.bytes) return "has a member behind its end";
  }
  const isTold = (value: unknown) => value === null || isCount(value);
  for (const told of [sampleCounts, sampleRates]) {
    if (told !== undefined && !isListOf(told, isTold, count)) return "tells of a length or rate that is none";
  }
  return undefined;
}

function isListOf<Value>(
  value: readonly Value[] | undefined | unknown,
  isOne: (value: unknown) => boolean,
  length?: number,
): value is readonly Value[] {
  if (!Array.isArray(value) || length !== undefined && value.length !== length) return false;
  for (let i = 0; i < value.length; i++) if (!isOne(value[i])) return false;
  return true;
}
