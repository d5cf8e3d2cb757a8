import { describe, expect, test } from "bun:test";
import { execFileSync, spawnSync } from "node:child_process";
import {
  createReadStream,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { createTarDecoder } from "modern-tar";
import { indexShards } from "#lib/corpus/shards/index_shards.ts";
import { ShardError } from "#lib/corpus/shards/shard_error.ts";
import { readShardIndex, SHARD_INDEX_NAME } from "#lib/corpus/shards/shard_index_file.ts";
import { openShards } from "#lib/corpus/shards/shard_reader.ts";
import { openShardWriter } from "#lib/corpus/shards/shard_writer.ts";
import { verifyShards } from "#lib/corpus/shards/verify_shards.ts";
import { allSamples, bytesOf, madeSample, scratchFolder } from "./made_shards.ts";

const KEYS = [
  "rec_0000",
  "rec.2024.05_0000",
  "bébé/日本語_0001",
  `${"long/".repeat(40)}${"x".repeat(120)}_0002`,
  "a b_0003",
];

async function writeSet(folder: string, options = {}) {
  const writer = await openShardWriter(folder, { mostSamples: 2, ...options });
  for (const key of KEYS) await writer.add(madeSample(key));
  return await writer.close();
}

const hasTar = spawnSync("tar", ["--version"]).status === 0;

describe("a set of shards", () => {
  test("has the same bytes each time, and at most so many samples and bytes a shard", async () => {
    using first = scratchFolder();
    using second = scratchFolder();
    const index = await writeSet(first.path);
    await writeSet(second.path);
    expect(readdirSync(first.path).sort()).toEqual([
      ...["shards-000000.tar", "shards-000001.tar", "shards-000002.tar", "shards.index.json"],
    ]);
    for (const name of readdirSync(first.path)) {
      expect(readFileSync(join(first.path, name)).equals(readFileSync(join(second.path, name)))).toBe(true);
    }
    expect(index.samples.map(({ shard }) => shard)).toEqual([0, 0, 1, 1, 2]);
    using third = scratchFolder();
    const small = await writeSet(third.path, { mostSamples: 100, mostBytes: 8192 });
    expect(small.shards.length).toBeGreaterThan(1);
    expect(small.shards.every(({ bytes }) => bytes <= 8192)).toBe(true);
  });

  test("is read back as it was given, by the index and in order, and verified", async () => {
    using folder = scratchFolder();
    const written = await writeSet(folder.path);
    const index = await readShardIndex(join(folder.path, SHARD_INDEX_NAME));
    expect(index).toEqual(written);
    expect(index.samples.map(({ wavId }) => wavId)).toEqual(KEYS);
    expect(index.samples[1].key).toBe("rec%2E2024%2E05_0000");
    expect(index.samples[0]).toMatchObject({ sampleCount: 160, sampleRate: 16_000 });
    await using reader = openShards(index, { mostOpen: 1 });
    const files = index.shards.map(({ file }) => join(folder.path, file));
    expect(await indexShards(files)).toEqual(index);
    const samples = (await Promise.all(files.map((file) => allSamples(file)))).flatMap(({ samples }) =>
      samples
    );
    for (const [i, key] of KEYS.entries()) {
      const { members } = madeSample(key);
      for (const [suffix, bytes] of Object.entries(members)) {
        expect(await reader.read(index.samples[i], suffix)).toEqual(bytes);
        expect(samples[i].members.get(suffix)).toEqual(bytes);
      }
    }
    expect(await verifyShards(files, { index })).toMatchObject({ sound: true });
  });

  test.skipIf(!hasTar)("is read by GNU tar, and what GNU tar writes is read here", async () => {
    using folder = scratchFolder();
    const { shards } = await writeSet(folder.path);
    for (const { file } of shards) {
      const names = execFileSync("tar", ["tf", join(folder.path, file), "--quoting-style=literal"], {
        encoding: "utf8",
      });
      const { samples } = await allSamples(join(folder.path, file));
      expect(names.trim().split("\n")).toEqual(
        samples.flatMap(({ key, members }) => [...members.keys()].map((suffix) => `${key}.${suffix}`)),
      );
    }
    const data = join(folder.path, "data");
    mkdirSync(join(data, "d".repeat(90), "e".repeat(90)), { recursive: true });
    writeFileSync(join(data, "d".repeat(90), "e".repeat(90), "日本.txt"), "deep");
    writeFileSync(join(data, "u.WAV"), "x".repeat(700));
    for (const format of ["v7", "ustar", "gnu", "pax"]) {
      const file = join(folder.path, `${format}.tar`);
      // v7 has no room for long names.
      const what = format === "v7" ? ["u.WAV"] : ["."];
      const made = spawnSync("tar", ["cf", file, `--format=${format}`, "--sort=name", "-C", data, ...what]);
      if (made.status !== 0) continue; // another tar than GNU's
      const { samples, error } = await allSamples(file);
      expect(error).toBe(undefined);
      const found = samples.flatMap(({ members }) =>
        [...members].map(([suffix, bytes]) => [suffix, bytes.length])
      );
      expect(found).toEqual(format === "v7" ? [["wav", 700]] : [["txt", 4], ["wav", 700]]);
      const packed = await allSamples({ file: "x.tar.gz", bytes: gzipSync(readFileSync(file)) });
      expect(packed.samples.map(({ key }) => key)).toEqual(samples.map(({ key }) => key));
    }
  });

  test("is read by modern-tar, strictly", async () => {
    using folder = scratchFolder();
    const { shards } = await writeSet(folder.path);
    for (const { file } of shards) {
      const path = join(folder.path, file);
      const entries = (Readable.toWeb(createReadStream(path)) as ReadableStream<Uint8Array>)
        .pipeThrough(createTarDecoder({ strict: true }));
      const read: (readonly [string, number])[] = [];
      for await (
        const { header, body } of entries as unknown as AsyncIterable<
          { header: { name: string }; body: ReadableStream<Uint8Array> }
        >
      ) {
        read.push([header.name, (await new Response(body).arrayBuffer()).byteLength]);
      }
      const { samples } = await allSamples(path);
      expect(read).toEqual(
        samples.flatMap(({ key, members }) =>
          [...members].map(([suffix, bytes]) => [`${key}.${suffix}`, bytes.length] as const)
        ),
      );
    }
  });

  test("that changed since is refused, with the way to index again", async () => {
    using folder = scratchFolder();
    const { shards } = await writeSet(folder.path);
    const index = join(folder.path, SHARD_INDEX_NAME);
    const shard = join(folder.path, shards[1].file);
    const bytes = readFileSync(shard);
    bytes[600] ^= 1;
    writeFileSync(shard, bytes);
    const later = statSync(index).mtimeMs / 1000 + 5;
    utimesSync(shard, later, later);
    await expect(readShardIndex(index)).rejects.toThrow(
      /shards-000001.tar: changed since .*dialab corpus index/,
    );
    await expect(readShardIndex(index, { check: "sha256" })).rejects.toBeInstanceOf(ShardError);
    expect((await readShardIndex(index, { check: "bytes" })).shards.length).toBe(3);
    writeFileSync(shard, bytes.subarray(0, 512));
    await expect(readShardIndex(index, { check: "bytes" })).rejects.toThrow(/changed since/);
    await using reader = openShards(await readShardIndex(index, { check: "none" }));
    const sample = reader.index.samples.find((sample) => sample.shard === 1)!;
    await expect(reader.read(sample, "wav")).rejects.toThrow(
      /changed since it was indexed: it has 512 bytes/,
    );
    await expect(reader.read(sample, "mp3")).rejects.toThrow(/has no member mp3; it has json, wav/);
  });

  test("refuses keys and suffixes that would not be read back, and to write over a set", async () => {
    using folder = scratchFolder();
    const writer = await openShardWriter(folder.path);
    const txt = bytesOf("x");
    for (const key of ["", "a/", "/a", "a/../b", "__meta__", "a\nb", "\ud800"]) {
      await expect(writer.add({ key, members: { txt } })).rejects.toThrow(/is no key of a sample/);
    }
    for (const suffix of ["", "WAV", ".wav", "a/b"]) {
      await expect(writer.add({ key: "a", members: { [suffix]: txt } })).rejects.toThrow(/is no suffix/);
    }
    await expect(writer.add({ key: "a", members: {} })).rejects.toThrow(/has no member/);
    await writer.add({ key: "a", members: { txt } });
    await expect(writer.add({ key: "a", members: { txt } })).rejects.toThrow(/given twice/);
    await writer.close();
    await expect(openShardWriter(folder.path)).rejects.toThrow(/not written over/);
    const warnings: string[] = [];
    const again = await openShardWriter(folder.path, {
      overwrite: true,
      dots: "keep",
      warn: (text) => warnings.push(text),
    });
    await again.add(madeSample("r.1_0000"));
    const { samples } = await again.close();
    expect(samples[0].key).toBe("r.1_0000");
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/One key has dots/);
  });
});

