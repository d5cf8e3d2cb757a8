import { expect, test } from "bun:test";
import { join } from "node:path";
import { indexShards } from "#lib/corpus/shards/index_shards.ts";
import { splitAtFirstDot } from "#lib/corpus/shards/sample_rule.ts";
import { ShardError } from "#lib/corpus/shards/shard_error.ts";
import { openShards } from "#lib/corpus/shards/shard_reader.ts";
import { describeWith } from "../../harness/shared_data.ts";
import { describedSamples, expectedShards, shardsFolder } from "./expected_shards.ts";

describeWith("the shared shards", shardsFolder, (folder) => {
  const expected = shardsFolder === undefined ? {} : expectedShards();
  const rule = "webdataset" as const;
  const warn = () => {};

  test("of the real writer are read as the real reader does", async () => {
    const { samples, error } = await describedSamples(expected.plain.urls, { folder, rule });
    expect(error).toBe(undefined);
    expect(samples).toEqual(expected.plain.samples);
    expect(samples.map(({ members }) => Object.keys(members))).toEqual(
      expected.plain.samples.map(({ members }: { members: object }) => Object.keys(members)),
    );
  });

  test.each([
    ...["names_ustar.tar", "names_gnu.tar", "names_pax.tar", "pax_headers.tar", "gnu_base256.tar", "v7.tar"],
    ...["gnu_tar.tar", "gnu_tar.tar.gz", "meta_members.tar", "interleaved.tar", "empty.tar"],
  ])("%s", async (name) => {
    for (const each of [rule, "auto"] as const) {
      const { samples, error } = await describedSamples([name], { folder, rule: each, warn });
      expect(error).toBe(undefined);
      expect(samples).toEqual(expected[name].samples);
    }
  });

  test("a key does not go on in the next shard", async () => {
    const { urls, samples } = expected.key_across_shards;
    expect((await describedSamples(urls, { folder, rule })).samples).toEqual(samples);
  });

  test("a member that comes twice is refused, after what is before it", async () => {
    const { samples, error } = await describedSamples(["duplicate_member.tar"], { folder, rule });
    expect(samples).toEqual([]);
    expect(error).toBeInstanceOf(ShardError);
    expect(String(error)).toMatch(
      /duplicate_member.tar: byte 2048: "a.json" is the second member "json" of sample "a"/,
    );
  });

  test("dotted ids are as the real reader has them, or as they were meant", async () => {
    const real = await describedSamples(["dots.tar"], { folder, rule });
    expect(real.samples).toEqual(expected.dots.samples);
    const suffixes = ["wav", "json", "audio.flac", "seg.vad.json", "snr.npy"];
    for (const each of ["auto", { suffixes }] as const) {
      const { samples } = await describedSamples(["dots.tar"], { folder, rule: each });
      expect(samples.map(({ key }) => key)).toEqual(expected.dots.intended_keys);
      expect(Object.keys(samples[2].members)).toEqual(["json", "wav"]);
    }
  });

  test("names are split as the real reader splits them", () => {
    for (
      const [name, [key, suffix]] of Object.entries<[string | null, string | null]>(expected.split_of_names)
    ) {
      const split = splitAtFirstDot(name);
      expect([name, split?.key ?? null, split?.suffix ?? null]).toEqual([
        name,
        key,
        suffix?.toLowerCase() ?? null,
      ]);
    }
  });

  test.each([
    ["truncated_in_member.tar", 35840, /cut short: \d+ of the \d+ bytes of "utt0002.wav"/],
    ["truncated_in_header.tar", 25600, /cut short in a header/],
    ["truncated_no_end.tar", 25600, /it has no end/],
    ["bad_checksum.tar", 25600, /checksum is wrong/],
    ["not_a_tar.tar", 0, /is no tar/],
    ["zero_bytes.tar", 0, /is empty/],
  ])("%s: damage is an error that names file, offset and last whole key", async (name, offset, fault) => {
    const { samples, error } = await describedSamples([name], { folder, rule });
    const whole = expected.plain.samples.slice(0, expected[name].default.keys.length);
    expect(samples.map(({ key }) => key)).toEqual(expected[name].default.keys);
    expect(samples.map(({ members }) => members)).toEqual(
      whole.map(({ members }: { members: unknown }) => members),
    );
    expect(error).toBeInstanceOf(ShardError);
    const { file, message, lastKey, ...rest } = error as ShardError;
    expect([file, lastKey, rest.offset]).toEqual([
      join(folder, name),
      expected[name].default.keys.at(-1),
      offset,
    ]);
    expect(message).toMatch(fault);
  });

  test("are indexed, and members are read by the index", async () => {
    const files = expected.plain.urls.map((name: string) => join(folder, name));
    const index = await indexShards(files, { rule });
    for (const shard of index.shards) {
      const { file, ...facts } = shard;
      expect(facts).toEqual(expected.shard_index[file]);
      const members = index.samples.filter((sample) => index.shards[sample.shard] === shard).flatMap((
        sample,
      ) =>
        sample.members.map(({ suffix, offset, bytes }) => ({
          name: `${sample.key}.${suffix}`,
          offset,
          bytes,
        }))
      );
      expect(members).toEqual(expected.member_offsets[file]);
    }
    expect(index.samples.map(({ key }) => key)).toEqual(
      expected.plain.samples.map(({ key }: { key: string }) => key),
    );
    expect(index.samples.every(({ sampleCount, sampleRate }) => sampleCount! > 0 && sampleRate === 16_000))
      .toBe(true);
    await using reader = openShards(index, { mostOpen: 2 });
    const described = await describedSamples(expected.plain.urls, { folder, rule });
    for (const [i, sample] of index.samples.entries()) {
      for (const { suffix } of sample.members) {
        const bytes = await reader.read(sample, suffix);
        expect(bytes.length).toBe(described.samples[i].members[suffix].bytes);
      }
    }
  });
});
