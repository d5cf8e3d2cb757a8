/** Stages of an output directory, their joins, filters, and why a recording is not there. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeWav } from "#lib/audio/write_wav.ts";
import { locateAudio } from "#lib/corpus/adapters/locate_audio.ts";
import { openStage, openStages } from "#lib/corpus/adapters/open_stage.ts";
import type { StageName } from "#lib/corpus/adapters/stage_layout.ts";
import { buildManifest, type BuildManifestOptions } from "#lib/corpus/build_manifest.ts";
import { filterConditions } from "#lib/corpus/filters/filter_conditions.ts";
import { processorNamed } from "#lib/corpus/processors/registry.ts";
import { processRecordings } from "#lib/corpus/processors/process_recordings.ts";
import { tableOf } from "#lib/corpus/tables/table_of.ts";
import { writeParquet } from "#lib/corpus/tables/write_parquet.ts";
import { why } from "#lib/corpus/why.ts";
import { describeWith, fixture } from "../../harness/shared_data.ts";
import { writeOwnOutput } from "./own_output.ts";

const scratch = mkdtempSync(join(tmpdir(), "dialab-adapters-"));
afterAll(() => rmSync(scratch, { recursive: true }));
const own = join(scratch, "own");
beforeAll(() => writeOwnOutput(own));
const quiet = () => {};
/** Milliseconds that a test may take on a busy machine. */
const SLOW = 120_000;

async function idsOf(folder: string, options: BuildManifestOptions = {}): Promise<string[]> {
  const { manifest } = await buildManifest(folder, { warn: quiet, ...options });
  await using _ = manifest;
  return await manifest.wavIds();
}

describe("an output directory of dialab process", () => {
  test("is joined, filtered and looked into as one of Dataloader++ is", async () => {
    const folder = join(scratch, "processed"), out = join(folder, "out");
    mkdirSync(folder);
    const tone = (amplitude: number) =>
      Float32Array.from({ length: 48_000 }, (_, n) => amplitude * Math.sin(n / 9));
    await writeWav(join(folder, "loud.wav"), tone(0.5), { sampleRate: 16_000 });
    await writeWav(join(folder, "quiet.1.wav"), tone(0.01), { sampleRate: 16_000 });
    writeFileSync(join(folder, "text.wav"), "no sound");
    const recordings = ["loud", "quiet.1", "text"].map((wavId) => ({
      wavId,
      path: `${wavId}.wav`,
      file: join(folder, `${wavId}.wav`),
      durationSec: 3,
    }));
    const processors = ["fbank", "loudness"].map(processorNamed);
    await processRecordings(recordings.map((one, i) => ({ ...one, line: i + 1 })), { out, processors });

    const stages = await openStages(out);
    expect(stages.map(({ name }) => name)).toEqual(["fbank", "loudness"]);
    expect(await Promise.all(stages.map((stage) => stage.listIds()))).toEqual([["loud", "quiet.1"], [
      "loud",
      "quiet.1",
    ]]);
    expect(await idsOf(out)).toEqual(["loud", "quiet.1"]);
    expect(await idsOf(out, { keepFailed: true })).toEqual(["loud", "quiet.1", "text"]);
    for (const filters of [{ required_labels: ["KCHI"] }, { min_duration_s: 1 }, { min_snr_db: 1 }]) {
      const said = new RegExp(
        ` asks for the stage v?[a-z]+, which ${out} does not have; it has fbank, loudness\\.$`,
      );
      await expect(idsOf(out, { filters })).rejects.toThrow(said);
      await expect(why(out, "loud", { filters })).rejects.toThrow(said);
    }
    const { shape } = (await stages[0].load("loud")).arrays!.fbank;
    expect(shape[1]).toBe(80);
    rmSync(join(out, "fbank", "loud.npz"));
    expect(await idsOf(out)).toEqual(["quiet.1"]);
    rmSync(join(out, "fbank", "quiet.1.npz"));
    expect(await idsOf(out)).toEqual([]);
    expect(await (await openStage(out, "fbank")).stateOf("loud")).toMatchObject({ state: "array missing" });
    expect(await (await openStage(out, "loudness")).stateOf("text")).toMatchObject({ state: "failed" });
  }, SLOW);
});

