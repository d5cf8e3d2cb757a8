/** Runs the steps of `bench gpu` one after the other, each within its share of the time. */
import { type GpuResults, type GpuSizes, rowsOf, type StepResult } from "./results.ts";
import { runStep } from "./run_step.ts";
import type { StepRequest } from "./step.ts";
import { type Step, STEPS } from "./steps.ts";
import { targetsOf } from "./targets.ts";

/** What is kept of the time for the page. */
const PAGE_SHARE = 0.02;
/** A step may take so many of its shares: few take all of theirs. */
const GENEROUS = 1.5;
/** Runs per median where none are asked for. */
const RUNS: Readonly<Record<GpuSizes, number>> = { tiny: 1, small: 3, large: 7 };

/** Why a step is passed over that --only does not name. */
export const NOT_ASKED_FOR = "It was not asked for (--only).";

/** How the steps are run. */
export interface RunStepsOptions {
  /** What there is already; `settings` say what is asked for. */
  readonly results: GpuResults;
  /** Steps to run, whether or not they have a result; undefined for all that have none. */
  readonly only: readonly string[] | undefined;
  readonly signal: AbortSignal;
  /** Called when a step begins, and when it has ended. */
  readonly onChange: (results: GpuResults, step: StepResult) => Promise<void>;
  readonly progress: (text: string) => void;
}

/** Runs what is to be run. Ends after the step in which it was aborted. */
export async function runSteps(options: RunStepsOptions): Promise<GpuResults> {
  const { only, signal, onChange, progress } = options;
  let { results } = options;
  const start = performance.now();
  const left = () => (1 - PAGE_SHARE) * results.settings.limitSec - (performance.now() - start) / 1000;
  const change = async (step: StepResult) => {
    const steps = [...results.steps.filter(({ name }) => name !== step.name), step];
    steps.sort((a, b) => placeOf(a.name) - placeOf(b.name));
    const changedAt = new Date().toISOString();
    const complete = steps.length === STEPS.length && steps.every(({ status }) => isOver(status));
    results = { ...results, steps, changedAt, complete, targets: targetsOf({ steps }) };
    await onChange(results, step);
  };
  const toRun = STEPS.filter((step) => isToRun(step, results, only));
  for (const step of STEPS) {
    const { name, title } = step;
    const passOver = (reason: string) => change({ ...nothingYet(step), status: "skipped", reason });
    if (!toRun.includes(step)) {
      if (!results.steps.some((known) => known.name === name)) {
        await passOver(NOT_ASKED_FOR);
      }
      continue;
    }
    if (signal.aborted) break;
    const named = only?.includes(name) ?? false;
    const lack = lackOf(step, results, named);
    if (lack !== undefined) {
      await passOver(lack);
      continue;
    }
    const behind = toRun.slice(toRun.indexOf(step)).reduce((sum, { share }) => sum + share, 0);
    const limitSec = Math.min(left(), GENEROUS * left() * step.share / behind);
    if (limitSec < 1) {
      await passOver("No time was left for it (--limit).");
      continue;
    }
    await change({ ...nothingYet(step), status: "running", limitSec });
    const result = await runStep({
      ...{ request: requestOf(step, results), title, limitSec, signal },
      progress: (text) => progress(`${title}: ${text}`),
    });
    if (name === "adapter") results = { ...results, settings: settledBy(result, results.settings) };
    await change(result);
  }
  return results;
}

const placeOf = (name: string) => STEPS.findIndex((step) => step.name === name);
const isOver = (status: StepResult["status"]) => status !== "running" && status !== "interrupted";

/** Steps that failed are not tried again unless they are named: what ended a machine once may do it again. */
function isToRun({ name }: Step, { steps }: GpuResults, only: readonly string[] | undefined): boolean {
  const before = steps.find((step) => step.name === name);
  if (only?.includes(name)) return true;
  const isDone = before !== undefined && ["ok", "failed", "timed out"].includes(before.status);
  return !isDone && (only === undefined || name === "adapter");
}

/** Why there is nothing that a step could run on; one that is named runs on a software adapter, too. */
function lackOf({ needs }: Step, results: GpuResults, named: boolean): string | undefined {
  if (needs === "nothing") return undefined;
  const [adapter] = rowsOf(results, "adapter");
  if (adapter === undefined) {
    const { reason } = results.steps.find(({ name }) => name === "adapter") ?? { reason: "nobody looked" };
    return `There is no adapter: ${reason}`;
  }
  return needs === "real adapter" && adapter.software && !named
    ? "A software adapter takes minutes for a chunk of 10 s; --only runs it all the same."
    : undefined;
}

function nothingYet({ name, title }: Step): Omit<StepResult, "status"> {
  return { name, title, reason: null, limitSec: null, seconds: 0, notes: [], output: null, rows: [] };
}

/** Large problems are for real GPUs, unless others are asked for. */
function settledBy({ rows }: StepResult, settings: GpuResults["settings"]): GpuResults["settings"] {
  const [row] = rows;
  const isReal = row?.kind === "adapter" && !row.software;
  const sizes = settings.sizes ?? (isReal ? "large" : "small");
  return { ...settings, sizes, runs: settings.runs ?? RUNS[sizes] };
}

function requestOf({ name }: Step, results: GpuResults): StepRequest {
  const { sizes, runs, adapterAsked } = results.settings;
  const [ceilings] = rowsOf(results, "ceilings");
  return {
    step: name,
    sizes: sizes ?? "small",
    runs: runs ?? RUNS[sizes ?? "small"],
    ...(adapterAsked !== null && { adapter: adapterAsked }),
    ...(ceilings && {
      ceilings: {
        bytesPerSecond: ceilings.bytesPerSecond,
        operationsPerSecond: ceilings.operationsPerSecond,
      },
    }),
  };
}
