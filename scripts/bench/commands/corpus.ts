/** `bench corpus`: joining what is known of a corpus, and getting batches of it. */
import { describeEnvironment } from "#lib/parity/environment.ts";
import { type CommandLine, EXIT, MissingError, UsageError } from "../../cli/command_line.ts";
import { printReport } from "../../cli/print_report.ts";
import { findPython } from "../../cli/python.ts";
import { type DecodeRow, measureDecode } from "../corpus/measure_decode.ts";
import { type FirstBatchRow, measureFirstBatch } from "../corpus/measure_first_batch.ts";
import { type JoinRow, measureJoin } from "../corpus/measure_join.ts";
import { progress, runsOf, tell } from "../settings.ts";
import { duration, memory, table, three, times } from "../table.ts";

const PARTS = ["join", "first", "decode"] as const;
const FIRST_ROWS = 1_000_000, CLIPS = 160;

/** Runs the command. */
export async function benchCorpus({ values, positionals }: CommandLine): Promise<number> {
  const [, ...named] = positionals;
  const unknown = named.find((name) => !PARTS.some((part) => part === name));
  if (unknown !== undefined) throw new UsageError(`corpus measures ${PARTS.join(", ")}, not ${unknown}.`);
  const has = (part: (typeof PARTS)[number]) => named.length === 0 || named.includes(part);
  const runs = runsOf(values), sizes = sizesOf(values.get("rows")), clips = clipsOf(values.get("clips"));
  const python = findPython(["polars"]);
  if (values.has("peers") && python === undefined) {
    throw new MissingError(
      "No Python has polars: python3 -m pip install polars, or DIALAB_PYTHON names one that has.",
    );
  }
  if (has("join") && python === undefined) {
    tell("polars is not here, and the join is timed without its peer.");
  }
  const joins: JoinRow[] = [], firsts: FirstBatchRow[] = [];
  if (has("join")) {
    for (const rows of sizes ?? [100_000, 1_000_000]) joins.push(await measureJoin(rows, { runs, python }));
  }
  if (has("first")) {
    for (const rows of sizes ?? [FIRST_ROWS]) firsts.push(...await measureFirstBatch(rows, { runs }));
  }
  const decodes = has("decode") ? await measureDecode({ clips, runs }) : [];
  progress("");
  const environment = describeEnvironment();
  await printReport(values.get("json"), {
    json: () => JSON.stringify({ environment, bench: "corpus", joins, firsts, decodes }, null, 2),
    text: () =>
      [
        `${environment.runtime}, ${environment.cores} cores of ${environment.cpu}`,
        ...joins.length === 0 ? [] : ["", ...joinLines(joins)],
        ...firsts.length === 0 ? [] : ["", "To the first batch of 16:", ...firstLines(firsts)],
        ...decodes.length === 0
          ? []
          : ["", "Clips of 10 s, decoded and in batches of 16:", ...decodeLines(decodes)],
      ].join("\n"),
  });
  return EXIT.fine;
}

function joinLines(rows: readonly JoinRow[]): string[] {
  const peer = rows[0].peer?.name ?? "polars";
  return [
    `Four stages joined, inner, filtered, as Parquet; the peer is ${
      rows[0].peer === undefined ? "missing" : peer
    }:`,
    ...table<JoinRow>([
      { head: "rows", cell: ({ rows }) => String(rows) },
      { head: "kept", cell: ({ kept }) => String(kept) },
      { head: "dialab", cell: ({ seconds }) => duration(seconds) },
      { head: "peer", cell: ({ peer }) => duration(peer?.seconds) },
      { head: "ratio", cell: ({ peer }) => peer === undefined ? "-" : three(peer.ratio) },
      { head: "memory", cell: ({ peakBytes }) => memory(peakBytes) },
      { head: "peer's", cell: ({ peer }) => memory(peer?.peakBytes) },
    ], rows),
  ];
}

function firstLines(rows: readonly FirstBatchRow[]): string[] {
  return table<FirstBatchRow>([
    { head: "from", cell: ({ what }) => what, align: "left" },
    { head: "recordings", cell: ({ recordings }) => String(recordings) },
    { head: "open", cell: ({ openSeconds }) => duration(openSeconds) },
    { head: "in all", cell: ({ seconds }) => duration(seconds) },
    { head: "memory", cell: ({ peakBytes }) => memory(peakBytes) },
  ], rows);
}

function decodeLines(rows: readonly DecodeRow[]): string[] {
  return table<DecodeRow>([
    { head: "clips", cell: ({ what }) => what, align: "left" },
    { head: "a second", cell: ({ clipsPerSecond }) => three(clipsPerSecond) },
    { head: "real time", cell: ({ clipsPerSecond }) => times(10 * clipsPerSecond) },
    { head: "memory", cell: ({ peakBytes }) => memory(peakBytes) },
  ], rows);
}

/** `--rows`: numbers, or with k and M behind them. */
function sizesOf(text: string | undefined): number[] | undefined {
  return text?.split(",").map((word) => {
    const [, digits, unit] = /^(\d+)(k|M)?$/.exec(word.trim()) ?? [];
    const rows = Number(digits) * (unit === "M" ? 1e6 : unit === "k" ? 1e3 : 1);
    if (!Number.isSafeInteger(rows) || rows < 100 || rows > 1e8) {
      throw new UsageError(`--rows is a list such as 100k,1M, each from 100 to 100M; it was ${text}.`);
    }
    return rows;
  });
}

function clipsOf(text: string | undefined): number {
  const clips = Number(text ?? CLIPS);
  if (!Number.isSafeInteger(clips) || clips < 1) {
    throw new UsageError(`--clips is a whole number from 1, not ${text}.`);
  }
  return clips;
}
