/** Loaders of files and of shards: what they give of each sample, and that they read nothing else. */
import { describe, expect, test } from "bun:test";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { encodeWav } from "#lib/audio/encode_wav.ts";
import { MetadataSampler } from "#lib/corpus/batches/metadata_sampler.ts";
import { SpeechCollator } from "#lib/corpus/batches/speech_collator.ts";
import { openRawFiles } from "#lib/corpus/loaders/raw_file_loader.ts";
import { SampleError } from "#lib/corpus/loaders/sample_error.ts";
import { speechBatches } from "#lib/corpus/loaders/speech_batches.ts";
import { openWebDataset } from "#lib/corpus/loaders/web_dataset_loader.ts";
import { MetadataManifest } from "#lib/corpus/manifests/metadata_manifest.ts";
import { listRecordings } from "#lib/corpus/recordings/list_recordings.ts";
import { writeRecordings } from "#lib/corpus/recordings/write_recordings.ts";
import { indexShards } from "#lib/corpus/shards/index_shards.ts";
import { shardPath } from "#lib/corpus/shards/shard_index_file.ts";
import { openShardWriter } from "#lib/corpus/shards/shard_writer.ts";
import { openMetadataStore } from "#lib/corpus/store/metadata_store.ts";
import { tableOf } from "#lib/corpus/tables/table_of.ts";
import { describeWith, fixture } from "../../harness/shared_data.ts";
import { shardClips } from "../batches/shard_clips.ts";
import { bytesOf, scratchFolder } from "../shards/made_shards.ts";

const RATE = 8000;
const tone = (length: number, step = 0.1) =>
  Float32Array.from({ length }, (_, i) => Math.round(2 ** 14 * Math.sin(i * step)) / 2 ** 15);
const unheard = () => {
  throw new Error("There was a warning.");
};

/** Recordings `one` to `four` of two channels, and their list. */
async function writeTalks(folder: string): Promise<string> {
  for (const [i, id] of ["one", "two", "three", "four"].entries()) {
    writeFileSync(
      join(folder, `${id}.wav`),
      encodeWav([tone(800 + 80 * i), tone(800 + 80 * i, 0.3)], { sampleRate: RATE }),
    );
  }
  const list = join(folder, "list.jsonl");
  await writeRecordings(list, (await listRecordings(folder)).recordings);
  return list;
}