describe("an output directory of the tests' own", () => {
  test("a damaged table is named, and the others are read by column name", async () => {
    const vtc = await openStage(own, "vtc");
    expect(vtc.warnings).toHaveLength(1);
    expect(vtc.warnings[0]).toContain(join(own, "vtc_meta", "shard_2.parquet"));
    expect(await vtc.listIds()).toEqual(["a", "c", "d.1"]);
    expect((await vtc.load("b")).meta).toMatchObject({
      uid: "b",
      vtc_n_segments: 0.5,
      error: "out of memory",
    });
  });

  test("all of a join share one database", async () => {
    const { manifest, joined, stages } = await buildManifest(own, { how: "outer", warn: () => {} });
    expect(stages.length).toBeGreaterThan(2);
    expect([manifest, joined].map((one) => one.parts().engines.size)).toEqual([1, 1]);
    await manifest.close();
    await expect(joined.count()).rejects.toThrow("closed");
  });

  test("what is there, succeeded and has its array exists", async () => {
    const [vad, , snr] = await openStages(own);
    expect(await Promise.all(["a", "b", "c", "never"].map((id) => vad.exists(id)))).toEqual([
      true,
      false,
      true,
      false,
    ]);
    expect([await snr.listIds(), await snr.exists("a"), await snr.exists("c")]).toEqual([
      ["a", "c"],
      true,
      false,
    ]);
    await expect(snr.load("c")).rejects.toThrow(/c\.npz is not there: snr has no array of "c"/);
    await expect(snr.load("nobody")).rejects.toThrow('snr has no recording "nobody"');
    expect((await snr.load("a")).arrays?.snr.data.length).toBe(2);
  });

  test("a column that is whole in one file and not in another is a number in both", async () => {
    const folder = join(scratch, "mixed");
    mkdirSync(join(folder, "vad_meta"), { recursive: true });
    const common = (id: string) =>
      [
        { name: "success", type: "bool", values: [true] },
        { name: "file_id", type: "text", values: [id] },
      ] as const;
    // Whole numbers of 64 bits are read as bigints where they need to be.
    const whole = { name: "samples", type: "int", values: [2n ** 60n] } as const;
    const some = { name: "samples", type: "float", values: [0.5] } as const;
    await writeParquet(join(folder, "vad_meta", "a.parquet"), {
      columns: [...common("a"), whole],
      rowCount: 1,
    });
    const alone = await openStage(folder, "vad");
    expect((await alone.load("a")).meta.samples).toBe(2n ** 60n);
    await writeParquet(join(folder, "vad_meta", "b.parquet"), {
      columns: [...common("b"), some],
      rowCount: 1,
    });
    const vad = await openStage(folder, "vad");
    expect([(await vad.load("a")).meta.samples, (await vad.load("b")).meta.samples]).toEqual([2 ** 60, 0.5]);
    expect((await vad.toTable()).columns.find(({ name }) => name === "samples")?.values).toEqual([
      2 ** 60,
      0.5,
    ]);
  });

  test("rows of a table that has more than one row group, and ids that come twice", async () => {
    const folder = join(scratch, "long");
    mkdirSync(join(folder, "vad_meta"), { recursive: true });
    const ids = Array.from({ length: 100_002 }, (_, i) => `rec_${i}`).with(100_001, "rec_3");
    const values = <Value>(of: (id: string, row: number) => Value) => ids.map(of);
    const columns = [
      { name: "success", type: "bool", values: values((_, row) => row !== 3) },
      { name: "file_id", type: "text", values: ids },
      { name: "duration", type: "float", values: values((_, row) => row + 0.5) },
      { name: "error", type: "text", values: values((_, row) => row === 3 ? "no audio" : "") },
    ] as const;
    const file = join(folder, "vad_meta", "metadata.parquet");
    await writeParquet(file, { columns, rowCount: ids.length });
    const vad = await openStage(folder, "vad");
    expect((await vad.load("rec_100000")).meta).toMatchObject({ file_id: "rec_100000", duration: 100_000.5 });
    expect((await vad.load("rec_99999")).meta.duration).toBe(99_999.5);
    // Of two rows the one that succeeded speaks.
    expect([await vad.duplicates(), await vad.stateOf("rec_3")]).toEqual([["rec_3"], {
      stage: "vad",
      state: "ok",
    }]);
    expect((await vad.load("rec_3")).meta.duration).toBe(100_001.5);
    expect((await vad.listIds()).slice(0, 3)).toEqual(["rec_0", "rec_1", "rec_10"]);
    const warnings: string[] = [];
    const { manifest } = await buildManifest(folder, {
      keepFailed: true,
      warn: (text) => warnings.push(text),
    });
    await using _ = manifest;
    expect(warnings).toEqual([`${folder}: vad has 1 id in more than one row: "rec_3".`]);
    // A byte within the data: no page tells it, the sum over the file does.
    const bytes = readFileSync(file);
    bytes[1000] ^= 1;
    writeFileSync(file, bytes);
    await expect(openStage(folder, "vad")).rejects.toThrow(`${file}: its data are damaged`);
  }, SLOW);

  test("recorded paths are found below a root", async () => {
    mkdirSync(join(scratch, "audio", "day1"), { recursive: true });
    writeFileSync(join(scratch, "audio", "day1", "a.wav"), "");
    const vad = await openStage(own, "vad", { root: join(scratch, "audio") });
    expect((await vad.load("a")).audioFile).toBe(join(scratch, "audio", "day1", "a.wav"));
    expect((await vad.load("c")).audioFile).toBeUndefined();
  });

  test("never outside of the root, and the root itself is no recording", async () => {
    const root = join(scratch, "inner", "root");
    mkdirSync(join(root, "day1"), { recursive: true });
    writeFileSync(join(scratch, "inner", "a.wav"), "");
    writeFileSync(join(root, "day1", "b.wav"), "");
    for (const path of ["../a.wav", "/x/../a.wav", "", ".", "/", "..", "day1/c.wav"]) {
      expect([path, await locateAudio(path, root)]).toEqual([path, undefined]);
    }
    for (const path of ["/x/./day1//b.wav", "..\\day1\\b.wav"]) {
      expect(await locateAudio(path, root)).toBe(join(root, "day1", "b.wav"));
    }
  });

  test("segments are those of their recording; without an id they are nobody's, without a column of ids an error", async () => {
    const folder = join(scratch, "segments");
    for (const part of ["vad_meta", "vad_raw", "vad_merged"]) {
      mkdirSync(join(folder, part), { recursive: true });
    }
    const ids = ["a", "null", "undefined"];
    await writeParquet(
      join(folder, "vad_meta", "metadata.parquet"),
      tableOf(ids.map((file_id) => ({ success: true, file_id }))),
    );
    const segments = [{ uid: "a", onset: 0 }, { uid: null, onset: 1 }, { uid: "a", onset: 2 }];
    await writeParquet(join(folder, "vad_raw", "segments.parquet"), tableOf(segments));
    const vad = await openStage(folder, "vad");
    const found = await Promise.all(ids.map((id) => vad.load(id)));
    expect(found.map(({ segmentsRaw }) => segmentsRaw!.map(({ onset }) => onset))).toEqual([[0, 2], [], []]);
    expect(found.map(({ segmentsMerged }) => segmentsMerged)).toEqual([[], [], []]);
    await writeParquet(join(folder, "vad_merged", "segments.parquet"), tableOf([{ onset: 0 }]));
    await expect((await openStage(folder, "vad")).load("a")).rejects.toThrow(
      `${join(folder, "vad_merged")}: there is no column "uid" or "wav_id".`,
    );
  });

  test("failures are left out, or kept as asked", async () => {
    expect(await idsOf(own)).toEqual(["a"]);
    expect(await idsOf(own, { keepFailed: true })).toEqual(["a", "c"]);
    expect(await idsOf(own, { stages: ["vad", "vtc"] })).toEqual(["a", "c"]);
    expect(await idsOf(own, { how: "outer" })).toEqual(["a", "c", "d.1"]);
  }, SLOW);

  test.each<[BuildManifestOptions["filters"], string[]]>([
    [{ min_duration_s: 4.5 }, ["a"]],
    [{ min_speech_ratio: 0 }, ["a"]],
    [{ min_vtc_segments: 1 }, ["a", "c", "d.1"]],
    [{ required_labels: ["KCHI"] }, ["a"]],
    [{ required_labels: ["K.HI"] }, ["c"]],
    [{ required_labels: ["CHI"] }, []],
    [{ required_labels: [], excluded_esc_categories: [] }, ["a"]],
  ])(
    "%j: joins only what it names",
    async (filters, ids) => expect(await idsOf(own, { filters })).toEqual(ids),
  );

  test.each<[string, BuildManifestOptions, string]>([
    [
      "a stage that is not joined",
      { stages: ["vad"], filters: { min_snr_db: 1 } },
      "min_snr_db asks for the stage snr, which is not among those that are joined: vad.",
    ],
    [
      "a stage that is not there",
      { filters: { max_dominant_esc_prob: 1, excluded_esc_categories: ["Dog"], min_snr_db: 1 } },
      `max_dominant_esc_prob, excluded_esc_categories ask for the stage esc, which ${own} does not have; it has vad, vtc, snr.`,
    ],
    [
      "a stage that is not there, with those that are there named",
      { stages: ["vad", "esc"], filters: { max_dominant_esc_prob: 1 } },
      `max_dominant_esc_prob asks for the stage esc, which ${own} does not have; it has vad, vtc, snr.`,
    ],
    [
      "a key that is no filter",
      { filters: { min_dur: 3 } as object },
      'the filters: "min_dur" is no field; the nearest is "min_duration_s". There are min_duration_s, ',
    ],
  ])("a filter that asks for %s is refused by name", async (_, options, said) => {
    await expect(idsOf(own, options)).rejects.toThrow(said);
  }, SLOW);

  test("so is one that asks for a column that a stage lacks, or has as something else", async () => {
    const folder = join(scratch, "lacking");
    mkdirSync(join(folder, "vad_meta"), { recursive: true });
    const row = { success: true, file_id: "a", duration: "4.5 s" };
    await writeParquet(join(folder, "vad_meta", "metadata.parquet"), tableOf([row]));
    for (
      const [filters, said] of [
        [
          { min_speech_ratio: 0, max_speech_ratio: 1 },
          `min_speech_ratio, max_speech_ratio ask for the column speech_ratio, which the stage vad of ${folder} does not have.`,
        ],
        [
          { min_duration_s: 1 },
          `${folder}: min_duration_s cannot be met. Column "duration" is text, and "duration is at least 1" needs numbers.`,
        ],
      ] as const
    ) {
      const refused = expect.objectContaining({ name: "StageOutputError", message: said });
      expect(await idsOf(folder, { filters }).catch((error) => error)).toEqual(refused);
      expect(await why(folder, "a", { filters }).catch((error) => error)).toEqual(refused);
    }
  }, SLOW);

  test("why tells each stage and each filter", async () => {
    const b = await why(own, "b", { filters: { min_duration_s: 1 } });
    expect(b.stages).toEqual([
      { stage: "vad", state: "failed", error: "no audio" },
      { stage: "vtc", state: "failed", error: "out of memory" },
      { stage: "snr", state: "absent" },
    ]);
    expect(b.filters).toEqual([{
      option: "min_duration_s",
      condition: "duration is at least 1",
      passed: false,
    }]);
    const c = await why(own, "c");
    expect([c.kept, c.stages[2].state, (await why(own, "a")).kept]).toEqual([false, "array missing", true]);
  }, SLOW);
});

