/** Everything that was asked for about two runs, as plain data. */
import { amplify } from "#lib/parity/drift/amplify.ts";
import { bisectRuns } from "#lib/parity/drift/bisect_runs.ts";
import { compareRuns } from "#lib/parity/drift/compare_runs.ts";
import { decisionMargins } from "#lib/parity/drift/decision_margins.ts";
import type { DriftReport, DriftSetting } from "#lib/parity/drift/drift_report.ts";
import { completeRun, type DriftRun } from "#lib/parity/drift/drift_run.ts";
import { AssignmentError } from "#lib/numerics/linear_sum_assignment.ts";
import { describeEnvironment } from "#lib/parity/environment.ts";
import { compareProvenance } from "#lib/diarization/compare_provenance.ts";
import type { RunProvenance } from "#lib/pipeline/run_provenance.ts";
import { COMMUNITY_1 } from "#lib/pipeline/community_1.ts";
import { type Preset, PRESETS } from "#lib/diarization/presets.ts";
import { type CommandLine, UsageError } from "../cli/command_line.ts";
import { RunOpener } from "./open_run.ts";
import { runSpec } from "./run_spec.ts";

/** Stages that noise can be put on; the last gives turns. */
const STAGES = [
  ...["inputs", "decoding", "segmentation", "fbank", "embedding"],
  ...COMMUNITY_1.map(({ name }) => name).filter((name) => name !== "annotation"),
];

/** What was asked for. */
export type DriftRequest = ReturnType<typeof driftRequest>;

/** Reads and checks a command line. */
export function driftRequest(
  { values, positionals }: CommandLine,
  preset?: Preset,
) {
  const [first, second, ...more] = positionals;
  if (first === undefined) throw new UsageError("Name a run, or two.");
  if (more.length > 0) throw new UsageError(`Two runs are compared, not ${positionals.length}.`);
  const a = runSpec(first);
  const sensitivity = values.get("sensitivity");
  if (sensitivity !== undefined && !STAGES.includes(sensitivity)) {
    throw new UsageError(`--sensitivity is one of ${STAGES.join(", ")}; not ${sensitivity}.`);
  }
  const seed = values.get("seed") ?? "0";
  if (!/^\d{1,15}$/.test(seed)) throw new UsageError(`--seed is a whole number from 0, not ${seed}.`);
  if (values.has("seed") && sensitivity === undefined) throw new UsageError("--seed is for --sensitivity.");
  if (preset !== undefined && preset.embedding.kind !== "masked") {
    const masked = Object.values(PRESETS).filter(({ embedding }) => embedding.kind === "masked");
    throw new UsageError(
      `--preset is ${
        masked.map(({ name }) => name).join(", ")
      } or another with masked embeddings, not ${preset.name}.`,
    );
  }
  return {
    a,
    b: runSpec(second ?? "@scalar", a.name),
    bisect: values.has("bisect"),
    margins: values.has("margins"),
    sensitivity,
    seed: Number(seed),
    opening: {
      captures: values.get("captures"),
      models: values.get("models"),
      adapter: values.get("adapter"),
      preset,
    },
  };
}

/** Opens both runs and finds out. */
export async function gather(
  request: DriftRequest,
  settings: {
    readonly progress: (text: string) => void;
    readonly signal: AbortSignal;
    /** Gets both runs once they are there. */
    readonly opened?: (a: DriftRun, b: DriftRun) => void;
  },
): Promise<DriftReport> {
  const { progress, signal } = settings;
  const { bisect, margins, sensitivity, seed } = request;
  const seconds: Record<string, number> = {};
  const timed = async <T>(name: string, work: () => T | Promise<T>): Promise<T> => {
    progress(name);
    const start = performance.now();
    const result = await named(name, work);
    seconds[name] = (performance.now() - start) / 1000;
    return result;
  };
  /** What a stage refuses is told without a name: here it may be of either run. */
  const named = async <T>(name: string, work: () => T | Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (cause) {
      const of = [request.a.text, request.b.text];
      const foreseen = cause instanceof RangeError || cause instanceof AssignmentError;
      if (!foreseen || of.some((run) => cause.message.startsWith(run))) throw cause;
      throw new RangeError(`${of.join(" against ")}, ${name}: ${cause.message}`, { cause });
    }
  };
  const rerunnable = bisect || margins || sensitivity !== undefined;
  const warnings: string[] = [];
  const warn = (warning: string) => void (warnings.includes(warning) || warnings.push(warning));
  const notes: string[] = [];
  const note = (text: string) => void (notes.includes(text) || notes.push(text));
  await using opener = new RunOpener({ ...request.opening, rerunnable, progress, warn, note, signal });
  const [a, b] = await timed(
    "runs",
    async () => [await opener.open(request.a), await opener.open(request.b)],
  );
  settings.opened?.(a.run, b.run);
  const madeOtherwise = otherSettings(a.provenance, b.provenance);
  const difference = await timed("comparison", () => compareRuns(a.run, b.run));
  if (difference.doubt !== undefined) warn(difference.doubt);
  const told = (what: string) => (at: { stage?: string; completed: number; total: number }) =>
    progress(`${what}: ${at.stage ?? ""} ${at.total > 0 ? `${at.completed}/${at.total}` : at.completed}`);
  return {
    a: a.description,
    b: b.description,
    environment: describeEnvironment(),
    ...(madeOtherwise.length > 0 && { settings: madeOtherwise }),
    difference,
    ...(bisect && {
      bisection: await timed(
        "bisection",
        () => bisectRuns(a.run, b.run, { onProgress: told("bisection"), signal }),
      ),
    }),
    ...(margins && {
      margins: await timed("margins", async () => ({
        a: decisionMargins(await completeRun(a.run, { signal })),
        b: decisionMargins(await completeRun(b.run, { signal })),
      })),
    }),
    ...(sensitivity !== undefined && {
      amplification: await timed(
        "sensitivity",
        () => amplify(a.run, { stage: sensitivity, seed, onProgress: told("sensitivity"), signal }),
      ),
    }),
    warnings,
    ...(notes.length > 0 && { notes }),
    seconds,
  };
}

/** What was set or taken otherwise for B than for A; what one of them does not tell is left out. */
function otherSettings(a: RunProvenance, b: RunProvenance): DriftSetting[] {
  return compareProvenance(a, b)
    .filter(({ what, effect, ...values }) =>
      (effect === "results" || what === "preset") && ![values.a, values.b].includes("not told")
    )
    .map(({ what, a, b }) => ({ what, a, b }));
}
