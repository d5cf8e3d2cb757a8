/** The parts of the corpus command that work on an output directory: their JSON, their text, their exit codes. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readParquet } from "#lib/corpus/tables/read_parquet.ts";
import { rowsOf } from "#lib/corpus/tables/rows_of.ts";
import { writeOwnOutput } from "../corpus/adapters/own_output.ts";
import { runCommand } from "./command.ts";
import { CommandServer } from "./command_server.ts";

/** Milliseconds that a test may take on a busy machine. */
const SLOW = 240_000;
const scratch = mkdtempSync(join(tmpdir(), "dialab-corpus-tables-"));
afterAll(() => rmSync(scratch, { recursive: true }));
beforeAll(async () => {
  await writeOwnOutput(join(scratch, "out"));
  writeFileSync(join(scratch, "long.json"), '{"min_duration_s": 1, "required_labels": ["KCHI", "K.HI"]}');
  writeFileSync(join(scratch, "snr.json"), '{"min_snr_db": 0}');
  writeFileSync(join(scratch, "esc.json"), '{"min_duration_s": 1, "max_dominant_esc_prob": 0.5}');
  writeFileSync(join(scratch, "unknown.json"), '{"min_dur": 3}');
  writeFileSync(join(scratch, "twice.json"), '{"min_snr_db": 3, "min_snr_db": 0}');
  writeFileSync(join(scratch, "wrong.json"), '{"min_duration_s": "long"}');
});
const corpus = (...args: string[]) => runCommand("corpus", args, { cwd: scratch });
const server = new CommandServer();
const lines = (text: string) => text.trim().split("\n").map((line) => JSON.parse(line));
/** What is said of the one table that is damaged. */
const DAMAGED = /^warning: out\/vtc_meta\/shard_2\.parquet is [^\n]*\n$/;

test(
  "adapters: ids that succeeded, and which of all are there with their array; a damaged table is exit 1",
  async () => {
    const { status, stdout, stderr } = await corpus("adapters", "out", "--json");
    const { vad, vtc, snr } = JSON.parse(stdout);
    expect(vad).toEqual({ listIds: ["a", "c"], exists: { a: true, b: false, c: true }, warnings: [] });
    expect([vtc.listIds, vtc.exists]).toEqual([["a", "c", "d.1"], {
      a: true,
      c: true,
      b: false,
      "d.1": true,
    }]);
    expect(snr).toEqual({ listIds: ["a", "c"], exists: { a: true, c: false }, warnings: [] });
    expect(vtc.warnings).toHaveLength(1);
    expect([status, stderr]).toMatchObject([1, expect.stringMatching(DAMAGED)]);
  },
  SLOW,
);

test("show: a table of stages and of their columns, and the same as JSON", async () => {
  const [text, json] = await Promise.all([corpus("show", "out"), corpus("show", "out", "--json")]);
  expect([text.status, text.stderr]).toMatchObject([1, expect.stringMatching(DAMAGED)]);
  expect(text.stdout.split("\n").slice(0, 6)).toEqual([
    "out: 4 recordings, 9.25 s; 2 succeeded in all 3 stages",
    "stage  rows  ok  failed  no array  segments  duration",
    "─────  ────  ──  ──────  ────────  ────────  ────────",
    "vad       3   2       1                   1  7 s",
    "vtc       4   3       1",
    "snr       2   2       0         1            9 s",
  ]);
  expect(text.stdout).toMatch(/^snr_mean +float +50 % +20\.5 +20\.5 +20\.5$/m);
  const { recordings, stages } = JSON.parse(json.stdout);
  expect([recordings, stages[1].columns.length]).toEqual([4, 4]);
  const narrower = await corpus("show", "out", "--stages", "snr", "--json");
  expect([narrower.status, JSON.parse(narrower.stdout).stages[0].columns[0]]).toMatchObject([
    0,
    { name: "wav_id", type: "text", nulls: 0, distinct: 2 },
  ]);
}, SLOW);

test("join: a line of JSON a row, by the bytes of ids, with the columns' final names", async () => {
  const [inner, outer, left] = await Promise.all([
    corpus("join", "out", "--how", "inner", "--json"),
    corpus("join", "out", "--how", "outer", "--keep-failed", "--stages", "vad,vtc,snr", "--json"),
    corpus("join", "out", "--how", "left", "--stages", "vtc,vad", "--keep-failed", "--json"),
  ]);
  expect([inner.status, inner.stderr]).toMatchObject([0, expect.stringMatching(DAMAGED)]);
  expect(lines(inner.stdout)).toEqual([{
    ...{ success: true, path: "/gone/day1/a.wav", wav_id: "a", duration: 4.5, speech_ratio: 0.5, error: "" },
    ...{ vtc_n_segments: 2, vtc_label_counts: '{"KCHI": 0}', error_vtc: "" },
    ...{ snr_status: "ok", duration_snr: 4.5, snr_mean: 20.5, c50_mean: 1.5, error_snr: "" },
  }]);
  expect(Object.keys(lines(inner.stdout)[0])).toEqual([
    ...["success", "path", "wav_id", "duration", "speech_ratio", "error"],
    ...["vtc_n_segments", "vtc_label_counts", "error_vtc"],
    ...["snr_status", "duration_snr", "snr_mean", "c50_mean", "error_snr"],
  ]);
  const rows = lines(outer.stdout);
  expect(rows.map(({ wav_id, duration, vtc_n_segments, snr_mean }) => [
    wav_id,
    ...[duration, vtc_n_segments, snr_mean],
  ])).toEqual([["a", 4.5, 2, 20.5], ["b", 0.25, 0.5, null], ["c", 2.5, 1, "NaN"], ["d.1", null, 3, null]]);
  expect(lines(left.stdout).map(({ wav_id, success }) => [wav_id, success])).toEqual([
    ...[["a", true], ["b", false], ["c", true], ["d.1", null]],
  ]);
}, SLOW);

