/** What `bench kernels` prints. */
import type { Style } from "../../cli/style.ts";
import { duration, memory, table, three, times } from "../table.ts";
import { titleOf } from "./target.ts";
import type { Measurement } from "./measurement.ts";
import type { Ceilings } from "../roofline/ceilings.ts";

/** A GPU and what it can do. */
export type NamedCeilings = Ceilings & { readonly adapter: string };

const backendOf = ({ backend, precision }: Measurement) =>
  titleOf({ backend, precision } as Parameters<typeof titleOf>[0]);

/** One kernel's lines: its table, and under it the peers' names. */
export function kernelLines(kernel: string, rows: readonly Measurement[], style: Style): string[] {
  const lines = table<Measurement>([
    { head: kernel, align: "left", cell: (row) => row.case },
    { head: "backend", align: "left", cell: backendOf },
    { head: "error", cell: (row) => errorOf(row) },
    { head: "time", cell: (row) => duration(row.seconds) },
    { head: "peer", cell: (row) => duration(row.peer?.seconds) },
    { head: "speedup", cell: (row) => times(row.speedup) },
    { head: "device", cell: (row) => duration(row.device?.seconds) },
    { head: "CUDA", cell: (row) => row.device ? duration(row.peer?.cuda?.seconds) : "-" },
    { head: "speedup", cell: (row) => times(row.deviceSpeedup) },
    { head: "memory", cell: (row) => memory(row.peakBytes) },
    { head: "peer's", cell: (row) => memory(row.peer?.peakBytes) },
  ], rows);
  const names = new Set(
    rows.flatMap(({ peer }) => peer ? [peer.name, ...(peer.cuda ? [peer.cuda.name] : [])] : []),
  );
  const notes = names.size > 0 ? [style("dim", `peer: ${[...names].join("; ")}`)] : [];
  return [style("bold", lines[0]), ...lines.slice(1), ...notes, ""];
}

/** The definition itself has none. */
function errorOf({ check: { difference }, backend }: Measurement): string {
  return backend === "scalar" ? "-" : difference === 0 ? "0" : difference.toExponential(1);
}

/** The ceilings, and every kernel's distance from the nearer one. */
export function rooflineLines(
  ceilings: readonly NamedCeilings[],
  rows: readonly Measurement[],
  style: Style,
): string[] {
  const measured = rows.filter(({ device }) => device?.roofline);
  const lines = table<Measurement>([
    { head: "on the device", align: "left", cell: (row) => `${row.kernel} ${row.case}` },
    { head: "backend", align: "left", cell: backendOf },
    { head: "time", cell: ({ device }) => duration(device!.seconds) },
    { head: "GB/s", cell: ({ device }) => three(device!.roofline!.bytesPerSecond / 1e9) },
    { head: "GFLOP/s", cell: ({ device }) => three(device!.roofline!.operationsPerSecond / 1e9) },
    { head: "of the ceiling of", align: "left", cell: ({ device }) => shareOf(device!.roofline!) },
  ], measured);
  return [
    ...ceilings.flatMap(({ adapter, bytesPerSecond, operationsPerSecond }) => [
      style("bold", adapter),
      `${three(bytesPerSecond / 1e9)} GB/s copied, ${
        three(operationsPerSecond / 1e9)
      } GFLOP/s in multiply-adds`,
    ]),
    "",
    style("bold", lines[0]),
    ...lines.slice(1),
    style("dim", "bytes: the least that must come and go. Operations: of float32, as the shader"),
    style("dim", "makes them; those that are no multiply-adds reach half of the ceiling."),
    "",
  ];
}

function shareOf({ share, nearer }: { share: number; nearer: string }): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0).padStart(4)} % ${nearer}`;
}

/** The dispatches of every problem on a GPU, in one run. */
export function profileLines(rows: readonly Measurement[], style: Style): string[] {
  return rows.flatMap((row) => {
    const parts = row.device?.parts ?? [];
    if (parts.length === 0) return [];
    const lines = table([
      { head: "part", align: "left", cell: ({ label }) => label },
      { head: "dispatches", cell: ({ dispatches }) => `${dispatches}` },
      { head: "together", cell: ({ seconds }) => duration(seconds) },
    ], parts);
    const clock = row.device!.clock === "device" ? "the device's clock" : "wall clock, submitting included";
    return [style("bold", `${row.kernel} ${row.case}, ${backendOf(row)}: ${clock}`), ...lines, ""];
  });
}
