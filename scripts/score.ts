/** `score`: how far a diarization is from its reference. See `--help`. */
import { TimelineFileError } from "#lib/timeline/timeline_file_error.ts";
import { type Command, type CommandLine, commonHelp, EXIT, main, UsageError } from "./cli/command_line.ts";
import { printReport } from "./cli/print_report.ts";
import { say } from "./cli/say.ts";
import { isSystemError } from "./cli/tell_error.ts";
import { scoresAsJson, scoresAsText } from "./score/as_text.ts";
import { scoringSettings } from "./score/scoring_settings.ts";
import { scoreRecordings, type ScoreResult, type ScoreSettings } from "./score/score_recordings.ts";

const help = `NAME
    score - how far a speaker diarization is from its reference

SYNOPSIS
    dialab score REF HYP [OPTION]...
    npm run score -- REF HYP [OPTION]...
    bun run scripts/score.ts REF HYP [OPTION]...
    deno run -A scripts/score.ts REF HYP [OPTION]...

DESCRIPTION
    Scores the hypothesis HYP against the reference REF and prints one line per
    recording and one for all, in percent ("-": nothing to divide by):

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
    warning. A line that cannot be read is named and left out, the rest is
    scored, and the exit status is 1. A recording of which that side says
    nothing else is not scored, rather than taken for silence, nor is one
    that stands in two files. A line that does not say what it is about may be
    about any recording of which nothing else is said.

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
    --no-score ignore|nist
        Score NOSCORE and NON-LEX parts of the reference as any other, or leave
        them out as NIST md-eval does. Default: ignore, with a warning.
    --channels joined|apart
        Score the channels of a recording as one, or each by itself. Default:
        joined, with a warning.
    --nist
        Score as NIST md-eval-22: --collar-kind side --self-overlap nist
        --map-over uem --no-score nist --channels apart, where not given
        otherwise.
    --strict
        Refuse what is forgiven: starts before 0, turns without length, lines of
        8 fields, comments after # or one ; or behind a line, and such.
    --json [FILE]
        Print one JSON object {settings, files, overall, warnings, faults}, or
        write it to a FILE that ends in .json; times in seconds, rates as
        fractions, null for "-".
${commonHelp}
EXAMPLES
    dialab score reference.rttm hypothesis.rttm --collar 0.5
    dialab score ami out --uem ami.uem --nist --collar 0.25
    dialab score ami out --json | head -20
    dialab score fixtures/truth/b_five_speakers.rttm \\
        fixtures/captures/b_five_speakers/reference.rttm

EXIT STATUS
    0  scored
    1  a file, line or recording is bad, or a recording has nothing that is
       scored; the rest is scored
    2  the command line is wrong
    3  a file is missing

ENVIRONMENT
    NO_COLOR  if set, no colours and no bold, on a terminal too
`;

class DataError extends Error {}

const options = {
  "uem": { type: "string" },
  "collar": { type: "string" },
  "collar-kind": { type: "string" },
  "skip-overlap": { type: "boolean" },
  "self-overlap": { type: "string" },
  "map-over": { type: "string" },
  "no-score": { type: "string" },
  "channels": { type: "string" },
  "nist": { type: "boolean" },
  "strict": { type: "boolean" },
  "json": { type: "output" },
} as const;

function settingsFrom({ values, positionals }: CommandLine): ScoreSettings {
  if (positionals.length !== 2) {
    throw new UsageError(`Needed are REF and HYP, two files or folders; given were ${positionals.length}.`);
  }
  const [reference, hypothesis] = positionals;
  return { ...scoringSettings(values), reference, hypothesis };
}

function asJson(result: ScoreResult, settings: ScoreSettings): string {
  return scoresAsJson({ settings: { ...settings, uem: settings.uem ?? null }, ...result });
}

async function run(line: CommandLine): Promise<number> {
  const settings = settingsFrom(line);
  const result = await scoreRecordings(settings);
  const { files, overall, warnings, faults } = result;
  for (const warning of warnings) say("warning", warning);
  for (const fault of faults) say("error", fault);
  if (files.length === 0 && !line.values.has("json")) {
    throw new DataError(
      faults.length > 0
        ? "no recording can be scored"
        : `${settings.reference} holds nothing that can be scored.`,
    );
  }
  await printReport(line.values.get("json"), {
    json: () => asJson(result, settings),
    text: () => scoresAsText(result, settings),
  });
  const nothing = !(overall.diarization.total > 0) ||
    files.some(({ diarization }) => !(diarization.total > 0));
  return faults.length > 0 || nothing ? EXIT.failed : EXIT.fine;
}

function statusOf(error: Error): number | undefined {
  return error instanceof DataError || error instanceof TimelineFileError || isSystemError(error)
    ? EXIT.failed
    : undefined;
}

/** The command. */
export const command: Command = { help, options, run, statusOf };

if (import.meta.main) await main(command);