describeWith("the shared output directory", fixture("corpus/pipeline"), (folder) => {
  const output = join(folder, "output", "mini");
  const read = (name: string) => JSON.parse(readFileSync(join(folder, "expected", name), "utf8"));
  const adapters = read("adapters.json"), joins = read("joins.json"), filters = read("filters.json");
  const plain = (value: unknown) =>
    JSON.parse(
      JSON.stringify(value, (_, v) =>
        typeof v === "bigint" ? Number(v) : typeof v === "number" && !Number.isFinite(v) ? String(v) : v),
    );
  const all = ["vad", "vtc", "snr", "esc"];

  test.each(all)("%s: columns, ids, what exists, every recording", async (name) => {
    const stage = await openStage(output, name as StageName), expected = adapters[name];
    const { columns, rowCount } = await stage.toTable();
    expect(stage.columns).toEqual(columns.map(({ name, type }) => ({ name, type })));
    expect([columns.map((column) => column.name), rowCount]).toEqual([expected.columns, expected.rows]);
    expect(await stage.listIds()).toEqual(expected.listIds);
    const existing = Object.keys(expected.exists).filter((id) => expected.exists[id]);
    expect((await stage.listExisting()).sort()).toEqual(existing.sort());
    for (const [id, is] of Object.entries<boolean>(expected.exists)) {
      expect([id, await stage.exists(id)]).toEqual([id, is]);
    }
    const sorted = (rows: unknown) => (rows as object[]).map((row) => JSON.stringify(row)).sort();
    // deno-lint-ignore no-explicit-any
    for (const [id, wanted] of Object.entries<any>(expected.load)) {
      if (wanted.error) {
        await expect(stage.load(id)).rejects.toThrow(id);
        continue;
      }
      const { meta, segmentsRaw, segmentsMerged, arrays } = await stage.load(id);
      expect(plain(meta)).toEqual(wanted.meta);
      if (segmentsRaw) expect(sorted(plain(segmentsRaw))).toEqual(sorted(wanted.segments_raw));
      if (segmentsMerged) expect(sorted(plain(segmentsMerged))).toEqual(sorted(wanted.segments_merged));
      for (const key of ["snr", "c50", "vad", "categories", "audioset_probs"]) {
        if (!wanted[key]) continue;
        const { shape, data } = arrays![key];
        expect([shape, Array.from(data.slice(0, wanted[key].first.length), Number)]).toEqual([
          wanted[key].shape,
          wanted[key].first,
        ]);
        const sum = Array.from(data, Number).reduce((a, b) => a + b, 0);
        expect(Math.abs(sum - wanted[key].sum)).toBeLessThan(1e-6 * Math.max(1, Math.abs(sum)));
      }
    }
  }, 60_000);

  test.each(Object.keys(joins).filter((name) => !name.startsWith("_")))("%s", async (name) => {
    const { stages, how, columns } = joins[name];
    const { manifest } = await buildManifest(output, { stages, how, keepFailed: true, warn: quiet });
    await using _ = manifest;
    const rows = [];
    for await (const row of manifest.rows()) rows.push(plain(row));
    const lines = readFileSync(join(folder, "expected", "joins", `${name}.jsonl`), "utf8").trim().split("\n");
    expect(manifest.columns.map((column) => column.name)).toEqual(columns);
    expect(rows).toEqual(lines.map((line) => JSON.parse(line)));
  }, 60_000);

  test("without failures the ids are those that succeeded everywhere and have their arrays", async () => {
    const wanted = joins._successful_in_all.filter((id: string) => id !== "npz_lost");
    expect(await idsOf(output)).toEqual(wanted);
  }, SLOW);

  test.each(["inner", "left", "outer"] as const)("24 filters, %s", async (how) => {
    const { manifest } = await buildManifest(output, { stages: all, how, keepFailed: true, warn: quiet });
    await using _ = manifest;
    for (const [name, { config, ...expected }] of Object.entries<Record<string, string[]>>(filters)) {
      const conditions = filterConditions(config as object).map(({ condition }) => condition);
      expect([name, await manifest.filter(conditions).wavIds()]).toEqual([name, expected[how]]);
    }
  }, 120_000);

  test("the esc stage under its former name", async () => {
    const [noise] = await openStages(join(folder, "output", "old_noise_layout"));
    expect([noise.name, await noise.listIds()]).toEqual(["noise", ["rec_0001", "rec_0002"]]);
    expect(await idsOf(noise.folder, { stages: ["esc"] })).toEqual(["rec_0001", "rec_0002"]);
  }, SLOW);
});
