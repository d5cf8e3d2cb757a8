import { spawn } from "node:child_process";
import { homedir } from "node:os";
import { sep } from "node:path";
import process from "node:process";
import { projectRoot } from "#lib/places/places.ts";
import { launch } from "../../cli/launch.ts";
import { type GpuRow, gpuRowSchema, type StepResult } from "./results.ts";
import { EVENT_MARK, stepEventSchema, type StepRequest } from "./step.ts";

/** Characters of what a failed step wrote that are kept. */
const OUTPUT = 2000;

/** How a step is run. */
export interface RunStepOptions {
  readonly request: StepRequest;
  readonly title: string;
  /** After so many seconds it is ended. */
  readonly limitSec: number;
  /** Ends it at once when aborted. */
  readonly signal: AbortSignal;
  readonly progress: (text: string) => void;
}

/**
 * Runs a step in a process of its own, which may fail, hang, or go down with its GPU: that is a result like any other. Never throws for
 * what the step does; when this returns, the process and those it started are gone.
 */
export function runStep(options: RunStepOptions): Promise<StepResult> {
  const { request, title, limitSec, signal, progress } = options;
  const [program, ...words] = launch(new URL("child.ts", import.meta.url));
  const start = performance.now();
  const child = spawn(program, [...words, JSON.stringify(request)], {
    stdio: ["pipe", "pipe", "pipe"],
    detached: true, // a group of its own, so that its peers end with it
  });
  const rows: GpuRow[] = [], notes: string[] = [];
  let written = "", ended: Pick<StepResult, "status" | "reason"> | undefined;
  const end = (status: StepResult["status"], reason: string) => {
    ended ??= { status, reason };
    killGroup(child.pid);
  };
  const limit = setTimeout(
    () => end("timed out", `It did not end within ${limitSec.toFixed(0)} s.`),
    1000 * limitSec,
  );
  const abort = () => end("interrupted", "The command was ended while it ran.");
  if (signal.aborted) abort();
  signal.addEventListener("abort", abort);

  const hear = (line: string) => {
    if (!line.startsWith(EVENT_MARK)) return void (written = (written + line + "\n").slice(-OUTPUT));
    const event = stepEventSchema.parse(JSON.parse(line.slice(EVENT_MARK.length)));
    if ("row" in event) rows.push(gpuRowSchema.parse(event.row));
    else if ("note" in event) notes.push(oneLine(event.note));
    else if ("progress" in event) progress(event.progress);
    else if ("skipped" in event) ended ??= { status: "skipped", reason: event.skipped };
    else if ("failed" in event) ended ??= { status: "failed", reason: oneLine(event.failed) };
    else ended ??= { status: "ok", reason: null };
  };
  let rest = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    try {
      lines.forEach(hear);
    } catch (error) {
      end("failed", oneLine(`What it said is not what it should say: ${error}`));
    }
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => written = (written + text).slice(-OUTPUT));
  return new Promise((resolve) => {
    let failure: Error | undefined;
    child.on("error", (error) => failure = error);
    child.on("exit", () => killGroup(child.pid)); // what it may have left behind
    child.stdin.on("error", () => {}); // it may be gone already
    child.on("close", (code, killedBy) => {
      clearTimeout(limit);
      signal.removeEventListener("abort", abort);
      const { status, reason } = ended ?? {
        status: "failed" as const,
        reason: failure ? oneLine(failure.message) : endOf(code, killedBy),
      };
      const fine = status === "ok" || status === "skipped";
      resolve({
        ...{ name: request.step, title, status, reason, limitSec, notes, rows },
        seconds: (performance.now() - start) / 1000,
        output: fine || written.trim() === "" ? null : withoutPlaces(written.trim()),
      });
    });
  });
}

function endOf(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null
    ? `Its process ended with status ${code} and without a word.`
    : `Its process was ended by ${signal}.`;
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // it is gone already
  }
}

const oneLine = (text: string): string => withoutPlaces(text).trim().replace(/\s*\n\s*/g, " ").slice(0, 500);

/** Figures are sent to others, whom it does not concern where things lie. */
function withoutPlaces(text: string): string {
  return text.replaceAll(`${projectRoot()}${sep}`, "").replaceAll(homedir(), "~");
}
