/** `drift`: where two runs part ways, and how near they came to it. See `--help`. */
import { rename, writeFile } from "node:fs/promises";
import process from "node:process";
import { ArrayFileError } from "#lib/arrays/array_file_error.ts";
import { compareRuns } from "#lib/parity/drift/compare_runs.ts";
import { decisionMargins } from "#lib/parity/drift/decision_margins.ts";
import type { DriftReport } from "#lib/parity/drift/drift_report.ts";
import { completeRun } from "#lib/parity/drift/drift_run.ts";
import { describeEnvironment } from "#lib/parity/environment.ts";
import { PldaNotFoundError } from "#lib/parity/find_plda.ts";
import { CaptureError } from "#lib/parity/read_capture.ts";
import { TimelineFileError } from "#lib/timeline/timeline_file_error.ts";
import { type CommandLine, EXIT, main, UsageError } from "./cli/command_line.ts";
import { styleOf } from "./cli/style.ts";
import { RunOpener } from "./drift/open_run.ts";
import { reportLines } from "./drift/print_report.ts";
import { runSpec } from "./drift/run_spec.ts";

const help = `NAME
    drift - where two runs part ways, and how near they came to it

SYNOPSIS
    bun run scripts/drift.ts A [B] [OPTION]...
    deno run -A scripts/drift.ts A [B] [OPTION]...
    npm run drift -- A [B] [OPTION]...

DESCRIPTION
    Compares two runs of one recording stage by stage: the largest error of
    each artefact, what 99.9 % of its values do not exceed, how many decisions
    came out differently, and where in time; then the turns, A being the
    reference. Names of clusters, and signs of PLDA columns, mean nothing: B's
    are put as A's first. What is beyond what rounding explains is red.

    A run is NAME[@BACKEND[:PRECISION]][?SECTION.OPTION=NUMBER&...]:

    01_dialogue          a capture by name, or its folder, as it was recorded
    01_dialogue@wasm     replayed on scalar, wasm or webgpu
    01_dialogue@webgpu:f32
                         in another precision than df64
    01_dialogue?vbx.fa=0.1&ahc.threshold=0.5
                         replayed with other options (on scalar)
    @wasm, ?vbx.fa=0.1   as B: the recording of A

    What "diarize --dump all" wrote is a capture, too. Without B, A is held
    against its replay on scalar.

OPTIONS
    --margins
        How far every decision was from falling otherwise, in A and B.
    --captures DIR
        A folder of captures. Default: the project's fixtures,
        DIALAB_FIXTURES, ../shared/fixtures and the cache.
    --models DIR
        Where PLDA weights are looked for first.
    --adapter NAME
        Part of a GPU adapter's name.
    --json FILE
        Write the full report; "-" prints it instead of the text.
    -h, --help
        Print this page.

EXIT STATUS
    0  the same turns, line for line
    1  other turns, or a file is not as it should be
    2  the command line is wrong
    3  something is missing: a capture, weights, a backend

ENVIRONMENT
    DIALAB_FIXTURES, DIALAB_MODELS  more places to look in
    NO_COLOR                        if set, no colours
`;

const text = { type: "string" } as const, flag = { type: "boolean" } as const;
const options = {
  margins: flag,
  captures: text,
  models: text,
  adapter: text,
  json: text,
} as const;

const progress = (message: string) =>
  void (process.stderr.isTTY && process.stderr.write(`\r\x1b[K${message.slice(0, 78)}`));

async function gather({ values, positionals }: CommandLine, signal: AbortSignal): Promise<DriftReport> {
  const [first, second, ...more] = positionals;
  if (first === undefined) throw new UsageError("Name a run, or two.");
  if (more.length > 0) throw new UsageError(`Two runs are compared, not ${positionals.length}.`);
  const specA = runSpec(first);
  const specB = runSpec(second ?? "@scalar", specA.name);
  const seconds: Record<string, number> = {};
  const timed = async <T>(name: string, work: () => T | Promise<T>): Promise<T> => {
    const start = performance.now();
    const result = await work();
    seconds[name] = (performance.now() - start) / 1000;
    return result;
  };
  await using opener = new RunOpener({
    captures: values.get("captures"),
    models: values.get("models"),
    adapter: values.get("adapter"),
    rerunnable: values.has("margins"),
    progress,
    signal,
  });
  const [a, b] = await timed("runs", async () => [await opener.open(specA), await opener.open(specB)]);
  progress("comparing");
  const difference = await timed("comparison", () => compareRuns(a.run, b.run));
  const margins = values.has("margins")
    ? await timed("margins", async () => ({
      a: decisionMargins(await completeRun(a.run, { signal })),
      b: decisionMargins(await completeRun(b.run, { signal })),
    }))
    : undefined;
  return {
    a: a.description,
    b: b.description,
    environment: describeEnvironment(),
    difference,
    ...(margins && { margins }),
    seconds,
  };
}

async function run(line: CommandLine): Promise<number> {
  const interrupt = new AbortController();
  const stop = () => interrupt.abort(new DOMException("Interrupted", "AbortError"));
  process.once("SIGINT", stop);
  let report: DriftReport;
  try {
    report = await gather(line, interrupt.signal);
  } finally {
    process.off("SIGINT", stop);
    progress("");
  }
  const json = line.values.get("json");
  const whole = () => `${JSON.stringify(report)}\n`;
  if (json === "-") process.stdout.write(whole());
  else {
    if (json !== undefined) {
      await writeFile(`${json}.tmp`, whole());
      await rename(`${json}.tmp`, json);
    }
    process.stdout.write(`${reportLines(report, styleOf(process.stdout)).join("\n")}\n`);
  }
  return report.difference.identical ? EXIT.fine : EXIT.failed;
}

function statusOf(error: Error): number | undefined {
  if (error instanceof PldaNotFoundError) return EXIT.missing;
  if (error.name === "AbortError") return 130;
  if (
    error instanceof CaptureError || error instanceof ArrayFileError || error instanceof TimelineFileError ||
    error instanceof RangeError
  ) {
    return EXIT.failed;
  }
  return "code" in error && /^E[A-Z]+$/.test(`${error.code}`) ? EXIT.failed : undefined;
}

await main({ help, options, run, statusOf });
