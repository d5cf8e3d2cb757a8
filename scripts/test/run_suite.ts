import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { type Counts, countTests } from "./count_tests.ts";
import { type JUnitCase, readJUnit } from "./read_junit.ts";
import { type FailedTest, type Runner, SuiteProgress } from "./suite_progress.ts";

/** A suite of tests. */
export interface Suite {
  readonly name: string;
  readonly runner: Runner;
  /** Its command line, given the file for its JUnit report. */
  readonly command: (report: string) => readonly string[];
  readonly cwd: string;
}

/** How a suite ended. */
export interface SuiteResult {
  readonly counts: Counts;
  /** A sentence or a name for everything that failed: "tests/a.test.ts › group > test". As many as `counts.failed`. */
  readonly failures: readonly string[];
}

/** Where a suite's lines go. */
export interface SuiteOutput {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/**
 * Runs a suite and counts its tests, with a folder for temporary files of its own, so that suites may run beside each other. One
 * that dies (by a signal, or without a report), that fails without a failed test, or in which nothing passed, counts as one
 * failure more, and a sentence on `err` says what ran last.
 */
export async function runSuite(
  { name, runner, command, cwd }: Suite,
  output: SuiteOutput,
): Promise<SuiteResult> {
  const folder = mkdtempSync(join(tmpdir(), "dialab-test-"));
  try {
    const report = join(folder, "report.xml"), scratch = join(folder, "tmp");
    mkdirSync(scratch);
    const progress = new SuiteProgress(runner);
    const [executable, ...args] = command(report);
    const child = spawn(executable, args, {
      cwd,
      stdio: ["inherit", "pipe", "pipe"],
      env: { ...process.env, TMPDIR: scratch, TMP: scratch, TEMP: scratch },
    });
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
    const reported = readReport(report);
    const counts = reported === undefined ? progress.counts : countTests(reported);
    const failures = reported === undefined
      ? progress.failed.map(({ file, name }) => named(file, name))
      : reported.filter(({ failed }) => failed).map(({ name, file }) =>
        named(file ?? fileOf(name, progress.failed), name)
      );
    const where = progress.last === undefined ? "before its first test" : `in or after ${progress.last}`;
    const fault = died || reported === undefined
      ? `the ${name} suite died (${how}) ${where}`
      : how !== "exit code 0" && counts.failed === 0
      ? `the ${name} suite ended with ${how}, though no test failed`
      : counts.passed === 0
      ? `in the ${name} suite nothing passed`
      : undefined;
    if (fault === undefined) return { counts, failures };
    output.err(`\n${fault}\n`);
    return { counts: { ...counts, failed: counts.failed + 1 }, failures: [...failures, fault] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Hands over what comes in pieces line by line; `rest` what stands behind the last line's end. */
export function byLine(take: (line: string) => void): { lines: (text: string) => void; rest: () => void } {
  let begun = "";
  const lines = (text: string) => {
    const parts = (begun + text).split(/\r?\n/);
    begun = parts.pop() ?? "";
    parts.forEach(take);
  };
  return { lines, rest: () => void (begun !== "" && take(begun)) };
}

function readReport(path: string): JUnitCase[] | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
  return text.includes("</testsuites>") ? readJUnit(text) : undefined;
}

function named(file: string | undefined, name: string): string {
  return file === undefined ? name : `${file.replace(/^\.\//, "")} › ${name}`;
}

/** The file of a test that Deno reports, by the lines that it printed: there stands the name without its groups. */
function fileOf(name: string, failed: readonly FailedTest[]): string | undefined {
  return failed.find((test) =>
    test.file !== undefined && (name === test.name || name.endsWith(` > ${test.name}`))
  )
    ?.file;
}
