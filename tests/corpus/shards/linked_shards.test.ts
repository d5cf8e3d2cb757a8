/** Shards with links, with what macOS leaves, with nothing in them, and shards that are no longer those of their index. */
import { describe, expect, test } from "bun:test";
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { tarHeader } from "#lib/corpus/shards/encode_tar.ts";
import { indexShards } from "#lib/corpus/shards/index_shards.ts";
import { readShardIndex, writeShardIndex } from "#lib/corpus/shards/shard_index_file.ts";
import { openShards } from "#lib/corpus/shards/shard_reader.ts";
import { verifyShards } from "#lib/corpus/shards/verify_shards.ts";
import { allSamples, bytesOf, scratchFolder } from "./made_shards.ts";

/** A tar of files with their texts, and of links. */
function tarOf(entries: readonly (readonly [name: string, text: string, type?: "1" | "2"])[]): Uint8Array {
  const blocks = entries.flatMap(([name, text, type]) => {
    const header = tarHeader(name, type === undefined ? text.length : 0);
    if (type === undefined) {
      const content = new Uint8Array(512 * Math.ceil(text.length / 512));
      content.set(bytesOf(text));
      return [header, content];
    }
    header[156] = type.charCodeAt(0);
    header.set(bytesOf(text), 157);
    header.fill(0x20, 148, 156);
    const sum = header.reduce((sum, byte) => sum + byte, 0);
    header.set(bytesOf(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
    return [header];
  });
  const bytes = new Uint8Array(1024 + blocks.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const block of blocks) {
    bytes.set(block, at);
    at += block.length;
  }
  return bytes;
}

const LINKED = tarOf([
  ["pool", "same"],
  ["a.txt", "pool", "1"],
  ["b.txt", "a.txt", "1"],
  ["c.txt", "own"],
  ["d.txt", "c.txt", "2"],
  ["e.txt", "gone", "1"],
]);

describe("links", () => {
  test.each([["plain", LINKED], ["packed", gzipSync(LINKED)]])(
    "are no samples, and told: %s",
    async (_, bytes) => {
      const warnings: string[] = [];
      const { samples, error } = await allSamples({ file: "x.tar", bytes }, {
        warn: (text) => warnings.push(text),
      });
      expect(error).toBeUndefined();
      expect(samples.map(({ key, members }) => [key, new TextDecoder().decode(members.get("txt"))])).toEqual([
        ["c", "own"],
      ]);
      expect(warnings).toEqual([
        'x.tar: 4 links are not read: "a.txt" (hard, to "pool"), "b.txt" (hard, to "a.txt"), "d.txt" (symbolic, to "c.txt"), ' +
        '"e.txt" (hard, to "gone").',
      ]);
    },
  );

  test("are told where shards are indexed, and faults to verify", async () => {
    using folder = scratchFolder();
    const file = join(folder.path, "a.tar");
    writeFileSync(file, LINKED);
    const heard: string[] = [];
    const index = await indexShards([file], { warn: (warning) => void heard.push(warning) });
    expect(heard).toEqual([expect.stringMatching(/a\.tar: 4 links are not read: /)]);
    await using reader = openShards(index);
    expect(await reader.read(index.samples[0], "txt")).toEqual(bytesOf("own"));
    const { shards: [{ faults }] } = await verifyShards([file], { index });
    expect(faults).toEqual([expect.stringMatching(/^4 links are not read: "a\.txt"/)]);
  });
});

test("what macOS keeps beside files is noted, and so is that a tar of zeros holds nothing", async () => {
  using folder = scratchFolder();
  const [mac, zeros] = ["mac.tar", "zeros.tar"].map((name) => join(folder.path, name));
  writeFileSync(
    mac,
    tarOf([["._a.txt", "x"], ["a.txt", "1"], ["__MACOSX/._a.txt", "x"], ["d/._b.txt", "x"], [
      "d/b.txt",
      "2",
    ]]),
  );
  writeFileSync(zeros, new Uint8Array(10240));
  const { shards } = await verifyShards([mac, zeros]);
  expect(shards.map(({ samples, faults, notes }) => [samples, faults, notes])).toEqual([
    [4, [], [
      expect.stringMatching(/^3 of its files are what macOS keeps/),
      "1 of its files belong to no sample",
    ]],
    [0, [], ["holds no file"]],
  ]);
});

test("a shard of the same size and an older time is found out when a member is read", async () => {
  using folder = scratchFolder();
  mkdirSync(join(folder.path, "s"));
  const file = join(folder.path, "s", "a.tar"), indexFile = join(folder.path, "s", "shards.index.json");
  const names = ["a.txt", "é.txt", `${"x".repeat(150)}.TXT`];
  writeFileSync(file, tarOf(names.map((name) => [name, "text"])));
  await writeShardIndex(await indexShards([file]), { file: indexFile });
  const old = new Date(Date.now() - 1e6);
  const readAll = async () => {
    utimesSync(file, old, old);
    const index = await readShardIndex(indexFile);
    await using reader = openShards(index);
    return await Promise.allSettled(index.samples.map((sample) => reader.read(sample, "txt")));
  };
  expect((await readAll()).map(({ status }) => status)).toEqual(["fulfilled", "fulfilled", "fulfilled"]);
  const size = (await readShardIndex(indexFile, { check: "none" })).shards[0].bytes;
  const other = new Uint8Array(size);
  other.set(tarOf([["b.txt", "next"], ["b.txt", "next"], ["c.txt", "next"]]));
  writeFileSync(file, other);
  const told = (await readAll()).map((result) =>
    result.status === "rejected" ? String(result.reason) : result.status
  );
  expect(told[0]).toMatch(/changed since it was indexed: "a\.txt" does not begin at byte 512/);
  expect(told.every((text) => text.includes("changed since"))).toBe(true);
});
