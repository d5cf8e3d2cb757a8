/** `bench gpu`: every figure of one GPU, step by step, each in a process of its own, into a folder. */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { writeWhole } from "#lib/timeline/text_files.ts";
import { checkFolder } from "../../cli/check_destination.ts";
import { choice, type CommandLine, EXIT, UsageError } from "../../cli/command_line.ts";
import { commandAsGiven } from "../../cli/as_given.ts";
import { writeJson } from "../../cli/print_report.ts";
import { styleOf } from "../../cli/style.ts";
import { messageOf } from "../../cli/tell_error.ts";
import { wrapped } from "../../cli/wrapped.ts";
import { Interruption } from "../../diarize/interruption.ts";
import { stepLines, targetLines } from "../gpu/print_steps.ts";
import { type GpuResults, rowsOf, type StepResult } from "../gpu/results.ts";
import { readForPage, readResults, writeResults } from "../gpu/results_file.ts";
import { NOT_ASKED_FOR, runSteps } from "../gpu/run_steps.ts";
import { STEPS } from "../gpu/steps.ts";
import { TARGETS_OF, targetsOf } from "../gpu/targets.ts";
import { progress, runsOf, tell } from "../settings.ts";

/** Seconds that all of it may take. */
const LIMIT_SEC = 470;
/** Options of the other commands of `bench`. */
const FOREIGN = [
  ...["backend", "precision", "peers", "capture", "captures", "models", "roofline", "profile", "provider"],
  ...["batch-sizes", "overlap", "preset", "files"],
];

/** Runs the command. */
export async function benchGpu(line: CommandLine): Promise<number> {
  const { values, positionals: [, stray] } = line;
  if (stray !== undefined) throw new UsageError(`gpu takes no arguments; ${stray} was given.`);
  const foreign = FOREIGN.find((name) => values.has(name));
  if (foreign !== undefined) throw new UsageError(`--${foreign} is not for gpu.`);
  const folder = values.get("out");
  if (folder === undefined) throw new UsageError("--out DIR says where the figures go.");
  checkFolder(folder, "--out");
  const file = join(folder, "gpu.json"), page = join(folder, "gpu.html");
  if (values.has("page")) return await pageAlone(file, page);
  const only = stepsOf(values.get("only"));
  const now = await beginning(line);
  if (!values.has("resume") && existsSync(file)) {
    throw new UsageError(`${file} is there already: --resume goes on with it, another --out begins anew.`);
  }
  const results = values.has("resume") ? goneOn(await readResults(file, now), now) : now;
  mkdirSync(folder, { recursive: true });
  await writeResults(file, results);

  const style = styleOf(process.stdout), json = values.get("json");
  const print = (lines: readonly string[]) => {
    progress("");
    if (json === "-" || lines.length === 0) return;
    process.stdout.write(`${wrapped(lines.join("\n"), process.stdout.columns)}\n`);
  };
  // Without a GPU a dozen steps have one reason: it is said once.
  const said = new Set<string | null>();
  const once = (step: StepResult): StepResult => {
    const known = said.has(step.reason);
    said.add(step.reason);
    return known ? { ...step, reason: null } : step;
  };
  using interruption = new Interruption();
  const done = await runSteps({
    ...{ results, only, progress, signal: interruption.signal },
    async onChange(changed, step) {
      await writeResults(file, changed);
      if (step.status !== "running" && step.reason !== NOT_ASKED_FOR) print(stepLines(once(step), style));
      if (step.name === "adapter" && step.status !== "running") announce(changed, print);
    },
  });
  progress("");
  await writePage(page, done);
  print([
    "",
    ...targetLines(done, style),
    "",
    `figures: ${file}`,
    ...(existsSync(page) ? [`page:    ${page}`] : []),
  ]);
  if (json !== undefined) await writeJson(json, JSON.stringify(done, null, 2));
  return interruption.exitCode ?? exitCodeOf(done);
}

/** `--page`: the page of figures that were measured before, here or elsewhere. */
async function pageAlone(file: string, page: string): Promise<number> {
  const isWritten = await writePage(page, await readForPage(file));
  if (!isWritten) return EXIT.missing;
  process.stdout.write(`page: ${page}\n`);
  return EXIT.fine;
}

function stepsOf(given: string | undefined): string[] | undefined {
  if (given === undefined) return undefined;
  const names = given.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !STEPS.some((step) => step.name === name));
  if (unknown !== undefined) {
    throw new UsageError(
      `There is no step ${unknown}; there are ${STEPS.map(({ name }) => name).join(", ")}.`,
    );
  }
  return names;
}

async function beginning({ values }: CommandLine): Promise<GpuResults> {
  const limitSec = Number(values.get("limit") ?? LIMIT_SEC);
  if (!(limitSec >= 5 && limitSec <= 86_400)) {
    throw new UsageError(`--limit is a number of seconds from 5 to 86400, not ${values.get("limit")}.`);
  }
  const sizes = values.has("sizes") ? choice(values, "sizes", ["tiny", "small", "large"], "large") : null;
  const startedAt = new Date().toISOString();
  const { describeMachine } = await import("../gpu/machine.ts");
  return {
    ...{ format: "dialab bench gpu", formatVersion: 1, command: commandAsGiven("bench") },
    ...{ startedAt, changedAt: startedAt, complete: false },
    settings: {
      ...{ sizes, limitSec, precisions: ["df64", "f32"] },
      runs: values.has("runs") ? runsOf(values) : null,
      adapterAsked: values.get("adapter") ?? null,
    },
    environment: describeMachine(),
    ...{ targets: targetsOf({ steps: [] }), targetsOf: TARGETS_OF, steps: [] },
  };
}

/** Earlier results under the time limit of now. */
function goneOn(before: GpuResults, { settings: { limitSec } }: GpuResults): GpuResults {
  return { ...before, settings: { ...before.settings, limitSec } };
}

function announce(results: GpuResults, print: (lines: readonly string[]) => void): void {
  const { sizes } = results.settings;
  const [adapter] = rowsOf(results, "adapter");
  if (adapter === undefined) return;
  print([`            ${adapter.name}, sizes ${sizes}`]);
  if (adapter.software && sizes === "large") {
    tell(
      "warning: This is a software adapter, on which large problems do not end in time; --sizes small suits it.",
    );
  }
}

/** The page needs packages that a machine for measuring may not have: the figures are written already, and make it elsewhere. */
async function writePage(path: string, results: GpuResults): Promise<boolean> {
  try {
    progress("writing the page");
    const { gpuReport } = await import("../gpu/gpu_report.ts");
    const { reportPage } = await import("#lib/report/report_page.ts");
    await writeWhole(path, await reportPage(gpuReport(results)));
    return true;
  } catch (error) {
    tell(`warning: The page is not written (--page makes it later, or elsewhere): ${messageOf(error)}`);
    return false;
  } finally {
    progress("");
  }
}

function exitCodeOf({ steps }: GpuResults): number {
  if (steps.some(({ status }) => status !== "ok" && status !== "skipped")) return EXIT.failed;
  const adapter = steps.find(({ name }) => name === "adapter");
  return adapter?.status === "skipped" ? EXIT.missing : EXIT.fine;
}
