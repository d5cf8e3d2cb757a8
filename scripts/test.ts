/** `test`: run the suites and add them up. See `--help`. */
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { projectRoot } from "#lib/places/places.ts";
import { type Command, type CommandLine, commonHelp, EXIT, main, UsageError } from "./cli/command_line.ts";
import { styleOf } from "./cli/style.ts";
import type { Counts } from "./test/count_tests.ts";
import { docExamples, writeDocTests } from "./test/doc_examples.ts";
import { outsideFiles } from "./test/outside_files.ts";
import { runSuites } from "./test/run_suites.ts";

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

    Two of them run beside each other where there are two cores; then each line
    begins with the name of its suite. The last line holds the sums: N passed,
    N failed, N skipped. Before it stand the names of the tests that failed, a
    line each, "failed: SUITE, FILE › TEST". A suite that dies counts as one
    failure more, and a line says which test ran last.

    Data outside the repository is found through DIALAB_FIXTURES and
    DIALAB_MODELS; without it its tests are skipped, or fail when CI is set.
    DIALAB_REQUIRE=webgpu,wasm makes a missing backend a failure.

OPTIONS
    --outside
        Only the files of tests that ask for data outside the repository, for a
        GPU, or are left to Bun where CI is not set. Not with docs, which ask
        for none of these.
    --jobs N
        Suites at a time. Default: 2, or 1 on one core.
${commonHelp}
EXAMPLES
    npm test -- bun
    npm test -- docs
    npm test -- bun deno --outside
    npm test -- --jobs 1

EXIT STATUS
    0  nothing failed
    1  something failed
    2  the command line is wrong
`;

const bin = (name: string) => join(projectRoot(), "node_modules", ".bin", name);

/** Each suite's command, given the file for its JUnit report and the files of tests, where not all are meant. */
const SUITES: Record<string, (report: string, files: readonly string[]) => string[]> = {
  bun: (report, files) => [
    ...[
      bin("bun"),
      "test",
      "--isolate",
      "--timeout=120000",
      "--reporter=junit",
      `--reporter-outfile=${report}`,
    ],
    ...files.map((file) => `./${file}`),
  ],
  deno: (report, files) => [
    ...[bin("deno"), "test", "-A", "--no-check", `--junit-path=${report}`],
    ...files,
  ],
  docs: (report, files) => [bin("deno"), "test", "-A", "--no-check", `--junit-path=${report}`, ...files],
};

function inWords({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** The documentation's examples as tests, in a folder that is gone when they have run. */
class DocTests implements Disposable {
  readonly files: readonly string[];
  readonly #folder: string;

  constructor(root: string) {
    const examples = docExamples(root), cache = join(root, ".cache");
    mkdirSync(cache, { recursive: true });
    this.#folder = mkdtempSync(join(cache, "examples-"));
    this.files = writeDocTests(examples, this.#folder);
  }

  [Symbol.dispose](): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** How many suites run at a time. */
function jobsOf(values: CommandLine["values"]): number {
  const jobs = values.get("jobs") ?? `${Math.min(2, availableParallelism())}`;
  if (!/^[1-9]\d?$/.test(jobs)) throw new UsageError(`--jobs is a whole number from 1 to 99, not ${jobs}.`);
  return Number(jobs);
}

async function run({ positionals, values }: CommandLine): Promise<number> {
  const unknown = positionals.find((name) => !Object.hasOwn(SUITES, name));
  if (unknown !== undefined) {
    throw new UsageError(`There is no suite ${unknown}; there are bun, deno and docs.`);
  }
  const names = positionals.length > 0 ? [...new Set(positionals)] : Object.keys(SUITES);
  if (values.has("outside") && names.includes("docs")) {
    throw new UsageError("--outside is for bun and deno: npm test -- bun deno --outside.");
  }
  const files = values.has("outside") ? outsideFiles(projectRoot()) : [];
  using examples = names.includes("docs") ? new DocTests(projectRoot()) : undefined;
  const style = styleOf(process.stdout);
  const results = await runSuites(
    names.map((name) => ({
      name,
      runner: name === "bun" ? "bun" as const : "deno" as const,
      command: (report) => SUITES[name](report, name === "docs" ? examples!.files : files),
      cwd: projectRoot(),
    })),
    {
      jobs: jobsOf(values),
      out: (text) => void process.stdout.write(text),
      err: (text) => void process.stderr.write(text),
      heading: (name) => style("bold", name),
      prefix: (name) => style("dim", name.padEnd(4)),
    },
  );
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
export const command: Command = {
  help,
  options: { jobs: { type: "string" }, outside: { type: "boolean" } },
  run,
};

if (import.meta.main) await main(command);
