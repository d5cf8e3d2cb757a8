import type { Style } from "../../cli/style.ts";
import { duration, table, three } from "../table.ts";
import type { NetworkMeasurement } from "./measure_network.ts";
import type { OverlapReport, OverlapWay } from "./overlap.ts";

/** The table of one network. */
export function networkLines(rows: readonly NetworkMeasurement[], style: Style): string[] {
  const lines = table<NetworkMeasurement>([
    { head: "provider", align: "left", cell: ({ provider }) => provider },
    { head: "threads", align: "left", cell: threadsOf },
    { head: "batch", cell: ({ batch }) => `${batch}` },
    { head: "a chunk", cell: ({ secondsPerChunk }) => duration(secondsPerChunk) },
    { head: "alone", cell: ({ aloneSecondsPerChunk }) => duration(aloneSecondsPerChunk) },
    { head: "ratio", cell: ({ ratio }) => three(ratio) },
    { head: "real time", cell: ({ timesRealTime }) => `${three(timesRealTime)} x` },
    { head: "error", cell: ({ check }) => check.difference === 0 ? "0" : check.difference.toExponential(1) },
    { head: "", align: "left", cell: ({ chosen }) => chosen ? "chosen" : "-" },
  ], rows);
  return [style("bold", rows[0].network), ...lines, ""];
}

/** "2 for it", "2 x 1": how many runs at a time, and how many threads each has. */
function threadsOf({ workers, threads }: NetworkMeasurement): string {
  if (threads === null) return workers === 0 ? "caller's" : "its own";
  return workers === 0 ? `caller's, ${threads}` : `${workers} x ${threads}`;
}

/** The table of what overlap gains. */
export function overlapLines(report: OverlapReport, style: Style): string[] {
  const { files, seconds, ways, gain, company } = report;
  const lines = table<OverlapWay>([
    {
      head: "networks",
      align: "left",
      cell: ({ workers }) => workers === 0 ? "on the caller's thread" : `in ${workers} threads`,
    },
    { head: "files", align: "left", cell: ({ together }) => together ? "together" : "one by one" },
    { head: "wall", cell: (way) => duration(way.seconds) },
    { head: "real time", cell: (way) => `${three(seconds / way.seconds)} x` },
    { head: "cores busy", cell: (way) => three(way.cpuSeconds / way.seconds) },
    { head: "CPU", cell: (way) => duration(way.cpuSeconds) },
  ], ways);
  return [
    style("bold", `${files} recordings, ${duration(seconds)} in all, preset ${report.preset}`),
    ...lines,
    "",
    `Threads of the networks' own take ${three(gain)} of the time that the caller's takes;`,
    `all files together take ${three(company)} of the time of one after the other.`,
  ];
}
