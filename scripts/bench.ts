/** `bench`: how long things take, beside their peers. See `--help`. */
import process from "node:process";
import { describeEnvironment } from "#lib/parity/environment.ts";
import { findCaptures } from "#lib/parity/find_captures.ts";
import { findPlda } from "#lib/parity/find_plda.ts";
import { readCapture } from "#lib/parity/read_capture.ts";
import {
  assertParity,
  type BenchSettings,
  growBackend,
  growLinkage,
  type GrowthPoint,
  type Subject,
  timeStages,
  type Timing,
} from "./bench/backend.ts";
import { growthExponent } from "./bench/median.ts";
import { measureSums, type SumMeasurement } from "./bench/sums.ts";
import { pythonPeer } from "./bench/python_peer.ts";
import { type CommandLine, EXIT, main, MissingError, UsageError } from "./cli/command_line.ts";
import { styleOf } from "./cli/style.ts";

const help = `NAME
    bench - how long things take, beside their peers

SYNOPSIS
    bun run scripts/bench.ts backend|sums [OPTION]...
    deno run -A scripts/bench.ts backend|sums [OPTION]...
    npm run bench -- backend|sums [OPTION]...

DESCRIPTION
    backend
        The chained back end on one capture, stage by stage; centroid linkage
        and the whole back end on made-up data of growing size. Parity is
        checked before anything is timed.
    sums
        The sums that decide something, plain and compensated: their errors
        against sums of twice the digits, and their times, on one capture.

    Times are medians, warm; with --peers a ratio of 1 is as fast as the peer
    in the same call, 2 takes twice as long.

OPTIONS
    --peers
        Also time numpy and SciPy, if python3 has them (DIALAB_PYTHON names
        another Python), in turns with ours.
    --capture NAME
        Default: the capture with the most chunks that is found.
    --captures DIR, --models DIR
        As for parity.
    --runs N
        Runs per median. Default: 7.
    --json
        Print one JSON object.
    -h, --help
        Print this page.

EXIT STATUS
    0  measured
    1  the capture is not at parity, or a peer failed
    2  the command line is wrong
    3  no capture, no weights, or no peer where one was asked for
`;

const options = {
  peers: { type: "boolean" },
  capture: { type: "string" },
  captures: { type: "string" },
  models: { type: "string" },
  runs: { type: "string" },
  json: { type: "boolean" },
} as const;

const LINKAGE_SIZES = [500, 1000, 2000, 5000];
const LINKAGE_DIMENSION = 256;
const CONVERSATION_MINUTES = [5, 10, 20, 40];

async function subjectOf({ values }: CommandLine): Promise<Subject & { name: string }> {
  const found = findCaptures(values.get("captures"));
  const wanted = values.get("capture");
  const names = found.filter(({ name }) => wanted === undefined || name === wanted);
  if (names.length === 0) {
    throw new MissingError(wanted ? `There is no capture ${wanted}.` : "There is no capture.");
  }
  const captures = await Promise.all(names.map(({ folder }) => readCapture(folder)));
  const capture = captures.reduce((largest, other) =>
    other.artefacts.segmentations.shape[0] > largest.artefacts.segmentations.shape[0] ? other : largest
  );
  const { model: plda, folder: pldaFolder } = await findPlda(capture, { models: values.get("models") });
  await assertParity(capture, plda);
  return { name: capture.name, folder: capture.folder, capture, plda, pldaFolder };
}

function milliseconds(seconds: number | null): string {
  if (seconds === null) return "-";
  return seconds < 0.1 ? `${(1000 * seconds).toFixed(2)} ms` : `${(1000 * seconds).toFixed(0)} ms`;
}

function ratio(value: number | null): string {
  return value === null ? "-" : `${value.toFixed(2)} x`;
}

function timingLines(timings: readonly Timing[]): string[] {
  const line = (cells: readonly string[]) =>
    cells[0].padEnd(18) + cells.slice(1).map((cell) => cell.padStart(14)).join("");
  return [
    line(["stage", "dialab", "numpy/SciPy", "ratio"]),
    ...timings.map(({ step, seconds, peerSeconds, ratio: r }) =>
      line([step, milliseconds(seconds), milliseconds(peerSeconds), ratio(r)])
    ),
  ];
}

