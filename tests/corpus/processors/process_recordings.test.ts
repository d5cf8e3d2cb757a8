/** All processors over a small corpus: what is kept is what was made, what fails is a row, and what was done stays done. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { Buffer } from "node:buffer";
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodeWav } from "#lib/audio/encode_wav.ts";
import { cpuCompute } from "#lib/networks/cpu_compute.ts";
import type { StoredFeature } from "#lib/corpus/processors/feature.ts";
import { openHearing } from "#lib/corpus/processors/hearing.ts";
import { processRecording } from "#lib/corpus/processors/process_recording.ts";
import { type ProcessEvent, processRecordings } from "#lib/corpus/processors/process_recordings.ts";
import { processorNamed, processorNames } from "#lib/corpus/processors/registry.ts";
import { vadProcessor } from "#lib/corpus/processors/vad_processor.ts";
import { readRecordings } from "#lib/corpus/recordings/read_recordings.ts";
import type { RecordingList } from "#lib/corpus/recordings/recording_list.ts";
import { readParquet } from "#lib/corpus/tables/read_parquet.ts";
import { conversationSamples, MADE, makeRecordings } from "./made_recordings.ts";

/** Milliseconds that a test may take on a busy machine. */
const SLOW = 240_000;
const scratch = mkdtempSync(join(tmpdir(), "dialab-process-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const names = ["vad", "overlap", "snr", "loudness", "fbank", "embedding", "diarization"];
const processors = names.map(processorNamed);
const out = join(scratch, "out");
let list: RecordingList;

beforeAll(async () => {
  list = await readRecordings(await makeRecordings(join(scratch, "in")));
  const report = await processRecordings(list.recordings, { out, processors, preset: "own" });
  expect(report.processors).toEqual(names);
}, { timeout: SLOW });

/** Every file below a folder with its bytes. */
function bytesOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile()
  );
  return Object.fromEntries(
    files.map(({ parentPath, name }) => join(parentPath, name)).sort().map((
      path,
    ) => [path.slice(folder.length + 1), readFileSync(path).toString("base64")]),
  );
}

/** With arrays by their bytes: a NaN is a NaN there. */
function exactly({ arrays, ...feature }: StoredFeature) {
  const bytes = Object.entries(arrays ?? {}).map(([name, { dtype, shape, data }]) => {
    const { buffer, byteOffset, byteLength } = data as Float32Array;
    return [name, dtype, shape, Buffer.from(buffer, byteOffset, byteLength).toString("base64")];
  });
  return { ...feature, arrays: bytes };
}

const load = (name: string, wavId: string) => processorNamed(name).load(wavId, out);

