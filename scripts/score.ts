/** `score`: how far a diarization is from its reference. See `--help`. */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { aggregate } from "#lib/metrics/aggregate.ts";
import { pairRecordings } from "#lib/metrics/pair_recordings.ts";
import { type FileScore, scoreFile, type Scores } from "#lib/metrics/score_file.ts";
import { scoreTable } from "#lib/metrics/score_table.ts";
import { nistConventions, resolveScoringOptions, type ScoringOptions } from "#lib/metrics/scoring_options.ts";
import { readRttm } from "#lib/timeline/rttm.ts";
import { quotable, TimelineFileError } from "#lib/timeline/timeline_file_error.ts";
import { readUem } from "#lib/timeline/uem.ts";
import {
  choice,
  type CommandLine,
  commonHelp,
  EXIT,
  main,
  MissingError,
  UsageError,
} from "./cli/command_line.ts";
import { printReport } from "./cli/print_report.ts";

const help = `NAME
    score - how far a speaker diarization is from its reference

SYNOPSIS
    npm run score -- REF HYP [OPTION]...
    bun run scripts/score.ts REF HYP [OPTION]...
    deno run -A scripts/score.ts REF HYP [OPTION]...

DESCRIPTION
    Scores the hypothesis HYP against the reference REF and prints one line per
    recording and one for all, in percent:

    DER     diarization error rate: miss + FA + conf
    miss    speaker time that the hypothesis does not have
    FA      false alarm: speaker time that the reference does not have
    conf    confusion: speaker time given to the wrong speaker
    JER     Jaccard error rate: the mean error of the reference's speakers
    purity  how far each hypothesis speaker keeps to one reference speaker
    cover   coverage: how far each reference speaker stays in one piece
    detect  detection error rate: speech against non-speech, whoever speaks

    The line for all is taken from summed seconds, not averaged. Purity and
    coverage know no collar and always include overlap.

    REF and HYP are RTTM files, or folders whose *.rttm files are read.
    Recordings are matched by the name within the files. A recording without
    hypothesis is scored as silence, a hypothesis without reference is left out,
    and one recording on each side is scored whatever the names; each with a
    warning.

OPTIONS
    --uem FILE
        Score only the parts of each recording that FILE, or each *.uem of the
        folder FILE, lists. Otherwise, and for a recording that is not listed:
        from the first start to the last end of both sides.
    --collar SEC
        Do not score SEC seconds around the start and end of every reference
        turn. Default: 0.
    --collar-kind total|side
        Whether SEC is the collar's whole width, as in pyannote.metrics, or its
        width on each side, as in NIST md-eval. Default: total.
    --skip-overlap
        Do not score where two or more reference turns overlap.
    --self-overlap pyannote|nist
        Where turns of one speaker overlap, count each turn, or the speaker
        once. Default: pyannote.
    --map-over scored|uem
        Map speakers to one another by the time that is scored, or by all of
        the UEM, collars and skipped overlap included. Default: scored.
    --nist
        Score as NIST md-eval-22: --collar-kind side --self-overlap nist
        --map-over uem, where not given otherwise.
    --json [FILE]
        Print one JSON object {settings, files, overall}, or write it to a FILE
        that ends in .json; times in seconds, rates as fractions.
${commonHelp}
EXAMPLES
    npm run score -- reference.rttm hypothesis.rttm --collar 0.5
    npm run score -- ami out --uem ami.uem --nist --collar 0.25
    npm run -s score -- ami out --json | head -20
    npm run score -- fixtures/truth/b_five_speakers.rttm \\
        fixtures/captures/b_five_speakers/reference.rttm

EXIT STATUS
    0  scored
    1  a file cannot be read or breaks its format
    2  the command line is wrong
    3  a file is missing

ENVIRONMENT
    NO_COLOR  if set, no colours and no bold, on a terminal too
`;

class DataError extends Error {}

type Settings = Required<Omit<ScoringOptions, "uem">> & {
  reference: string;
  hypothesis: string;
  uem?: string;
};

const options = {
  "uem": { type: "string" },
  "collar": { type: "string" },
  "collar-kind": { type: "string" },
  "skip-overlap": { type: "boolean" },
  "self-overlap": { type: "string" },
  "map-over": { type: "string" },
  "nist": { type: "boolean" },
  "json": { type: "output" },
} as const;

function settingsFrom({ values, positionals }: CommandLine): Settings {
  if (positionals.length !== 2) {
    throw new UsageError(`Needed are REF and HYP, two files or folders; given were ${positionals.length}.`);
  }
  const collar = values.get("collar") ?? "0";
  if (!/^(\d+\.?\d*|\.\d+)$/.test(collar) || !Number.isFinite(Number(collar))) {
    throw new UsageError(`--collar is a number of seconds from 0 upwards, such as 0.25, not ${collar}.`);
  }
  const preset = resolveScoringOptions(values.has("nist") ? nistConventions : {});
  const [reference, hypothesis] = positionals;
  return {
    reference,
    hypothesis,
    uem: values.get("uem"),
    collarSec: Number(collar),
    collarKind: choice(values, "collar-kind", ["total", "side"], preset.collarKind),
    skipOverlap: values.has("skip-overlap"),
    selfOverlap: choice(values, "self-overlap", ["pyannote", "nist"], preset.selfOverlap),
    mapOver: choice(values, "map-over", ["scored", "uem"], preset.mapOver),
  };
}

