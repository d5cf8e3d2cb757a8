import { spawn } from "node:child_process";
import process from "node:process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { FuzzOptions, FuzzOutcome } from "./fuzz_target.ts";

/** Options of {@linkcode superviseFuzz}. */
export interface SuperviseOptions extends FuzzOptions {
  /** A name among the targets of the child. */
  readonly target: string;
  /** The module that a child process runs. Default: child.ts. */
  readonly child?: URL;
  /** Failures after which the rest is not tried. Default 20. */
  readonly maxFailures?: number;
  readonly onOutcome: (outcome: FuzzOutcome) => void;
}

/** What a process may take to start and read the seeds. */
const START_MS = 30_000;
/** What a busy machine may add to the time limit before a process counts as hung. */
const SLACK_MS = 3000;

/**
 * Fuzzes in a process of its own, so that a reader which hangs, or takes the whole process with it, is found too:
 * that mutation is reported as failed, and the next process goes on behind it.
 *
 * @throws {Error} The child ended before its first mutation.
 */
export async function superviseFuzz(options: SuperviseOptions): Promise<void> {
  const { maxFailures = 20, onOutcome } = options;
  let next = options.first ?? 0;
  let failures = 0;
  while (next < options.end && failures < maxFailures) {
    const { ended, began, ms } = await runChild({
      ...options,
      first: next,
      onOutcome(outcome) {
        next = outcome.index + 1;
        if (outcome.result === "failed") failures++;
        onOutcome(outcome);
        return failures < maxFailures;
      },
    });
    if (next >= options.end || failures >= maxFailures) return;
    if (!began) throw new Error(`The fuzzing process ended before its first mutation: ${ended}`);
    failures++;
    onOutcome({ index: next, result: "failed", kinds: [], fault: ended, ms, grownBytes: 0 });
    next++;
  }
}

function runChild(
  options: Omit<SuperviseOptions, "onOutcome"> & { onOutcome: (outcome: FuzzOutcome) => boolean },
): Promise<{ ended: string; began: boolean; ms: number }> {
  const { child: module = new URL("child.ts", import.meta.url), onOutcome, limitMs = 2000, ...rest } =
    options;
  const { target, seed, first, end, limitBytes } = rest;
  const runtime = "deno" in process.versions ? ["run", "--allow-all"] : [];
  const argument = JSON.stringify({ target, seed, first, end, limitBytes, limitMs });
  const child = spawn(process.execPath, [...runtime, fileURLToPath(module), argument], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  return new Promise((resolve, reject) => {
    let hung = "";
    let errors = "";
    let began = false;
    let heard = performance.now();
    const kill = (silentMs: number) => {
      hung = `hung: nothing for ${silentMs} ms`;
      child.kill("SIGKILL");
    };
    let watchdog = setTimeout(kill, START_MS, START_MS);
    createInterface({ input: child.stdout }).on("line", (line) => {
      clearTimeout(watchdog);
      heard = performance.now();
      began = true;
      if (onOutcome(JSON.parse(line))) watchdog = setTimeout(kill, limitMs + SLACK_MS, limitMs + SLACK_MS);
      else child.kill("SIGKILL");
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => errors = (errors + text).slice(-4000));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      clearTimeout(watchdog);
      const ended = hung || `the process ended with ${signal ?? `status ${code}`}\n${errors}`.trimEnd();
      resolve({ ended, began, ms: performance.now() - heard });
    });
  });
}
