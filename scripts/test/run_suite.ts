import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Counts, countTests } from "./count_tests.ts";
import { type Runner, SuiteProgress } from "./suite_progress.ts";

/** A suite of tests. */
export interface Suite {
  readonly name: string;
  readonly runner: Runner;
  /** Its command line, given the file for its JUnit report. */
  readonly command: (report: string) => readonly string[];
  readonly cwd: string;
}

/** Where a suite's lines go. */
export interface SuiteOutput {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/**
 * Runs a suite and counts its tests. One that dies (by a signal, or without a report), that fails without a failed test, or in
 * which nothing passed, counts as one failure more, and a sentence on `err` says what ran last.
 */
export async function runSuite({ name, runner, command, cwd }: Suite, output: SuiteOutput): Promise<Counts> {
  const folder = mkdtempSync(join(tmpdir(), "dialab-test-"));
  try {
    const report = join(folder, "report.xml");
    const progress = new SuiteProgress(runner);
    const [executable, ...args] = command(report);
    const child = spawn(executable, args, { cwd, stdio: ["inherit", "pipe", "pipe"] });
    const { lines, rest } = byLine((line) => progress.line(line));
    child.stdout.setEncoding("utf8").on("data", output.out);
    child.stderr.setEncoding("utf8").on("data", output.err);
    (runner === "bun" ? child.stderr : child.stdout).on("data", lines);
    const { how, died } = await new Promise<{ how: string; died: boolean }>((resolve) => {
      child.on("error", ({ message }) => resolve({ how: message, died: true }));
      child.on("close", (status, signal) => {
        resolve({ how: signal === null ? `exit code ${status}` : `signal ${signal}`, died: signal !== null });
      });
    });
    rest();
    const reported = countReport(report);
    const counts = reported ?? progress.counts;
    if (died || reported === undefined) {
      const where = progress.last === undefined ? "before its first test" : `in or after ${progress.last}`;
      output.err(`\nthe ${name} suite died (${how}) ${where}\n`);
    } else if (how !== "exit code 0" && counts.failed === 0) {
      output.err(`\nthe ${name} suite ended with ${how}, though no test failed\n`);
    } else if (counts.passed === 0) output.err(`\nin the ${name} suite nothing passed\n`);
    else return counts;
    return { ...counts, failed: counts.failed + 1 };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Hands over what comes in pieces line by line; `rest` what stands behind the last line's end. */
function byLine(take: (line: string) => void): { lines: (text: string) => void; rest: () => void } {
  let begun = "";
  const lines = (text: string) => {
    const parts = (begun + text).split(/\r?\n/);
    begun = parts.pop() ?? "";
    parts.forEach(take);
  };
  return { lines, rest: () => take(begun) };
}

function countReport(path: string): Counts | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
  return text.includes("</testsuites>") ? countTests(text) : undefined;
}