describe("what is kept", () => {
  test("those that come with dialab are known by name", () => {
    expect(processorNames().slice(0, names.length)).toEqual(names);
  });

  test("lies where it is said to lie, and nothing else does", () => {
    const arrays = ["snr", "fbank", "embedding"], tables = ["vad", "overlap", "diarization"];
    const heard = MADE.filter((id) => id !== "text" && id !== "missing");
    const files = [
      "pipeline.json",
      ...names.map((name) => `${name}_meta/metadata.parquet`),
      ...tables.map((name) => `${name}/segments.parquet`),
      ...arrays.flatMap((name) => heard.map((id) => `${name}/${id}.npz`)),
    ];
    expect(Object.keys(bytesOf(out)).sort()).toEqual(files.sort());
  });

  test("with the preset it was made with, of those that hear with its networks", () => {
    const { processors } = JSON.parse(readFileSync(join(out, "pipeline.json"), "utf8"));
    const presets = names.map((name) => [name, processors[name].preset]);
    expect(Object.fromEntries(presets)).toEqual({
      ...{ vad: "own", overlap: "own", snr: "own", embedding: "own", diarization: "own" },
      ...{ loudness: undefined, fbank: undefined },
    });
  });

  test.each(names)("%s: a row for each recording, in the list's order", async (name) => {
    const { columns, rowCount } = await readParquet(join(out, `${name}_meta`, "metadata.parquet"));
    expect(rowCount).toBe(MADE.length);
    const column = (of: string) => columns.find((one) => one.name === of)!;
    expect(column("wav_id").values).toEqual([...MADE]);
    expect(column("success").values).toEqual(MADE.map((id) => id !== "text" && id !== "missing"));
    expect(column("duration").values.slice(0, 5)).toEqual([14, 80_000 / 22_050, 3, 0.3, 6]);
    expect(column("original_sr").values.slice(0, 5)).toEqual([16_000, 22_050, 16_000, 16_000, 16_000]);
    expect(column("error").values[6]).toContain("text.mp3: is text, not audio");
    expect(column("error").values[7]).toContain("there is no such file");
    expect(column("path").values[1]).toBe("é 日本 1.2.wav");
    expect(column("audio_sha256").values[0]).toMatch(/^[0-9a-f]{64}$/);
    expect(column("warnings").values[5]).toMatch(/cut|missing|samples|end/);
    for (const { name: own, values } of columns.slice(5, -4)) {
      expect([own, values[6], values[7]]).toEqual([own, null, null]);
    }
  });

  test("is what was made, of every processor and recording", async () => {
    const compute = await cpuCompute();
    await using hearing = await openHearing(["segmentations", "embeddings", "turns"], {
      preset: "own",
      compute,
    });
    for (const recording of list.recordings.slice(0, 4)) {
      const made = await processRecording(recording, { processors, compute, hearing });
      for (const [i, feature] of made.entries()) {
        const kept = await load(names[i], recording.wavId);
        expect(exactly(kept)).toEqual(exactly(feature));
        expect(await processors[i].exists(recording.wavId, out)).toBe(feature.success);
      }
    }
  }, SLOW);

  test("is kept as it is by each processor's save, before any table is written", async () => {
    const folder = join(scratch, "saved");
    for (const processor of processors) {
      for (const id of ["talk", "silence", "text"]) {
        const feature: StoredFeature = await processor.load(id, out);
        await processor.save(feature, folder);
        expect(exactly(await processor.load(id, folder))).toEqual(exactly(feature));
        expect(await processor.exists(id, folder)).toBe(id !== "text");
      }
      await expect(processor.load("nobody", folder)).rejects.toThrow(/has no row of "nobody"/);
      expect(await processor.exists("nobody", folder)).toBe(false);
    }
  });
});

describe("what it says", () => {
  test("speech is heard where there is some", async () => {
    const talk = await load("vad", "talk"), silence = await load("vad", "silence");
    expect(talk.scalars.speech_ratio).toBeGreaterThan(0.5);
    expect(talk.segments.length).toBe(talk.scalars.n_speech_segments as number);
    const sum = (talk.scalars.speech_sum as number) + (talk.scalars.nospch_sum as number);
    expect(sum).toBeCloseTo(14, 9);
    expect(silence.scalars).toMatchObject({
      speech_ratio: 0,
      speech_num: 0,
      speech_max: null,
      nospch_sum: 3,
    });
  });

  test("turns are those of diarization, and cover what is speech", async () => {
    const { segments, scalars } = await load("diarization", "talk");
    expect(scalars.n_speakers).toBe(new Set(segments.map(({ label }) => label)).size);
    expect(segments.every(({ offset }) => offset <= 14)).toBe(true);
  });

  test("digital silence has neither loudness nor a ratio to noise, and says so", async () => {
    expect((await load("loudness", "silence")).scalars.loudness_lufs).toBe(null);
    const snr = await load("snr", "silence");
    expect([snr.scalars.snr_db, snr.warnings]).toEqual([null, [expect.stringContaining("Nobody speaks")]]);
  });

  test("fbank has a frame for each 10 ms, embeddings are of length 1", async () => {
    expect((await load("fbank", "talk")).arrays!.fbank.shape).toEqual([1398, 80]);
    expect((await load("fbank", "short")).arrays!.fbank.shape).toEqual([28, 80]);
    const { embedding } = (await load("embedding", "talk")).arrays!;
    const squares = (embedding.data as Float32Array).reduce((sum, x) => sum + x * x, 0);
    expect(squares).toBeCloseTo(1, 5);
  });
});