describe("a loader of files", () => {
  test("gives sound and metadata of each recording of a list", async () => {
    using folder = scratchFolder();
    const list = await writeTalks(folder.path);
    writeFileSync(join(folder.path, "snr.jsonl"), '{"wav_id": "two", "snr_db": 12.5}\n');
    const metadata = await openMetadataStore(join(folder.path, "snr.jsonl"));
    await using loader = await openRawFiles(list, { metadata, warn: unheard });
    expect([...loader.availableIds()].sort()).toEqual(["four", "one", "three", "two"]);
    const { id, wavId, waveform, sampleRate, metadata: known } = await loader.load("two");
    expect([id, wavId, sampleRate]).toEqual(["two", "two", RATE]);
    expect(waveform).toEqual([tone(880), tone(880, 0.3)]);
    expect(known).toEqual({ wav_id: "two", path: "two.wav", duration: 0.11, snr_db: 12.5 });
    expect(await loader.loadMetadata("one")).toEqual({ wav_id: "one", path: "one.wav", duration: 0.1 });
    expect((await loader.loadWaveform("one")).waveform.length).toBe(2);
    await expect(loader.load("too")).rejects.toThrow(
      /list.jsonl has no sample "too"; the nearest of 4 is "two"/,
    );
    await expect(loader.loadAt(4)).rejects.toThrow("There is no sample 4; there are 4");
  });

  test("takes a manifest for a filter, and tells of ids that are not there", async () => {
    using folder = scratchFolder();
    const list = await writeTalks(folder.path);
    const rows = ["one", "two", "five"].map((wav_id, i) => ({ wav_id, snr: 10 * i }));
    const manifest = (await MetadataManifest.fromRows(rows)).filter([{
      column: "snr",
      kind: "atLeast",
      value: 5,
    }]);
    const warnings: string[] = [];
    const loader = await openRawFiles(list, {
      wavIds: manifest,
      isMono: true,
      warn: (text) => void warnings.push(text),
    });
    expect(loader.availableIds()).toEqual(["two"]);
    expect((await loader.load("two")).waveform.length).toBe(1);
    expect(warnings.length).toBe(1);
    expect(warnings[0]).toMatch(/list.jsonl has no recording "five", which was asked for; the nearest is "f/);
  });

  test("gives the same of a list that is plain and of one that is not", async () => {
    using folder = scratchFolder();
    const plain = await writeTalks(folder.path), other = join(folder.path, "other.jsonl");
    writeFileSync(other, `${readFileSync(plain, "utf8").replace('"one', '"\\u006fne')}\n\n`);
    const wavIds = ["three", "one", "neither", "three"];
    const [a, b] = await Promise.all([plain, other].map(async (list) => {
      const heard: string[] = [];
      await using loader = await openRawFiles(list, { wavIds, warn: (warning) => void heard.push(warning) });
      const ids = loader.availableIds();
      await expect(loader.load("two")).rejects.toThrow(/has no sample "two"/);
      expect(heard.map((warning) => warning.slice(list.length))).toEqual([
        ' has no recording "neither", which was asked for; the nearest is "three".',
      ]);
      const samples = await Promise.all(ids.map((_, number) => loader.loadAt(number)));
      expect(samples).toEqual(await Promise.all(ids.map((id) => loader.load(id))));
      return { ids, samples, seconds: ids.map((_, number) => loader.durationSec(number)) };
    }));
    expect([...a.ids].sort()).toEqual(["one", "three"]);
    expect(a).toEqual(b);
  });

  test("refuses a state of other recordings, or of the same in another order, however they are held", async () => {
    using folder = scratchFolder();
    const list = await writeTalks(folder.path), turned = join(folder.path, "turned.jsonl");
    const lines = readFileSync(list, "utf8").trim().split("\n");
    writeFileSync(turned, `${lines.reverse().join("\n")}\n`);
    await using loader = await openRawFiles(list);
    const state = speechBatches(loader, { seed: 1 }).state();
    const { recordings } = await listRecordings(folder.path);
    await using same = await openRawFiles(recordings);
    const wavIds = loader.availableIds();
    await using chosen = await openRawFiles(turned, { wavIds });
    await using fewer = await openRawFiles(list, { wavIds: wavIds.slice(1) });
    await using asMany = await openRawFiles(
      recordings.map((recording, i) => i === 2 ? { ...recording, wavId: "other" } : recording),
    );
    expect(speechBatches(same, { seed: 1, state }).state()).toEqual(state);
    for (const other of [chosen, fewer, asMany]) {
      expect(() => speechBatches(other, { seed: 1, state })).toThrow(/not of this one/);
    }
    await using whole = await openRawFiles(list, { wavIds });
    expect(speechBatches(whole, { seed: 1, state }).state()).toEqual(state);
  });

  test("names file and id of what cannot be read, and takes the others", async () => {
    using folder = scratchFolder();
    const list = await writeTalks(folder.path);
    writeFileSync(join(folder.path, "three.wav"), "");
    const loader = await openRawFiles(list);
    const error = await loader.load("three").catch((error) => error);
    expect(error).toBeInstanceOf(SampleError);
    expect(error.message).toBe(`${join(folder.path, "three.wav")}: sample "three": is empty: it has 0 bytes`);
    const ids: string[] = [];
    const batches = speechBatches(loader, { onError: "skip-with-warning", warn: () => {} });
    for await (const { batch } of batches) ids.push(...batch.ids);
    expect(ids.sort()).toEqual(["four", "one", "two"]);
    expect(batches.skipped).toBe(1);
  });
});

/** Clips of ids with dots, in shards of three, with sidecars but for the last. */
async function writeClips(folder: string): Promise<void> {
  const writer = await openShardWriter(folder, { mostSamples: 3 });
  for (let i = 0; i < 8; i++) {
    const wavId = `rec.${i % 3}`, key = `${wavId}_000${i}`;
    const wav = encodeWav(tone(160 + i), { sampleRate: RATE });
    const json = bytesOf(JSON.stringify({ wav_id: wavId, clip_id: key, snr_db: i }));
    await writer.add({ key, wavId, members: i === 7 ? { wav } : { wav, json } });
  }
  await writer.close();
}

describe("a loader of shards", () => {
  test("gives sound, sidecar and the recording's row of each clip, by ids as they were meant", async () => {
    using folder = scratchFolder();
    const shards = join(folder.path, "shards");
    await writeClips(shards);
    writeFileSync(join(folder.path, "m.jsonl"), '{"wav_id": "rec.1", "snr_db": 99, "place": "home"}\n');
    const metadata = await openMetadataStore(join(folder.path, "m.jsonl"));
    await using loader = await openWebDataset(shards, { metadata, warn: unheard });
    expect(loader.sizes).toEqual([3, 3, 2]);
    expect(loader.availableIds()[4]).toBe("rec.1_0004");
    const sample = await loader.load("rec.1_0004");
    expect(sample).toEqual({
      ...{ id: "rec.1_0004", wavId: "rec.1", sampleRate: RATE, waveform: [tone(164)] },
      metadata: { wav_id: "rec.1", clip_id: "rec.1_0004", snr_db: 4, place: "home" },
    });
    expect(await loader.loadAt(4)).toEqual(sample);
    expect(await loader.loadMetadata("rec.1_0004")).toEqual(sample.metadata);
    expect((await loader.load("rec.1_0007")).metadata).toEqual({
      wav_id: "rec.1",
      snr_db: 99,
      place: "home",
    });
    expect(loader.durationSec(4)).toBe(164 / RATE);
  });

  test("reads no byte of what does not pass its filters", async () => {
    using folder = scratchFolder();
    await writeClips(folder.path);
    const reads: [string, number, number][] = [];
    await using loader = await openWebDataset(folder.path, {
      wavIds: ["rec.1"],
      where: ({ sampleCount }) => sampleCount! > 161,
      open: async (shard, index) => {
        const handle = await open(shardPath(index, shard));
        return {
          read: async (offset, length) => {
            reads.push([shard.file, offset, length]);
            const target = new Uint8Array(length);
            await handle.read(target, 0, length, offset);
            return target;
          },
          close: () => handle.close(),
        };
      },
    });
    expect(loader.availableIds()).toEqual(["rec.1_0004", "rec.1_0007"]);
    expect(loader.sizes).toEqual([0, 1, 1]);
    for await (const _ of speechBatches(loader));
    // One read each: the clip with its header and its sidecar lies in one piece.
    const wanted = loader.index.samples.filter(({ key }) => /1_000[47]$/.test(key)).map(
      ({ shard, members }) => {
        const begin = Math.min(...members.map(({ offset }) => offset)) - 512;
        const end = Math.max(...members.map(({ offset, bytes }) => offset + bytes));
        return [loader.index.shards[shard].file, begin, end - begin];
      },
    );
    expect(reads.sort()).toEqual(wanted as typeof reads);
  });

  test("names shard and key of what cannot be decoded, or lacks", async () => {
    using folder = scratchFolder();
    const writer = await openShardWriter(folder.path);
    const add = (key: string, members: Record<string, Uint8Array>) => writer.add({ key, members });
    await add("bad_0000", { wav: bytesOf("RIFFxxxxWAVE, and then no more") });
    await add("mute_0000", { txt: bytesOf("no sound") });
    await add("list_0000", { wav: encodeWav(tone(80), { sampleRate: RATE }), json: bytesOf("[1]") });
    await writer.close();
    const loader = await openWebDataset(folder.path);
    await expect(loader.load("bad_0000")).rejects.toThrow(/[.]tar: sample "bad_0000": has no fmt/);
    await expect(loader.load("mute_0000")).rejects.toThrow('sample "mute_0000": it has no sound, but txt');
    await expect(loader.load("list_0000")).rejects.toThrow("its sidecar is JSON, but no object");
    expect((await loader.loadWaveform("list_0000")).waveform[0].length).toBe(80);
    await loader.close();
    await expect(loader.load("list_0000")).rejects.toThrow("The reader of shards is closed");
  });

  test("gives a balanced choice of clips", async () => {
    using folder = scratchFolder();
    await writeClips(folder.path);
    const all = await openWebDataset(folder.path);
    const table = tableOf(all.index.samples.map(({ key, wavId }) => ({ id: key, wavId })));
    const { rows } = new MetadataSampler({ columns: ["wavId"], strategy: "balanced" }).sample(table, 6);
    const ids = all.availableIds();
    await using loader = await openWebDataset(folder.path, {
      ids: rows.map((row) => ids[row]),
      warn: unheard,
    });
    const counts: Record<string, number> = {};
    for await (
      const { batch } of speechBatches(loader, {
        batchSize: 4,
        collator: new SpeechCollator({ padToMultipleOf: 100 }),
      })
    ) {
      expect(batch.waveforms.shape[2]).toBe(200);
      for (const wavId of batch.wavIds) counts[wavId] = (counts[wavId] ?? 0) + 1;
    }
    expect(counts).toEqual({ "rec.0": 2, "rec.1": 2, "rec.2": 2 });
  });
});

describeWith("the corpus fixtures", fixture("corpus"), (folder) => {
  test("clips of the real packager are loaded as they are", async () => {
    const shards = join(folder, "pipeline/output/mini/shards");
    const files = readdirSync(shards).filter((name) => name.endsWith(".tar")).sort().map((name) =>
      join(shards, name)
    );
    await using loader = await openWebDataset(await indexShards(files, { warn: () => {} }), {
      warn: unheard,
    });
    const expected = await shardClips(shards);
    expect(loader.length).toBe(expected.length);
    for (const [number, { metadata, wavId, waveform, sampleRate }] of expected.entries()) {
      expect(await loader.loadAt(number)).toMatchObject({ metadata, wavId, waveform, sampleRate });
    }
  });

  test("wav and flac of the real writer's shards come once an epoch on every rank and worker", async () => {
    const shards = join(folder, "shards");
    const names = readdirSync(shards).filter((name) => /^train-\d+[.]tar$/.test(name)).sort();
    const index = await indexShards(names.map((name) => join(shards, name)));
    await using loader = await openWebDataset(index, { isMono: true, warn: unheard });
    const ids: string[] = [];
    for (let rank = 0; rank < 2; rank++) {
      for (let worker = 0; worker < 3; worker++) {
        const options = { rank, world: 2, worker, workers: 3, batchSize: 2, seed: 4 };
        for await (const { batch } of speechBatches(loader, options)) ids.push(...batch.ids);
      }
    }
    expect(ids.sort()).toEqual([...loader.availableIds()].sort());
    expect(ids.length).toBe(27);
  });
});
