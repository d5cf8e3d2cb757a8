/** `test`: run the suites and add them up. See `--help`. */
import { join } from "node:path";
import process from "node:process";
import { projectRoot } from "#lib/places/places.ts";
import { type Command, type CommandLine, commonHelp, EXIT, main, UsageError } from "./cli/command_line.ts";
import { styleOf } from "./cli/style.ts";
import type { Counts } from "./test/count_tests.ts";
import { runSuite, type SuiteResult } from "./test/run_suite.ts";

const help = `NAME
    test - run dialab's tests in Bun and in Deno, and its doc examples

SYNOPSIS
    npm test -- [SUITE]...

DESCRIPTION
    SUITE is any of
    bun   all of tests/ in Bun
    deno  all of tests/ in Deno
    docs  the examples in the documentation comments, README.md and docs/
    Default: all three.

    The last line holds the sums: N passed, N failed, N skipped. Before it
    stand the names of the tests that failed, a line each, "failed: SUITE,
    FILE › TEST". A suite that dies counts as one failure more, and a line
    says which test ran last.

    Data outside the repository is found through DIALAB_FIXTURES and
    DIALAB_MODELS; without it its tests are skipped, or fail when CI is set.
    DIALAB_REQUIRE=webgpu,wasm makes a missing backend a failure.

OPTIONS
${commonHelp}
EXAMPLES
    npm test -- bun
    npm test -- docs

EXIT STATUS
    0  nothing failed
    1  something failed
    2  the command line is wrong
`;

const bin = (name: string) => join(projectRoot(), "node_modules", ".bin", name);

/** Each suite's command, given the file for its JUnit report. */
const SUITES: Record<string, (report: string) => string[]> = {
  bun: (
    report,
  ) => [bin("bun"), "test", "--timeout=120000", "--reporter=junit", `--reporter-outfile=${report}`],
  deno: (report) => [bin("deno"), "test", "-A", "--no-check", `--junit-path=${report}`],
  docs: (report) => [
    ...[bin("deno"), "test", "-A", "--no-check", "--doc", `--junit-path=${report}`],
    ...["lib", "kernels", "README.md", "docs"],
  ],
};

function inWords({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

async function run({ positionals }: CommandLine): Promise<number> {
  const unknown = positionals.find((name) => !Object.hasOwn(SUITES, name));
  if (unknown !== undefined) {
    throw new UsageError(`There is no suite ${unknown}; there are bun, deno and docs.`);
  }
  const style = styleOf(process.stdout);
  const output = {
    out: (text: string) => void process.stdout.write(text),
    err: (text: string) => void process.stderr.write(text),
  };
  const results: (SuiteResult & { name: string; seconds: number })[] = [];
  for (const name of positionals.length > 0 ? positionals : Object.keys(SUITES)) {
    process.stdout.write(`${style("bold", `\n${name}`)}\n`);
    const start = performance.now();
    const runner = name === "bun" ? "bun" : "deno";
    const result = await runSuite({ name, runner, command: SUITES[name], cwd: projectRoot() }, output);
    results.push({ name, ...result, seconds: (performance.now() - start) / 1000 });
  }
  const add = (key: keyof Counts) => results.reduce((sum, { counts }) => sum + counts[key], 0);
  const all = { passed: add("passed"), failed: add("failed"), skipped: add("skipped") };
  process.stdout.write("\n");
  for (const { name, failures } of results) {
    for (const failure of failures) process.stdout.write(`failed: ${name}, ${failure}\n`);
  }
  for (const { name, counts, seconds } of results) {
    process.stdout.write(`${name.padEnd(5)} ${inWords(counts)} (${seconds.toFixed(1)} s)\n`);
  }
  process.stdout.write(`\n${inWords(all)}\n`);
  return all.failed === 0 ? EXIT.fine : EXIT.failed;
}

/** The command. */
export const command: Command = { help, options: {}, run };

if (import.meta.main) await main(command);
