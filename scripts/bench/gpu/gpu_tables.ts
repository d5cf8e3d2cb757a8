/** The tables of the page of `bench gpu`. */
import type { Cell, Table } from "#lib/report/report.ts";
import { duration, memory, three, times } from "../table.ts";
import { figureOf, wordOf } from "./print_steps.ts";
import type { GpuResults, RowOf, StepResult, TargetResult } from "./results.ts";
import { goalText } from "./targets.ts";

const columns = (words: readonly string[], numbers: readonly string[], last: readonly string[] = []) => [
  ...words.map((title) => ({ title })),
  ...numbers.map((title) => ({ title, isNumber: true })),
  ...last.map((title) => ({ title })),
];
const errorOf = (difference: number) => difference === 0 ? "0" : difference.toExponential(1);
const long = (text: string): Cell => ({ text, isLong: true });

/** Every step, how it ended and why. */
export function stepsTable(steps: readonly StepResult[]): Table {
  return {
    caption: "Every step ran in a process of its own, within its share of the time.",
    columns: columns(["step", "ended"], ["time", "limit", "results"], ["reason, and what was left out"]),
    rows: steps.map(({ title, status, seconds, limitSec, rows, reason, notes }): Cell[] => [
      title,
      { text: status, tone: status === "ok" ? "good" : status === "skipped" ? "quiet" : "bad" },
      status === "skipped" ? "-" : duration(seconds),
      limitSec === null ? "-" : duration(limitSec),
      `${rows.length}`,
      long([...(reason === null ? [] : [reason]), ...notes].join(" ") || "-"),
    ]),
  };
}

/** What the project wants to reach. */
export function targetsTable(targets: readonly TargetResult[], card: string, meantFor: string): Table {
  return {
    caption: `Measured on ${card}. The targets are meant for an ${meantFor}.`,
    columns: columns(["target", ""], ["goal", "measured"], ["how"]),
    rows: targets.map((target): Cell[] => [
      target.name,
      { text: wordOf(target), tone: target.reached === null ? "quiet" : target.reached ? "good" : "bad" },
      goalText(target),
      target.measured === null ? "-" : figureOf(target).split(",")[0],
      long(target.detail),
    ]),
  };
}

/** "fbank 512 x 10 s, df64". */
export const kernelTitle = ({ kernel, case: title, precision }: RowOf<"kernel">): string =>
  `${kernel} ${title}, ${precision}`;

/** Kernels: errors, times, peers. */
export function kernelsTable(rows: readonly RowOf<"kernel">[]): Table {
  return {
    caption:
      "Whole calls from array to array, and with the data on the device already. Error: the largest difference from what it was " +
      "compared with. Speedup: the peer's time over ours; on CUDA, over ours on the device.",
    columns: columns(["kernel"], [
      ...["error", "time", "peer", "speedup", "device", "CUDA", "speedup", "memory"],
    ], ["compared with", "peer"]),
    rows: rows.map((row): Cell[] => [
      kernelTitle(row),
      errorOf(row.check.difference),
      duration(row.seconds),
      duration(row.peer?.seconds),
      times(row.speedup),
      duration(row.device?.seconds),
      duration(row.peer?.cuda?.seconds),
      times(row.deviceSpeedup),
      memory(row.peakBytes),
      row.check.against,
      [row.peer?.name, row.peer?.cuda?.name].filter(Boolean).join("; ") || "-",
    ]),
  };
}

/** How near kernels come to what the device can do. */
export function rooflineTable(rows: readonly RowOf<"kernel">[]): Table {
  return {
    caption:
      "The least that each kernel has to do, in the time that it takes on the device, and its share of the nearer ceiling.",
    columns: columns(["kernel"], ["time", "GB/s", "GFLOP/s", "share"], ["nearer ceiling", "clock"]),
    rows: rows.flatMap((row): Cell[][] => {
      const { device } = row;
      if (device?.roofline === undefined) return [];
      const { bytesPerSecond, operationsPerSecond, share, nearer } = device.roofline;
      return [[
        ...[kernelTitle(row), duration(device.seconds), three(bytesPerSecond / 1e9)],
        ...[three(operationsPerSecond / 1e9), `${three(100 * share)} %`, nearer, `the ${device.clock}'s`],
      ]];
    }),
  };
}

