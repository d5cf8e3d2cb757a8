/** `parity`: replay captured runs of pyannote and compare every stage. See `--help`. */
import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { ArrayFileError } from "#lib/arrays/array_file_error.ts";
import type { Compute } from "#lib/compute/compute.ts";
import { describeEnvironment } from "#lib/parity/environment.ts";
import { besideCaptures, findCaptures, type FoundCapture } from "#lib/parity/find_captures.ts";
import { findPlda, PldaNotFoundError } from "#lib/parity/find_plda.ts";
import { fixturePlaces } from "#lib/parity/places.ts";
import { CaptureError, readCapture } from "#lib/parity/read_capture.ts";
import { replayCapture } from "#lib/parity/replay_capture.ts";
import { replayHints } from "#lib/parity/replay_hints.ts";
import type { CaptureReport } from "#lib/parity/report.ts";
import { TimelineFileError } from "#lib/timeline/timeline_file_error.ts";
import { type CommandLine, EXIT, main, MissingError } from "./cli/command_line.ts";
import { backendHelp, backendOptions, backendRequest, onEachBackend } from "./cli/backends.ts";
import { styleOf } from "./cli/style.ts";
import { failures, hintTable, parityTable } from "./parity/table.ts";

const help = `NAME
    parity - replay captured pyannote runs and compare every stage

SYNOPSIS
    bun run scripts/parity.ts [NAME]... [OPTION]...
    deno run -A scripts/parity.ts [NAME]... [OPTION]...
    npm run parity -- [NAME]... [OPTION]...

DESCRIPTION
    Replays each capture twice, chained (from segmentations and embeddings
    alone) and isolated (every stage fed what pyannote fed it), and compares
    each stage with what pyannote computed, and the turns with its RTTM.

    exact   speaker count, training filter, AHC labels, VBx iterations, hard
            clusters and frames: equal or not
    plda    largest error of the PLDA embeddings (signs are arbitrary)
    q       largest error of VBx's responsibilities and priors
    elbo    largest error of its evidence lower bound
    score   largest error of centroids and scores
    RTTM    same turns, order, labels and times as the reference, or not
    DER     diarization error rate against the reference; 0.0000 is parity
    ms      time of the chained run, from arrays to turns, as it comes: cold

    Errors are absolute, the worse of both runs, rounded up to one digit; "-"
    where the capture holds nothing to compare with. --json has all of them.

OPTIONS
    NAME
        Only these captures.
    --captures DIR
        A folder of captures, or one capture. Default: the project's fixtures,
        DIALAB_FIXTURES, ../shared/fixtures and the cache, as far as they exist.
    --models DIR
        Where PLDA weights are looked for first: DIR or DIR/plda. Then, for
        captures of another dimension and by default: models/ beside captures/,
        DIALAB_MODELS, ../shared/models, the cache.
${backendHelp}    --hints
        Also replay with hints on the number of speakers, wherever
        reference/hints/NAME beside the captures holds results.
    --json FILE
        Write the full report; "-" prints it instead of the table.
    -h, --help
        Print this page.

EXIT STATUS
    0  parity
    1  a stage, a turn or a file is not as it should be
    2  the command line is wrong
    3  something is missing: captures, PLDA weights, a backend

ENVIRONMENT
    DIALAB_FIXTURES, DIALAB_MODELS  more places to look in
    NO_COLOR                        if set, no colours
`;

const options = {
  captures: { type: "string" },
  models: { type: "string" },
  ...backendOptions,
  hints: { type: "boolean" },
  json: { type: "string" },
} as const;

function chosen(folder: string | undefined, names: readonly string[]): FoundCapture[] {
  const found = findCaptures(folder);
  const places = folder ?? fixturePlaces().map(({ path }) => join(path, "captures")).join(", ");
  if (found.length === 0) throw new MissingError(`No capture in ${places}.`);
  const unknown = names.filter((name) => !found.some((capture) => capture.name === name));
  if (unknown.length > 0) {
    throw new MissingError(
      `No capture ${unknown.join(", ")}; there are ${found.map(({ name }) => name).join(", ")}.`,
    );
  }
  return names.length === 0 ? found : found.filter(({ name }) => names.includes(name));
}

async function replay(
  { folder }: FoundCapture,
  values: CommandLine["values"],
  compute: Compute,
): Promise<CaptureReport> {
  const capture = await readCapture(folder);
  const { model: plda } = await findPlda(capture, { models: values.get("models") });
  const report = await replayCapture(capture, { models: { plda }, compute });
  if (!values.has("hints")) return report;
  const hints = await replayHints(capture, {
    models: { plda },
    compute,
    folder: join(besideCaptures(folder, "reference"), "hints", capture.name),
  });
  return { ...report, hints, ok: report.ok && hints.every(({ ok }) => ok) };
}

function verdict(captures: readonly CaptureReport[]): string {
  const good = captures.filter(({ ok }) => ok).length;
  const backend = [...new Set(captures.map((capture) => capture.backend))].join(", ");
  const of = `${good} of ${captures.length} ${captures.length === 1 ? "capture" : "captures"}`;
  return good === captures.length
    ? `parity: ${of} identical, every stage within tolerance (${backend})`
    : `no parity: ${of} as they should be (${backend})`;
}

async function run({ values, positionals }: CommandLine): Promise<number> {
  const request = backendRequest({ values });
  const backend = request.name;
  const json = values.get("json");
  const captures: CaptureReport[] = [];
  const missing: string[] = [];
  const found = chosen(values.get("captures"), positionals);
  const progress = (text: string) => void (process.stderr.isTTY && process.stderr.write(`\r\x1b[K${text}`));
  await onEachBackend(request, async (compute) => {
    for (const [i, capture] of found.entries()) {
      progress(`${compute.backend} ${i + 1}/${found.length} ${capture.name}`);
      captures.push(await replay(capture, values, compute));
    }
  }, (message) => missing.push(message));
  progress("");
  for (const message of missing) process.stderr.write(`note: ${message}\n`);

  const ok = captures.every((capture) => capture.ok);
  const report = `${
    JSON.stringify({ backend, ok, environment: describeEnvironment(), missing, captures }, null, 2)
  }\n`;
  if (json === "-") process.stdout.write(report);
  else {
    if (json !== undefined) {
      await writeFile(`${json}.tmp`, report);
      await rename(`${json}.tmp`, json);
    }
    const style = styleOf(process.stdout);
    const hints = hintTable(captures);
    const lines = [
      ...parityTable(captures, style),
      ...(hints.length > 0 ? ["", ...hints] : []),
      ...(ok ? [] : ["", ...failures(captures)]),
      "",
      style(ok ? "green" : "red", verdict(captures)),
    ];
    process.stdout.write(`${lines.join("\n")}\n`);
  }
  return ok ? EXIT.fine : EXIT.failed;
}

function statusOf(error: Error): number | undefined {
  if (error instanceof PldaNotFoundError) return EXIT.missing;
  if (
    error instanceof CaptureError || error instanceof ArrayFileError || error instanceof TimelineFileError ||
    error instanceof RangeError
  ) {
    return EXIT.failed;
  }
  return "code" in error && /^E[A-Z]+$/.test(`${error.code}`) ? EXIT.failed : undefined;
}

await main({ help, options, run, statusOf });