describe("again", () => {
  const again = (options: Partial<Parameters<typeof processRecordings>[1]> = {}) => {
    const events: ProcessEvent[] = [];
    const only = [processorNamed("vad"), processorNamed("loudness")];
    const report = processRecordings(list.recordings, {
      ...{
        out,
        processors: only,
        preset: "own",
        resume: true,
        onEvent: (event: ProcessEvent) => events.push(event),
      },
      ...options,
    });
    return report.then(({ made, kept, failed }) => ({
      counts: [made, kept, failed],
      notes: events.flatMap((event) => event.kind === "note" ? [event.text] : []),
    }));
  };

  test("is refused where nobody asks to go on", async () => {
    await expect(again({ resume: false })).rejects.toThrow(/has results of vad already/);
  });

  test("done ones are not done again, failed ones are tried again, and bytes stay", async () => {
    const before = bytesOf(out);
    expect(await again()).toEqual({ counts: [0, 12, 4], notes: [] });
    expect(bytesOf(out)).toEqual(before);
    const text = join(scratch, "in", "text.mp3"), away = join(scratch, "text.away");
    renameSync(text, away);
    writeFileSync(text, encodeWav(await conversationSamples(3, 2), { sampleRate: 16_000 }));
    expect((await again()).counts).toEqual([2, 12, 2]);
    expect((await load("vad", "text")).durationSec).toBe(2);
    renameSync(away, text);
    // The recording has changed: what was made of it before holds no more.
    expect((await again()).counts).toEqual([0, 12, 4]);
    expect(bytesOf(out)).toEqual(before);
  }, SLOW);

  test("a changed field is named, and only what depends on it runs again", async () => {
    const before = bytesOf(out);
    const changed = await again({
      processors: [vadProcessor({ leastSec: 0.5 }), processorNamed("loudness")],
    });
    expect(changed.counts).toEqual([6, 6, 4]);
    expect(changed.notes).toEqual(["vad runs again for all: settings.leastSec was 0, is 0.5."]);
    const threshold = await again({ options: { segmentation: { speechThreshold: 0.9 } } });
    expect(threshold.notes[0]).toMatch(/^vad runs again for all: settings.leastSec was 0.5, is 0/);
    const back = await again();
    expect(back.notes).toEqual([
      "vad runs again for all: options.segmentation.speechThreshold was 0.9, is null.",
    ]);
    expect(bytesOf(out)).toEqual(before);
  }, SLOW);

  test(
    "rows of recordings that are not given stay, with a warning, and are never lost to a changed field",
    async () => {
      const fewer = list.recordings.filter(({ wavId }) => wavId !== "talk" && wavId !== "short");
      const other = join(scratch, "fewer"), warnings: string[] = [];
      const go = (recordings: typeof list.recordings, leastSec = 0) =>
        processRecordings(recordings, {
          ...{ out: other, processors: [vadProcessor({ leastSec })], preset: "own", resume: true },
          onEvent: (event) => event.kind === "warning" && warnings.push(event.text),
        });
      await go(list.recordings);
      const before = bytesOf(other);
      expect([(await go(fewer)).kept, warnings]).toEqual([4, [
        `${other} has 2 recordings ("talk", "short"), not among the recordings given; their rows stay as they are.`,
      ]]);
      const { rowCount } = await readParquet(join(other, "vad_meta", "metadata.parquet"));
      expect(rowCount).toBe(list.recordings.length);
      const kept = bytesOf(other);
      await expect(go(fewer, 0.5)).rejects.toThrow(
        /has rows of vad for 2 recordings \("talk", "short"\), not among the recordings given.*settings\.leastSec was 0, is 0\.5/,
      );
      rmSync(join(other, "pipeline.json"));
      await expect(go(fewer)).rejects.toThrow(
        /for 2 recordings .*nothing tells what its rows were made with/,
      );
      delete kept["pipeline.json"];
      expect(bytesOf(other)).toEqual(kept);
      await go(list.recordings);
      expect(bytesOf(other)).toEqual(before);
    },
    SLOW,
  );

  test("a setting that no processor reads is told", async () => {
    const told: string[] = [];
    await processRecordings(list.recordings.slice(0, 1), {
      ...{
        out: join(scratch, "unread"),
        preset: "own",
        options: { vbx: { fa: 0.1 }, segmentation: { speechThreshold: 0.5 } },
      },
      processors: [processorNamed("vad"), processorNamed("loudness")],
      onEvent: (event) => event.kind === "warning" && told.push(event.text),
    });
    expect(told).toEqual(["vbx.fa is set, and none of vad, loudness reads it."]);
  }, SLOW);

  test("an array that is gone is made again", async () => {
    const before = bytesOf(out);
    rmSync(join(out, "fbank", "talk.npz"));
    expect(await processorNamed("fbank").exists("talk", out)).toBe(false);
    expect((await again({ processors: [processorNamed("fbank")] })).counts).toEqual([1, 5, 2]);
    expect(bytesOf(out)).toEqual(before);
  }, SLOW);

  test("what is ended can be gone on with, and ends with the same bytes", async () => {
    const other = join(scratch, "ended");
    const ending = new AbortController();
    const options = {
      out: other,
      processors: [processorNamed("vad"), processorNamed("fbank")],
      preset: "own",
      jobs: 1,
    };
    const onEvent = (event: ProcessEvent) => {
      if (event.kind === "done" && event.recording.wavId === "silence") ending.abort(new Error("enough"));
    };
    await expect(processRecordings(list.recordings, { ...options, onEvent, signal: ending.signal })).rejects
      .toThrow("enough");
    expect(readdirSync(join(other, "vad_meta"))).toEqual(["journal.jsonl"]);
    const { made, kept } = await processRecordings(list.recordings, { ...options, resume: true });
    expect([made, kept]).toEqual([6, 6]);
    const whole = bytesOf(out), files = bytesOf(other);
    delete files["pipeline.json"];
    for (const [name, bytes] of Object.entries(files)) {
      expect([name, bytes === whole[name]]).toEqual([name, true]);
    }
  }, SLOW);

  test("two at once: one of them is refused, and a line that was cut is forgiven", async () => {
    const other = join(scratch, "two");
    const options = { out: other, processors: [processorNamed("loudness")] };
    const go = () => processRecordings(list.recordings, { ...options, resume: true });
    const ends = await Promise.allSettled([go(), go()]); // which one comes first is not said
    expect(ends.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const refused = ends.find((end) => end.status === "rejected");
    expect(String(refused?.reason)).toMatch(/is being written by process \d+/);
    writeFileSync(join(other, "loudness_meta", "journal.jsonl"), '{"wavId":"talk","path":"tal');
    const { kept, failed } = await processRecordings(list.recordings, { ...options, resume: true });
    expect([kept, failed]).toEqual([6, 2]);
    expect(bytesOf(other)["loudness_meta/metadata.parquet"]).toBe(
      bytesOf(out)["loudness_meta/metadata.parquet"],
    );
  }, SLOW);

  test("recordings that are not in the list stay, behind it", async () => {
    const other = join(scratch, "later");
    const options = { out: other, processors: [processorNamed("loudness")] };
    await processRecordings(list.recordings.slice(0, 2), options);
    await processRecordings(list.recordings.slice(1, 4), { ...options, resume: true });
    const { columns } = await readParquet(join(other, "loudness_meta", "metadata.parquet"));
    expect(columns.find(({ name }) => name === "wav_id")!.values).toEqual([
      MADE[1],
      MADE[2],
      MADE[3],
      MADE[0],
    ]);
  });
});
