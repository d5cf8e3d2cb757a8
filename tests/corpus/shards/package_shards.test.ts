import { expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readAudio } from "#lib/audio/read_audio.ts";
import { writeWav } from "#lib/audio/write_wav.ts";
import { packageShards } from "#lib/corpus/shards/package_shards.ts";
import { openShards } from "#lib/corpus/shards/shard_reader.ts";
import { verifyShards } from "#lib/corpus/shards/verify_shards.ts";
import { scratchFolder } from "./made_shards.ts";

async function recordings(folder: string) {
  const list = [];
  for (const [i, wavId] of ["a", "rec.2024.05", "b"].entries()) {
    const path = join(folder, `${wavId}.wav`);
    const samples = Float32Array.from(
      { length: 8000 * (50 + 10 * i) },
      (_, n) => 0.3 * Math.sin(n / (9 + i)),
    );
    await writeWav(path, samples, { sampleRate: 8000 });
    list.push({ wavId, path, segments: [{ onset: 0.5, offset: 28 }, { onset: 33, offset: 48 }] });
  }
  return list;
}

test("recordings become clips that together are the recordings, and one that fails stops no other", async () => {
  using folder = scratchFolder();
  const list = await recordings(folder.path);
  const bad = join(folder.path, "bad.wav");
  writeFileSync(bad, "no sound");
  list.splice(1, 0, { wavId: "bad", path: bad, segments: [] });
  const shards = join(folder.path, "shards");
  const options = { folder: shards, sampleRate: 8000, mostSamples: 2 };
  const { index, failures, overlong } = await packageShards(list, options);
  expect(failures.map(({ wavId }) => wavId)).toEqual(["bad"]);
  expect(failures[0].error).toMatch(/bad\.wav/);
  expect(overlong).toEqual([]);
  expect(index.samples.map(({ key }) => key).slice(0, 4)).toEqual([
    ...["a_0000", "a_0001", "rec%2E2024%2E05_0000", "rec%2E2024%2E05_0001"],
  ]);
  await using reader = openShards(index);
  for (const { wavId, path } of list.filter(({ wavId }) => wavId !== "bad")) {
    const whole = await readAudio(path, { sampleRate: 8000 });
    const clips = index.samples.filter((sample) => sample.wavId === wavId);
    expect(clips.reduce((sum, { sampleCount }) => sum + sampleCount!, 0)).toBe(whole.samples.length);
    let end = 0;
    for (const clip of clips) {
      const sidecar = JSON.parse(new TextDecoder().decode(await reader.read(clip, "json")));
      expect(sidecar).toMatchObject({
        wav_id: wavId,
        abs_onset: end,
        sample_count: clip.sampleCount,
        sample_rate: 8000,
      });
      for (const { onset, offset } of sidecar.vad_segments) {
        expect(onset).toBeGreaterThanOrEqual(0);
        expect(offset).toBeLessThanOrEqual(sidecar.duration);
      }
      const wav = await reader.read(clip, "wav");
      const first = new DataView(wav.buffer, wav.byteOffset).getInt16(44, true) / 2 ** 15;
      expect(first).toBe(whole.samples[Math.round(end * 8000)]);
      end = sidecar.abs_offset;
    }
  }
  const files = index.shards.map(({ file }) => join(shards, file));
  expect((await verifyShards(files, { index })).sound).toBe(true);
  const before = readdirSync(shards).map((name) => [name, readFileSync(join(shards, name))] as const);
  await packageShards(list, { ...options, overwrite: true });
  for (const [name, bytes] of before) expect(readFileSync(join(shards, name)).equals(bytes)).toBe(true);
});

test("two recordings of one id are refused before anything is read", async () => {
  using folder = scratchFolder();
  const one = { wavId: "a", path: "a.wav", segments: [] };
  await expect(packageShards([one, one], { folder: join(folder.path, "out") })).rejects.toThrow(/called "a"/);
  expect(readdirSync(folder.path)).toEqual([]);
});

test("a recording whose id cannot stand in a shard fails, and the others are packed", async () => {
  using folder = scratchFolder();
  const [one] = await recordings(folder.path);
  const list = [{ ...one, wavId: "line\nfeed" }, { ...one, wavId: "tab\t" }, one];
  const { index, failures } = await packageShards(list, { folder: join(folder.path, "out") });
  expect(failures.map(({ wavId }) => wavId)).toEqual(["line\nfeed", "tab\t"]);
  expect(failures[0].error).toMatch(
    /a\.wav: "line\\nfeed" cannot be called so .* it has a control character/,
  );
  expect(new Set(index.samples.map(({ wavId }) => wavId))).toEqual(new Set(["a"]));
});

test("a second run in a folder is refused while the first is at it, and changes nothing", async () => {
  using folder = scratchFolder();
  const list = await recordings(folder.path);
  const out = join(folder.path, "out");
  let second: unknown;
  const { index } = await packageShards(list, {
    folder: out,
    onProgress: ({ done }) => {
      if (done !== 1) return;
      second = packageShards(list.slice(2), { folder: out, overwrite: true }).then(() => "done", String);
    },
  });
  expect(await second).toMatch(/out: is being written by process \d+/);
  expect(readdirSync(out).sort()).toEqual(["shards-000000.tar", "shards.index.json"]);
  expect((await verifyShards([join(out, index.shards[0].file)], { index })).sound).toBe(true);
});
