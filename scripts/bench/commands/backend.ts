/** `bench backend`: the chained back end on one capture, and how it grows. */
import process from "node:process";
import type { Compute } from "#lib/compute/compute.ts";
import { describeEnvironment } from "#lib/parity/environment.ts";
import { backendRequest, onEachBackend } from "../../cli/backends.ts";
import { type CommandLine, EXIT, MissingError, UsageError } from "../../cli/command_line.ts";
import { writeJson } from "../../cli/print_report.ts";
import { styleOf } from "../../cli/style.ts";
import { type BenchSettings, growBackend, growLinkage, type GrowthPoint, timeStages } from "../backend.ts";
import type { Timing } from "../backend.ts";
import { titleOf } from "../kernels/target.ts";
import { growthExponent } from "../median.ts";
import { pythonPeer } from "../python_peer.ts";
import { progress, runsOf, tell } from "../settings.ts";
import { duration, memory, table, times } from "../table.ts";
import { subjectOf } from "./subject.ts";

const LINKAGE_SIZES = [500, 1000, 2000, 5000];
const LINKAGE_DIMENSION = 256;
const CONVERSATION_MINUTES = [5, 10, 20, 40];

/** Runs the command. */
export async function benchBackend(line: CommandLine): Promise<number> {
  const { values } = line;
  const runs = runsOf(values);
  const request = backendRequest({ values });
  if (request.name === "all") throw new UsageError("bench backend measures one backend at a time.");
  if (request.precision === "f32") throw new UsageError("The back end is at parity in df64, not in f32.");
  const python = values.has("peers") ? pythonPeer() : undefined;
  if (values.has("peers") && python === undefined) {
    throw new MissingError(
      "No python3 with numpy and SciPy (Debian: python3-numpy, python3-scipy; or set DIALAB_PYTHON).",
    );
  }
  const work = async (compute: Compute) => {
    const { adapter: adapterAsked } = request;
    const settings: BenchSettings = { runs, python, progress, compute, adapterAsked };
    await measure(line, settings);
  };
  await onEachBackend(request, work, tell);
  return EXIT.fine;
}

async function measure(line: CommandLine, settings: BenchSettings): Promise<void> {
  const { compute } = settings;
  progress("checking parity");
  const subject = await subjectOf(line, compute);
  progress(subject.name);
  const environment = describeEnvironment();
  const json = line.values.get("json");
  const write = (lines: readonly string[]) => {
    progress("");
    if (json !== "-") process.stdout.write(`${lines.join("\n")}\n`);
  };
  // As it comes: the growing series take minutes on a software GPU.
  const stages = await timeStages(subject, settings);
  const head = `${subject.name} on ${titleOf(compute)}, ${environment.runtime}, ${environment.cpu}`;
  const adapter = compute.adapter === undefined ? [] : [compute.adapter];
  write([styleOf(process.stdout)("bold", head), ...adapter, "", ...timingLines(stages)]);
  const linkage = await growLinkage(LINKAGE_SIZES, LINKAGE_DIMENSION, settings);
  write(["", ...growthLines("linkage, D = 256", linkage)]);
  const backend = await growBackend(CONVERSATION_MINUTES, settings);
  write(["", ...growthLines("whole back end", backend)]);
  if (json !== undefined) {
    const object = {
      ...{ environment, bench: "backend", backend: compute.backend, precision: compute.precision },
      ...(compute.adapter !== undefined && { adapter: compute.adapter }),
      ...{ capture: subject.name, stages, growth: { linkage, backend } },
    };
    await writeJson(json, JSON.stringify(object, null, 2));
  }
}

function timingLines(timings: readonly Timing[]): string[] {
  return table<Timing>([
    { head: "stage", align: "left", cell: ({ step }) => step.padEnd(18) },
    { head: "dialab", cell: ({ seconds }) => duration(seconds) },
    { head: "numpy/SciPy", cell: ({ peerSeconds }) => duration(peerSeconds) },
    { head: "ratio", cell: ({ ratio }) => times(ratio) },
  ], timings);
}

function growthLines(title: string, points: readonly GrowthPoint[]): string[] {
  const exponent = growthExponent(points.map(({ size, seconds }) => ({ size, value: seconds })));
  return [
    ...table<GrowthPoint>([
      { head: title.padEnd(18), align: "left", cell: ({ size }) => `N = ${size}` },
      { head: "dialab", cell: ({ seconds }) => duration(seconds) },
      { head: "peer", cell: ({ peerSeconds }) => duration(peerSeconds) },
      { head: "ratio", cell: ({ ratio }) => times(ratio) },
      { head: "memory", cell: ({ bytes }) => memory(bytes) },
      { head: "peer's", cell: ({ peerBytes }) => memory(peerBytes) },
    ], points),
    `time grows as N^${exponent.toFixed(2)}`,
  ];
}
