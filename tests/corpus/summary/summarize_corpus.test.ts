/** What is told of an output directory, held against sums made by hand and by plain loops. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { MetadataManifest } from "#lib/corpus/manifests/metadata_manifest.ts";
import { columnSummaries } from "#lib/corpus/summary/column_summary.ts";
import { type CorpusSummary, summarizeCorpus } from "#lib/corpus/summary/summarize_corpus.ts";
import { tableOf } from "#lib/corpus/tables/table_of.ts";
import { writeParquet } from "#lib/corpus/tables/write_parquet.ts";
import { corpusSummaryDisplay } from "#lib/notebook/corpus_summary_display.ts";
import { writeOwnOutput } from "../adapters/own_output.ts";

/** Milliseconds that a test may take on a busy machine. */
const SLOW = 120_000;
const scratch = mkdtempSync(join(tmpdir(), "dialab-summary-"));
afterAll(() => rmSync(scratch, { recursive: true }));
const own = join(scratch, "own");
let summary: CorpusSummary;
beforeAll(async () => {
  await writeOwnOutput(own);
  mkdirSync(join(own, "vtc_merged"));
  await writeParquet(
    join(own, "vtc_merged", "shard_0.parquet"),
    tableOf([
      { uid: "a", onset: 0.5, offset: 1.5, label: "KCHI" },
      { uid: "a", onset: 1, offset: 3.5, label: "FEM" },
      { uid: "c", onset: 0, offset: 0.25, label: "KCHI" },
    ]),
  );
  summary = await summarizeCorpus(own);
});

test("stages: rows, what succeeded, arrays, seconds, segments", () => {
  const { columns: _, ...vad } = summary.stages[0];
  expect(vad).toEqual({
    ...{ name: "vad", files: 1, rows: 3, succeeded: 2, failed: 1, arraysMissing: null, durationSec: 7 },
    segments: { rows: 1, totalSec: 1, labels: [] },
  });
  expect(summary.stages.map(({ name, succeeded, failed, arraysMissing }) => [
    name,
    ...[succeeded, failed, arraysMissing],
  ])).toEqual([["vad", 2, 1, null], ["vtc", 3, 1, null], ["snr", 2, 0, 1]]);
  expect(summary.stages[1].segments).toEqual({
    rows: 3,
    totalSec: 3.75,
    labels: [{ label: "FEM", rows: 1, totalSec: 2.5 }, { label: "KCHI", rows: 2, totalSec: 1.25 }],
  });
  // a, b, c and d.1; of c the snr says 4.5 s, vad 2.5.
  const { recordings, inAllStages, durationSec, warnings } = summary;
  expect([recordings, inAllStages, durationSec]).toEqual([4, 2, 4.5 + 0.25 + 4.5]);
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toContain("shard_2.parquet");
});

test("columns: type, nulls and NaN, bounds, the commonest values", () => {
  const of = (stage: number, name: string) => summary.stages[stage].columns.find((one) => one.name === name)!;
  expect(of(0, "speech_ratio")).toEqual({
    ...{ name: "speech_ratio", type: "float", nulls: 0, nans: 1, min: 0.25, median: 0.375, max: 0.5 },
    ...{ distinct: null, common: [] },
  });
  expect(of(0, "success").common).toEqual([{ value: "true", count: 2 }, { value: "false", count: 1 }]);
  expect(of(0, "wav_id")).toMatchObject({ type: "text", distinct: 3, common: [], nulls: 0 });
  // Whole numbers of one file and a broken one of the other.
  expect(of(1, "vtc_n_segments")).toMatchObject({ type: "float", min: 0.5, median: 1.5, max: 3 });
  expect(of(1, "error")).toMatchObject({
    distinct: 2,
    common: [{ value: "", count: 3 }, { value: "out of memory", count: 1 }],
  });
});

test("a thousand rows with nulls and ties, as plain loops have them", async () => {
  let state = 7;
  const next = () => (state = state * 48_271 % 0x7fffffff) / 0x7fffffff;
  const rows = Array.from({ length: 1000 }, (_, i) => ({
    wav_id: `rec_${i}`,
    n: next() < 0.25 ? null : Math.floor(next() * 20) - 5,
    x: next() < 0.1 ? NaN : next() < 0.1 ? null : next(),
    word: next() < 0.2 ? null : "abcdefgh"[Math.floor(next() ** 2 * 8)],
  }));
  await using manifest = await MetadataManifest.fromRows(rows, { threads: 1 });
  const [, n, x, word] = await columnSummaries(manifest);
  for (const [found, values] of [[n, rows.map(({ n }) => n)], [x, rows.map(({ x }) => x)]] as const) {
    const real = values.filter((value): value is number => value !== null && !Number.isNaN(value)).sort((
      a,
      b,
    ) => a - b);
    const middle = (real[(real.length - 1) >> 1] + real[real.length >> 1]) / 2;
    const { nulls, nans, min, median, max } = found;
    expect([nulls, nans, min, max]).toEqual([
      values.filter((value) => value === null).length,
      values.filter((value) => Number.isNaN(value)).length,
      real[0],
      real[real.length - 1],
    ]);
    // The database adds half of the difference to the lower one.
    expect(Math.abs(median! - middle)).toBeLessThan(1e-15);
  }
  const counts = new Map<string, number>();
  for (const { word } of rows) if (word !== null) counts.set(word, (counts.get(word) ?? 0) + 1);
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  expect([word.nulls, word.distinct]).toEqual([rows.filter(({ word }) => word === null).length, counts.size]);
  expect(word.common).toEqual(sorted.slice(0, 3).map(([value, count]) => ({ value, count })));
}, SLOW);

test.each([60, 80])("text fits %d columns", (width) => {
  const lines = corpusSummaryDisplay({ ...summary, folder: "out", warnings: [] }, { width })["text/plain"]
    .split("\n");
  expect(lines.slice(0, 5)).toEqual([
    "out: 4 recordings, 9.25 s; 2 succeeded in all 3 stages",
    "stage  rows  ok  failed  no array  segments  duration",
    "─────  ────  ──  ──────  ────────  ────────  ────────",
    "vad       3   2       1                   1  7 s",
    "vtc       4   3       1                   3",
  ]);
  expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(width);
  const words = lines.find((line) => line.startsWith("vtc_label_counts"));
  expect(words).toBe("vtc_label_counts  text         4 different");
  expect(lines.find((line) => line.startsWith("speech_ratio"))).toBe(
    "speech_ratio  float        33.3 %  0.25   0.375  0.5",
  );
});

test("a page of a notebook has every column, and nothing of the data as markup", () => {
  const html = corpusSummaryDisplay({ ...summary, folder: "<out>" })["text/html"]!;
  expect(html).toContain("&lt;out&gt;: 4 recordings");
  expect(html).toContain("Warning: ");
  for (const { columns } of summary.stages) {
    for (const { name } of columns) expect(html).toContain(`>${name}</td>`);
  }
});

test("some stages only, or one that is not there", async () => {
  const { stages, recordings } = await summarizeCorpus(own, { stages: ["snr"] });
  expect([stages.map(({ name }) => name), recordings]).toEqual([["snr"], 2]);
  await expect(summarizeCorpus(own, { stages: ["esc"] })).rejects.toThrow(
    /has no stage "esc"; it has vad, vtc, snr/,
  );
}, SLOW);
