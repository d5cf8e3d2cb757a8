import { rowsOf } from "./results.ts";
import type { GpuResults, TargetResult } from "./results.ts";
import { duration, times } from "../table.ts";

/** The card that the targets are meant for. */
export const TARGETS_OF = "NVIDIA H200";

type Rows = Pick<GpuResults, "steps">;
/** What was measured of a target; undefined where nothing was. */
type Figure = { readonly measured: number; readonly detail: string } | undefined;

interface Target {
  readonly name: string;
  readonly goal: number;
  /** Seconds are to be at most the goal, factors at least. */
  readonly unit: "s" | "x";
  readonly figure: (results: Rows) => Figure;
  /** What would have to be measured. */
  readonly missing: string;
}

const kernelRow = (results: Rows, kernel: string, title: string, precision: string) =>
  rowsOf(results, "kernel").find((row) =>
    row.kernel === kernel && row.case === title && row.precision === precision && row.backend === "webgpu"
  );

const fbank = (precision: "f32" | "df64", goal: number): Target => ({
  ...{ name: `fbank of 512 x 10 s in ${precision}, on the device`, goal, unit: "s" },
  missing: "needs the step fbank with --sizes large",
  figure: (results) => {
    const device = kernelRow(results, "fbank", "512 x 10 s", precision)?.device;
    return device && { measured: device.seconds, detail: `by the ${device.clock}'s clock` };
  },
});

/** The networks that have the shape of WeSpeaker's ResNet34. */
const RESNETS = ["wespeaker-resnet34-lm", "wespeaker-shaped-random"];

const TARGETS: readonly Target[] = [
  fbank("f32", 0.6e-3),
  fbank("df64", 4e-3),
  {
    ...{ name: "VBx of 20 000 vectors, 300 speakers, 20 iterations, beside numpy", goal: 20, unit: "x" },
    missing: "needs the step vbx with --sizes large, and a Python with numpy and SciPy",
    figure(results) {
      const row = kernelRow(results, "vbx", "20000 x 300", "df64");
      if (row?.speedup === undefined) return undefined;
      return {
        measured: row.speedup,
        detail: `${duration(row.seconds)} beside ${duration(row.peer!.seconds)} of ${
          row.peer!.name
        }, whole calls`,
      };
    },
  },
  {
    ...{ name: "linkage of 90 000 points", goal: 60, unit: "s" },
    missing: "needs the step linkage-day with --sizes large",
    figure(results) {
      const row = kernelRow(results, "linkage", "90000", "df64");
      return row && { measured: row.seconds, detail: "the whole call" };
    },
  },
  {
    ...{ name: "ResNet34 on a batch of 32 x 10 s", goal: 60e-3, unit: "s" },
    missing: `needs a network step with --sizes large, and the weights of ${RESNETS[0]}`,
    figure(results) {
      const rows = rowsOf(results, "network").filter(({ network, provider, batch }) =>
        RESNETS.includes(network) && provider !== "cpu" && batch === 32
      ).sort((a, b) => a.secondsPerChunk - b.secondsPerChunk);
      if (rows.length === 0) return undefined;
      const [{ network, provider, secondsPerChunk, batch }] = rows;
      return {
        measured: secondsPerChunk * batch,
        detail: `${network} on ${provider}, fbank and pooling included`,
      };
    },
  },
];

/** The project's targets, as far as they were measured. */
export function targetsOf(results: Rows): TargetResult[] {
  return TARGETS.map(({ name, goal, unit, figure, missing }) => {
    const found = figure(results);
    const reached = found ? (unit === "s" ? found.measured <= goal : found.measured >= goal) : null;
    return { name, goal, unit, measured: found?.measured ?? null, reached, detail: found?.detail ?? missing };
  });
}

/** "at most 600 us", "at least 20 x". */
export function goalText({ goal, unit }: Pick<TargetResult, "goal" | "unit">): string {
  return unit === "s" ? `at most ${duration(goal)}` : `at least ${times(goal)}`;
}