/** Captures replayed. */
export function parityTable(rows: readonly RowOf<"parity">[]): Table {
  return {
    caption: "Captured runs of pyannote, replayed on this GPU in df64.",
    columns: columns(["capture", "parity", "RTTM"], ["DER", "quantities", "hints", "time"], [
      "what is wrong",
    ]),
    rows: rows.map((row): Cell[] => {
      const { capture, ok, rttmIdentical, der, quantities, hints, seconds, beyond, fault } = row;
      return [
        capture,
        { text: ok ? "yes" : "no", tone: ok ? "good" : "bad" },
        { text: rttmIdentical ? "same" : "different", tone: rttmIdentical ? "good" : "bad" },
        fault === null ? der.toFixed(4) : "-",
        `${quantities}`,
        hints === null ? "-" : `${hints.ok} of ${hints.all}`,
        duration(seconds),
        long([...(fault === null ? [] : [fault]), ...beyond].join("; ") || "-"),
      ];
    }),
  };
}

/** Networks by provider and batch. */
export function networksTable(rows: readonly RowOf<"network">[]): Table {
  return {
    caption:
      "A chunk of 10 s, from samples to what the pipeline takes. Alone: onnxruntime's own run of the same batch, in turns with it. " +
      "A chunk stands for a second of a recording.",
    columns: columns(["network", "provider"], [
      ...["threads", "batch", "a chunk", "alone", "ratio", "real time", "error"],
    ]),
    rows: rows.map((row): Cell[] => [
      ...[row.network, row.provider, row.workers === 0 ? "caller's" : `${row.workers}`, `${row.batch}`],
      ...[duration(row.secondsPerChunk), duration(row.aloneSecondsPerChunk), three(row.ratio)],
      ...[`${three(row.timesRealTime)} x`, errorOf(row.check.difference)],
    ]),
  };
}

/** The whole pipeline. */
export function pipelineTable(rows: readonly RowOf<"pipeline">[]): Table {
  return {
    caption:
      "Made-up speech, the same on every machine, diarized with the weights that come along. DER: between the turns of its " +
      "beginning here and those of the CPU's scalar backend.",
    columns: columns(["networks on", "back end on"], [
      ...["audio", "time", "networks", "real time", "speakers", "turns", "memory", "DER"],
    ]),
    rows: rows.map((row): Cell[] => [
      ...[row.provider, row.backend, duration(row.audioSec), duration(row.seconds)],
      ...[duration(row.stages.networks), `${three(row.timesRealTime)} x`, `${row.speakers}`, `${row.turns}`],
      ...[memory(row.peakBytes), row.check.der.toFixed(4)],
    ]),
  };
}

/** Transfers and dispatches. */
export function transfersTable(rows: readonly RowOf<"transfer">[]): Table {
  return {
    caption: "What comes and goes, and what a dispatch costs that does next to nothing.",
    columns: columns(["what"], ["bytes", "time", "a second"]),
    rows: rows.map(({ what, bytes, seconds, perSecond }): Cell[] => [
      what,
      bytes === 0 ? "-" : `${bytes}`,
      duration(seconds),
      bytes === 0 ? `${three(perSecond)} dispatches` : `${three(perSecond / 1e9)} GB`,
    ]),
  };
}

/** Limits and features, as facts. */
export function adapterFacts(row: RowOf<"adapter">): [string, string][] {
  const { name, vendor, architecture, driver, df64, clock, features, software } = row;
  return [
    ["adapter", name],
    ["kind", software ? "software: its times say nothing of a GPU" : "a GPU"],
    ["vendor", [vendor, architecture].filter(Boolean).join(", ") || "-"],
    ...(driver === null ? [] : [["driver", driver] as [string, string]]),
    ["df64", `${df64.sums} wrong sums and ${df64.products} wrong products of ${df64.pairs}`],
    ["clock of kernels", `the ${clock}'s`],
    ["features", features.join(", ")],
  ];
}

/** Limits of the adapter. */
export function limitsTable({ limits }: RowOf<"adapter">): Table {
  return {
    caption: "Limits of the adapter.",
    columns: columns(["limit"], ["value"]),
    rows: Object.entries(limits).map(([name, value]) => [name, `${value}`]),
  };
}

/** Versions, as facts. */
export function versionFacts({ environment }: GpuResults): [string, string][] {
  const { commit, sources, versions } = environment;
  return [
    ["commit", commit ?? "unknown"],
    ["sources", sources.slice(0, 16)],
    ...Object.entries(versions),
  ];
}