/** What stands in a file, or in the files of a folder whose names end as `ending`. */
async function readRecordings<Value>(
  path: string,
  ending: string,
  read: (path: string) => Promise<Map<string, Value>>,
): Promise<Map<string, Value>> {
  if (!(await orMissing(path, stat(path))).isDirectory()) return await read(path);
  const names = (await readdir(path)).filter((name) => name.endsWith(ending)).sort();
  if (names.length === 0) throw new MissingError(`Folder ${path} holds no ${ending} file.`);
  const recordings = new Map<string, Value>();
  const origin = new Map<string, string>();
  for (const name of names) {
    for (const [uri, value] of await read(join(path, name))) {
      if (recordings.has(uri)) {
        throw new DataError(
          `Recording ${uri} stands in two files of ${path}: ${origin.get(uri)} and ${name}.`,
        );
      }
      recordings.set(uri, value);
      origin.set(uri, name);
    }
  }
  return recordings;
}

async function orMissing<Value>(path: string, reading: Promise<Value>): Promise<Value> {
  try {
    return await reading;
  } catch (error) {
    if (isSystemError(error) && (error.code === "ENOENT" || error.code === "ENOTDIR")) {
      throw new MissingError(`${path} does not exist.`);
    }
    throw error;
  }
}

/** ENOENT, EACCES, ...; not the runtimes' own ERR_..., which would be a fault of this program. */
const isSystemError = (error: unknown): error is Error & { code: string } =>
  error instanceof Error && "code" in error && typeof error.code === "string" &&
  /^E[A-Z0-9]+$/.test(error.code);

async function score(settings: Settings): Promise<{ files: FileScore[]; overall: Scores }> {
  const { reference, hypothesis, uem: uemPath, ...scoring } = settings;
  const references = await readRecordings(reference, ".rttm", readRttm);
  if (references.size === 0) throw new DataError(`${reference} holds no turn to score against.`);
  const hypotheses = await readRecordings(hypothesis, ".rttm", readRttm);
  const uems = uemPath === undefined ? undefined : await readRecordings(uemPath, ".uem", readUem);
  const { pairs, warnings } = pairRecordings(references, hypotheses);
  const notInUem = pairs.filter(({ uri }) => uems !== undefined && !uems.has(uri))
    .map(({ uri }) => `Recording ${quotable(uri)} is not in ${uemPath}; all of it is scored.`);
  for (const warning of [...warnings, ...notInUem]) process.stderr.write(`warning: ${warning}\n`);
  const files = pairs.map((pair) =>
    scoreFile(pair.reference, pair.hypothesis, { ...scoring, uri: pair.uri, uem: uems?.get(pair.uri) })
  );
  return { files, overall: aggregate(files) };
}

function asText({ files, overall }: { files: FileScore[]; overall: Scores }, settings: Settings): string {
  const { isTTY, columns } = process.stdout;
  const { collarSec, collarKind, skipOverlap, selfOverlap, mapOver } = settings;
  const collar = `collar ${collarSec} s ${collarKind === "total" ? "in total" : "on each side"}`;
  const { total } = overall.diarization;
  const { speakers } = overall.jaccard;
  return [
    `${collarSec > 0 ? collar : "no collar"}, overlap ${skipOverlap ? "skipped" : "scored"}`,
    `self-overlap as ${selfOverlap}, mapping over ${mapOver === "uem" ? "the UEM" : "what is scored"}`,
    "",
    ...scoreTable(files, overall, {
      width: isTTY && columns > 0 ? columns : 80,
      colour: isTTY && !process.env.NO_COLOR,
    }),
    "",
    `in percent; scored: ${total.toFixed(3)} s of ${speakers} ${speakers === 1 ? "speaker" : "speakers"}`,
  ].join("\n");
}

function asJson({ files, overall }: { files: FileScore[]; overall: Scores }, settings: Settings): string {
  const plain = (_key: string, value: unknown): unknown =>
    value instanceof Map ? Object.fromEntries(value) : value;
  return JSON.stringify({ settings: { ...settings, uem: settings.uem ?? null }, files, overall }, plain, 2);
}

async function run(line: CommandLine): Promise<number> {
  const settings = settingsFrom(line);
  const scores = await score(settings);
  await printReport(line.values.get("json"), {
    json: () => asJson(scores, settings),
    text: () => asText(scores, settings),
  });
  return EXIT.fine;
}

function statusOf(error: Error): number | undefined {
  return error instanceof DataError || error instanceof TimelineFileError || isSystemError(error)
    ? EXIT.failed
    : undefined;
}

await main({ help, options, run, statusOf });