test("join: filtered, into a Parquet file, whole or not at all", async () => {
  const made = await corpus(
    "join",
    "out",
    "--filter",
    "long.json",
    "--stages",
    "vad,vtc",
    "--out",
    "a.parquet",
  );
  expect([made.status, made.stdout]).toMatchObject([
    0,
    expect.stringMatching(/^vad, vtc: 2 rows, 9 columns; some/),
  ]);
  const ids = rowsOf(await readParquet(join(scratch, "a.parquet"))).map(({ wav_id }) => wav_id);
  expect(ids).toEqual(["a", "c"]);
  const lost = await corpus("join", "out", "--out", "no such folder/a.parquet");
  expect([lost.status, lost.stderr]).toMatchObject([3, expect.stringContaining("no such folder")]);
}, SLOW);

test("filter: who is left, and what each filter took", async () => {
  const { status, stdout } = await corpus("filter", "out", "--filter", "long.json", "--json");
  expect([status, JSON.parse(stdout)]).toEqual([0, {
    ...{ stages: ["vad", "vtc"], rows: 2, passed: 2, wavIds: ["a", "c"] },
    filters: [
      { option: "min_duration_s", condition: "duration is at least 1", failed: 0, taken: 0 },
      {
        option: "required_labels",
        condition: 'vtc_label_counts has one of labels "KCHI", "K.HI"',
        ...{ failed: 0, taken: 0 },
      },
    ],
  }]);
  const snr = await corpus("filter", "out", "--filter", "snr.json", "--keep-failed");
  expect(snr.stdout).toMatch(/^snr: 1 of 2 pass\n[^]*snr_mean is at least 0 +1 +1\n\na\n$/);
}, SLOW);

test("why: each stage, each filter", async () => {
  const [b, a] = await Promise.all([
    corpus("why", "out", "b", "--filter", "long.json", "--json"),
    corpus("why", "out", "a"),
  ]);
  expect(JSON.parse(b.stdout)).toMatchObject({
    ...{ wavId: "b", kept: false },
    stages: [
      { stage: "vad", state: "failed", error: "no audio" },
      { stage: "vtc", state: "failed", error: "out of memory" },
      { stage: "snr", state: "absent" },
    ],
    filters: [{ option: "min_duration_s", passed: false }, { option: "required_labels", passed: false }],
  });
  expect(a.stdout).toMatch(/^a: kept\n/);
}, SLOW);

test.each<[string[], number, RegExp]>([
  [["show"], 2, /show takes one folder; given were 0/],
  [["show", "nowhere"], 1, /^error: nowhere has no stage/],
  [["show", "out", "--stages", "esc"], 1, /out has no stage "esc"; it has vad, vtc, snr\./],
  [["show", "out", "--how", "left"], 2, /--how is for corpus join, filter, not show/],
  [["adapters", "nowhere"], 1, /^error: nowhere has no stage: vad_meta, vtc_meta/],
  [["join", "out", "--how", "right"], 2, /--how is inner or left or outer, not right/],
  [
    ["join", "out", "--stages", "vad", "--filter", "snr.json"],
    1,
    /^error: min_snr_db asks for the stage snr, .*joined: vad\.\n$/,
  ],
  ...["filter", "join", "why"].flatMap((part): [string[], number, RegExp][] => {
    const asked = [part, "out", ...part === "why" ? ["a"] : [], "--filter"];
    return [
      [
        [...asked, "esc.json"],
        1,
        /asks for the stage esc, which out does not have; it has vad, vtc, snr\.\n$/,
      ],
      [
        [...asked, "unknown.json"],
        1,
        /^error: unknown\.json: "min_dur" is no field; the nearest is "min_duration_s"/,
      ],
    ];
  }),
  [["filter", "out", "--filter", "twice.json"], 1, /^error: twice\.json: "min_snr_db" stands there twice/],
  [["filter", "out"], 2, /filter needs --filter FILE/],
  [["filter", "out", "--filter", "wrong.json"], 1, /wrong\.json: min_duration_s is "long"/],
  [["why", "out"], 2, /why takes a folder and the id/],
])("%j: exit %d, with the error on stderr alone", async (args, code, said) => {
  const { status, stdout, stderr } = await server.run("corpus", args, scratch);
  expect([status, stdout]).toEqual([code, ""]);
  expect(stderr).toMatch(said);
}, SLOW);
