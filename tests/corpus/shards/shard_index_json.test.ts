/** The file of an index: samples of many kinds come back as they were, and what cannot be is refused. */
import { describe, expect, test } from "bun:test";
import type { IndexedSample, ShardIndex } from "#lib/corpus/shards/shard_index.ts";
import { formatShardIndex, parseShardIndex } from "#lib/corpus/shards/shard_index_json.ts";

const place = { file: "/data/shards.index.json", root: "/data" };
const shard = (file: string) => ({ file, bytes: 10_000, sha256: "0a".repeat(32) });
const member = (suffix: string, offset: number) => ({ suffix, offset, bytes: 100 });

const samples: readonly IndexedSample[] = [
  { key: "a_0000", wavId: "a", shard: 0, members: [member("wav", 512), member("json", 1536)] },
  { key: "a_0001", wavId: "a", shard: 0, members: [member("flac", 2560)], sampleCount: 7, sampleRate: 8000 },
  { key: "b", wavId: "b", shard: 0, members: [] },
  { key: "c_0000", wavId: "c", shard: 0, members: [member("wav", 3584), member("json", 4608)] },
  { key: "x_1", wavId: "told otherwise", shard: 2, members: [member("txt", 512)], sampleRate: 16_000 },
  { key: "y", wavId: "y", shard: 2, members: [member("txt", 1536)], sampleCount: 0 },
];
const index: ShardIndex = { root: "/data", shards: ["a.tar", "empty.tar", "b.tar"].map(shard), samples };

describe("the file of an index", () => {
  test("gives samples back as they were, one by one and all", () => {
    const text = formatShardIndex(index);
    const read = parseShardIndex(text, place);
    expect(read).toEqual(index);
    for (const [number, sample] of samples.entries()) {
      expect(read.columns!.at(number)).toEqual(sample);
      expect(read.columns!.keyOf(number)).toBe(sample.key);
      expect(read.columns!.wavIdOf(number)).toBe(sample.wavId);
      expect(read.columns!.shardOf(number)).toBe(sample.shard);
    }
    expect(formatShardIndex(read)).toBe(text);
    expect(text.split("\n").length).toBe(6); // a head, a line a shard, an end
  });

  test("of no shard or no sample is one, too", () => {
    for (const few of [{ root: "/data", shards: [], samples: [] }, { ...index, samples: [] }]) {
      expect(parseShardIndex(formatShardIndex(few), place)).toEqual(few);
    }
  });

  test("is of the samples that it is given, not of those that it was read with", () => {
    const read = parseShardIndex(formatShardIndex(index), place);
    const some = { ...read, samples: read.samples.slice(4) };
    expect(some.columns).toBeUndefined();
    expect(parseShardIndex(formatShardIndex(some), place).samples).toEqual(samples.slice(4));
  });

  test("is not written where samples are out of the order of their shards", () => {
    expect(() => formatShardIndex({ ...index, samples: [...samples].reverse() })).toThrow(
      /in the order of their shards; sample 2 is of shard 0/,
    );
  });

  const line = (change: (samples: Record<string, unknown>, shard: Record<string, unknown>) => void) => {
    const value = JSON.parse(formatShardIndex(index));
    change(value.shards[0].samples, value.shards[0]);
    return JSON.stringify(value);
  };

  test.each<[string, string, RegExp]>([
    ["no JSON", "{", /shards.index.json: is no shard index: /],
    ["nothing", "null", /is no shard index; dialab corpus index writes one/],
    ["shards that are no list", '{"format":"dialab shard index","version":2}', /is no shard index/],
    [
      "another version",
      '{"format":"dialab shard index","version":1,"shards":[]}',
      /of version 1, and 2 is read/,
    ],
    ["a shard without a name", line((_, shard) => shard.file = ""), /shard 0 of the index is none/],
    ["a name that is no text", line((_, shard) => shard.file = 7), /shard 0 of the index is none/],
    ["a length that is none", line((_, shard) => shard.bytes = -1), /shard 0 of the index is none/],
    ["a sum that is none", line((_, shard) => shard.sha256 = "0a"), /shard 0 of the index is none/],
    ["no samples", line((_, shard) => delete shard.samples), /shard 0 of the index, a.tar, has no keys/],
    ["a key that is no text", line((s) => (s.keys as unknown[])[1] = 5), /a.tar, has no keys/],
    ["a recording less", line((s) => s.wavIds = ["a"]), /has no recording for each of its keys/],
    ["no layouts", line((s) => s.layouts = []), /does not tell which members/],
    ["a suffix that is no text", line((s) => s.layouts = [[1]]), /does not tell which members/],
    ["a layout that is not there", line((s) => (s.layout as number[])[0] = 9), /that it does not tell of/],
    ["a layout less", line((s) => (s.layout as number[]).pop()), /that it does not tell of/],
    ["an offset less", line((s) => (s.offsets as number[]).pop()), /has a member without a place/],
    ["an offset that is none", line((s) => (s.offsets as number[])[0] = 1.5), /has a member without a place/],
    ["a size less", line((s) => (s.bytes as number[]).pop()), /has a member without a place/],
    [
      "a member behind the end",
      line((s) => (s.offsets as number[])[0] = 9901),
      /has a member behind its end/,
    ],
    [
      "a rate that is none",
      line((s) => (s.sampleRates as unknown[])[0] = "8k"),
      /a length or rate that is none/,
    ],
    ["a length less", line((s) => (s.sampleCounts as unknown[]).pop()), /a length or rate that is none/],
  ])("that has %s is refused", (_, text, message) => {
    expect(() => parseShardIndex(text, place)).toThrow(message);
  });

  test("takes a member that ends where its shard ends", () => {
    const text = line((s) => (s.offsets as number[])[0] = 9900);
    expect(parseShardIndex(text, place).samples[0].members[0].offset).toBe(9900);
  });
});