function growthLines(title: string, points: readonly GrowthPoint[]): string[] {
  const line = (cells: readonly string[]) =>
    cells[0].padEnd(18) + cells.slice(1).map((cell) => cell.padStart(12)).join("");
  const megabytes = (bytes: number | undefined) =>
    bytes === undefined ? "-" : `${(bytes / 1e6).toFixed(0)} MB`;
  const exponent = growthExponent(points.map(({ size, seconds }) => ({ size, value: seconds })));
  return [
    line([title, "dialab", "peer", "ratio", "memory", "peer's"]),
    ...points.map((point) =>
      line([
        `N = ${point.size}`,
        milliseconds(point.seconds),
        milliseconds(point.peerSeconds),
        ratio(point.ratio),
        megabytes(point.bytes),
        megabytes(point.peerBytes),
      ])
    ),
    `time grows as N^${exponent.toFixed(2)}`,
  ];
}

function sumLines(measurements: readonly SumMeasurement[]): string[] {
  const line = (cells: readonly string[]) =>
    cells[0].padEnd(30) + cells.slice(1).map((cell) => cell.padStart(12)).join("");
  return [
    line(["sum", "terms", "plain", "compensated", "time"]),
    ...measurements.map(({ sum, terms, plain, compensated, timeRatio }) =>
      line([sum, `${terms}`, plain.toExponential(1), compensated.toExponential(1), ratio(timeRatio)])
    ),
    "largest error against twice the digits, as a share of the sum of magnitudes;",
    "time of the compensated over the plain sum",
  ];
}

async function run(line: CommandLine): Promise<number> {
  const { values, positionals: [what, ...rest] } = line;
  if ((what !== "backend" && what !== "sums") || rest.length > 0) {
    throw new UsageError("Say what to measure: backend or sums.");
  }
  const runs = Number(values.get("runs") ?? 7);
  if (!Number.isInteger(runs) || runs < 1) {
    throw new UsageError(`--runs is a whole number from 1, not ${values.get("runs")}.`);
  }
  const python = values.has("peers") ? pythonPeer() : undefined;
  if (values.has("peers") && python === undefined) {
    throw new MissingError(
      "No python3 with numpy and SciPy (Debian: python3-numpy, python3-scipy; or set DIALAB_PYTHON).",
    );
  }
  const progress = (text: string) => {
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
  };
  const settings: BenchSettings = { runs, python, progress };
  progress("checking parity");
  const subject = await subjectOf(line);
  const environment = describeEnvironment();
  const style = styleOf(process.stdout);
  const print = (json: object, lines: readonly string[]) => {
    progress("");
    process.stdout.write(
      values.has("json") ? `${JSON.stringify({ environment, ...json }, null, 2)}\n` : `${lines.join("\n")}\n`,
    );
  };

  if (what === "sums") {
    const sums = await measureSums(subject, { runs });
    print({ bench: what, capture: subject.name, sums }, [style("bold", subject.name), "", ...sumLines(sums)]);
    return EXIT.fine;
  }
  progress(subject.name);
  const stages = await timeStages(subject, settings);
  const linkage = growLinkage(LINKAGE_SIZES, LINKAGE_DIMENSION, settings);
  const backend = await growBackend(CONVERSATION_MINUTES, settings);
  print({ bench: what, capture: subject.name, stages, growth: { linkage, backend } }, [
    style("bold", `${subject.name}, ${environment.runtime}, ${environment.cpu}`),
    "",
    ...timingLines(stages),
    "",
    ...growthLines("linkage, D = 256", linkage),
    "",
    ...growthLines("whole back end", backend),
  ]);
  return EXIT.fine;
}

await main({
  help,
  options,
  run,
  statusOf: (error) =>
    error.name === "PldaNotFoundError"
      ? EXIT.missing
      : error.message.includes("parity") || error.message.includes("peer")
      ? EXIT.failed
      : undefined,
});