describe("a shard that is looked at", () => {
  test("tells every fault by sample, and what an index says otherwise", async () => {
    using folder = scratchFolder();
    const writer = await openShardWriter(folder.path);
    const wav = madeSample("b").members as Record<string, Uint8Array>;
    await writer.add({ key: "a", members: { json: bytesOf("[1,") } });
    await writer.add({ key: "b", members: { wav: wav.wav.subarray(0, 100) } });
    await writer.add({ key: "c", members: { flac: bytesOf("fLaC and no more") } });
    await writer.add({ key: "d", members: { txt: bytesOf("fine") } });
    const index = await writer.close();
    const file = join(folder.path, index.shards[0].file);
    const { shards: [shard], sound } = await verifyShards([file], { index });
    expect(sound).toBe(false);
    expect(shard.samples).toBe(4);
    expect(shard.faults.map((fault) => fault.slice(0, 11))).toEqual([
      'sample "a":',
      'sample "b":',
      'sample "c":',
    ]);
    const bytes = readFileSync(file);
    writeFileSync(file, Buffer.concat([bytes, new Uint8Array(512)]));
    expect((await verifyShards([file], { index, decode: false })).shards[0].faults.at(-1)).toMatch(
      /the index tells of/,
    );
    writeFileSync(file, bytes.subarray(0, 2100));
    expect((await verifyShards([file], { index })).shards[0].faults.at(-1)).toMatch(/^byte \d+: cut short/);
    expect((await verifyShards([join(folder.path, "none.tar")])).shards[0].faults[0]).toMatch(/none\.tar/);
  });
});

describe("the lock of a set", () => {
  test("keeps a second writer out until the first ends, however it does", async () => {
    using folder = scratchFolder();
    const refused = () =>
      expect(openShardWriter(folder.path)).rejects.toThrow(/is being written by process \d+/);
    const first = await openShardWriter(folder.path);
    await refused();
    const other = await openShardWriter(folder.path, { name: "dev" });
    await other.abandon();
    await first.add(madeSample("a_0000"));
    await first.abandon();
    const second = await openShardWriter(folder.path);
    await second.add(madeSample("a_0000"));
    await second.close();
    await expect(openShardWriter(folder.path)).rejects.toThrow(/is there already/);
    await (await openShardWriter(folder.path, { overwrite: true })).abandon();
    expect(readdirSync(folder.path)).toEqual(["shards-000000.tar"]);
  });
});
