/** Reads both sides, matches and scores them; tells what was odd and what was bad. */
import { groupBy } from "#lib/language/group_by.ts";
import { aggregate } from "#lib/metrics/aggregate.ts";
import { nistNoScore } from "#lib/metrics/nist_no_score.ts";
import { pairRecordings } from "#lib/metrics/pair_recordings.ts";
import { type FileScore, scoreFile, type ScoreFileOptions, type Scores } from "#lib/metrics/score_file.ts";
import type { ScoringOptions } from "#lib/metrics/scoring_options.ts";
import { selfOverlap } from "#lib/metrics/self_overlap.ts";
import { formatSeconds } from "#lib/numerics/format_seconds.ts";
import type { Annotation } from "#lib/timeline/annotation.ts";
import { readRttmContents, type RttmChannel, type RttmRecording } from "#lib/timeline/rttm_contents.ts";
import { Timeline } from "#lib/timeline/timeline.ts";
import { quotable, type TimelineFileError } from "#lib/timeline/timeline_file_error.ts";
import { readUemChannels } from "#lib/timeline/uem.ts";
import { ownResults, sameFiles } from "./own_results.ts";
import { type ReadRecordings, readRecordings, type ReadRecordingsOptions } from "./read_recordings.ts";

/** Less is rounding: of a turn's end as start and length, both to the millisecond. */
const LEAST_SELF_OVERLAP_SEC = 0.0055;

/** What to score, and how. */
export type ScoreSettings = Required<Omit<ScoringOptions, "uem" | "noEval" | "noScore">> & {
  readonly reference: string;
  readonly hypothesis: string;
  readonly uem?: string;
  /** Leave out what NIST does not score, or score it as any other part. */
  readonly noScore: "ignore" | "nist";
  /** Score the channels of a recording as one, or each by itself. */
  readonly channels: "joined" | "apart";
  readonly strict: boolean;
};

/** The scores, and what must be known of them. */
export interface ScoreResult {
  readonly files: readonly FileScore[];
  readonly overall: Scores;
  readonly warnings: readonly string[];
  /** What could not be read or scored. */
  readonly faults: readonly string[];
}

/** One channel of a recording, or all of it. */
interface Part {
  readonly uri: string;
  /** Undefined where channels are not told apart. */
  readonly channel: string | undefined;
  /** The channel whose lines of the UEM hold for it; undefined where all do. */
  readonly uemChannel: string | undefined;
  readonly contents: RttmChannel;
}

/** Scores a hypothesis against a reference, each a file or a folder. */
export async function scoreRecordings(settings: ScoreSettings): Promise<ScoreResult> {
  const warnings: string[] = [];
  const { strict } = settings;
  const reading = { strict, warn: (warning: string) => void warnings.push(warning) };
  const references = await readSide(settings.reference, reading);
  const hypotheses = await readSide(settings.hypothesis, reading);
  const uems = settings.uem === undefined ? undefined : await readUems(settings.uem, reading);
  warnings.push(...await ownResults(references.files), ...sameFiles(references.files, hypotheses.files));
  const { pairs: _, ...scored } = scoreSides({ references, hypotheses, uems }, settings);
  return { ...scored, warnings: [...warnings, ...scored.warnings] };
}

/** How files are read. */
type Reading = Pick<ReadRecordingsOptions<unknown>, "strict" | "warn">;

/** The RTTM of one side, a file or a folder. */
export function readSide(path: string, reading: Reading): Promise<RttmSide> {
  return readRecordings(path, { ending: ".rttm", read: readRttmContents, ...reading });
}

/** What is to be scored of each recording, a file or a folder. */
export function readUems(path: string, reading: Reading): Promise<UemSide> {
  return readRecordings(path, { ending: ".uem", read: readUemChannels, ...reading });
}

/** What was read of both sides, and of the UEM. */
export interface Sides {
  readonly references: RttmSide;
  readonly hypotheses: RttmSide;
  readonly uems?: UemSide;
}

/** What was held against what, and how. */
export interface ScoredPair {
  readonly reference: Annotation;
  readonly hypothesis: Annotation;
  readonly options: ScoreFileOptions;
}

/** Scores what was read. */
export function scoreSides(
  { references, hypotheses, uems }: Sides,
  settings: ScoreSettings,
): ScoreResult & { readonly pairs: readonly ScoredPair[] } {
  const warnings: string[] = [];
  const warn = (warning: string) => warnings.push(warning);
  const sides = uems === undefined ? [references, hypotheses] : [references, hypotheses, uems];
  const faults = sides.flatMap((side) => side.faults);

  const parts = partsOf(references, hypotheses, settings.channels);
  if (settings.channels === "joined") tellOfChannels(references, hypotheses, warn);
  if (settings.noScore === "ignore") tellOfNoScore(settings.reference, references, warn);
  if (settings.selfOverlap === "pyannote") {
    tellOfSelfOverlap(settings.reference, parts.reference, warn);
    tellOfSelfOverlap(settings.hypothesis, parts.hypothesis, warn);
  }
  const doubts = new Map<string, string>();
  const doubtOf = doubting({ references, hypotheses, uems });
  for (const uri of references.recordings.keys()) {
    const why = doubtOf(uri);
    if (why === undefined) continue;
    doubts.set(uri, why);
    if (why !== "") faults.push(`Recording ${quotable(uri)} is not scored: ${why}.`);
  }
  for (const side of [parts.reference, parts.hypothesis]) {
    for (const [name, { uri }] of side) if (doubts.has(uri)) side.delete(name);
  }
  const annotations = (side: ReadonlyMap<string, Part>) =>
    new Map([...side].map(([name, { contents }]) => [name, contents.annotation]));
  const byName = doubts.size > 0 || sides.some(({ unsure, unread }) => unsure.size + unread.length > 0);
  const paired = pairRecordings(annotations(parts.reference), annotations(parts.hypothesis), { byName });
  paired.warnings.forEach(warn);
  for (const { uri, reference, hypothesis } of paired.pairs) {
    const listed = parts.hypothesis.get(uri);
    if (
      listed === undefined || hypothesis.columns().speaker.length > 0 ||
      reference.columns().speaker.length === 0
    ) continue;
    warn(
      `Recording ${
        quotable(uri)
      } has no turn in its hypothesis; it is scored as if nobody was found to speak.`,
    );
  }
  const pairs = paired.pairs.map(({ uri, reference, hypothesis }): ScoredPair => ({
    reference,
    hypothesis,
    options: optionsOf({ uri, part: parts.reference.get(uri)! }, { settings, uems, warn }),
  }));
  const files = pairs.map(({ reference, hypothesis, options }) => scoreFile(reference, hypothesis, options));
  for (const file of files) file.warnings.forEach(warn);
  const overall = aggregate(files);
  return { files, overall, warnings, faults, pairs };
}

/** Recordings of RTTM. */
export type RttmSide = ReadRecordings<RttmRecording>;
/** Parts that are scored, by channel, of each recording. */
export type UemSide = ReadRecordings<ReadonlyMap<string, Timeline>>;

function optionsOf(
  { uri, part }: { uri: string; part: Part },
  { settings, uems, warn }: { settings: ScoreSettings; uems?: UemSide; warn: (warning: string) => void },
): ScoreFileOptions {
  const { collarSec, collarKind, skipOverlap, selfOverlap, mapOver } = settings;
  const uem = uems && uemOf(part, uems);
  if (uems !== undefined && uem === undefined) {
    const listed = [...uems.recordings.get(part.uri)?.keys() ?? []].map(quotable).join(", ");
    const what = listed === ""
      ? "is not"
      : `is not with channel ${quotable(part.uemChannel!)}, only with ${listed},`;
    warn(`Recording ${quotable(uri)} ${what} in ${settings.uem}; all of it is scored.`);
  }
  return {
    ...{ uri, uem, collarSec, collarKind, skipOverlap, selfOverlap, mapOver },
    ...(settings.noScore === "nist" ? nistNoScore(part.contents) : {}),
  };
}

/** What the UEM lists of a recording, or of its channel; "NA" stands for every channel. */
function uemOf({ uri, uemChannel }: Part, { recordings }: UemSide): Timeline | undefined {
  const channels = recordings.get(uri);
  if (channels === undefined) return undefined;
  if (uemChannel !== undefined) return channels.get(uemChannel) ?? channels.get("na") ?? channels.get("<na>");
  return [...channels.values()].reduce((all, timeline) => all.update(timeline), new Timeline([], { uri }));
}

const spoken = (recording: RttmRecording | undefined): string[] =>
  [...recording?.channels ?? []].filter(([, { annotation }]) => annotation.columns().speaker.length > 0)
    .map(([name]) => name);

/** What is scored on both sides: recordings, or their channels where one side has several. */
function partsOf(references: RttmSide, hypotheses: RttmSide, channels: "joined" | "apart") {
  const sides = { reference: new Map<string, Part>(), hypothesis: new Map<string, Part>() };
  for (const [side, { recordings }] of [["reference", references], ["hypothesis", hypotheses]] as const) {
    for (const [uri, recording] of recordings) {
      const several = channels === "apart" &&
        [references, hypotheses].some((other) => spoken(other.recordings.get(uri)).length > 1);
      if (!several) {
        // NIST's no-score parts hold for their own channel alone.
        const [only] = channels === "apart" ? spoken(recording) : [];
        const contents = only === undefined ? recording.joined : recording.channels.get(only)!;
        const uemChannel = only === "na" || only === "<na>" ? undefined : only;
        sides[side].set(uri, { uri, channel: undefined, uemChannel, contents });
        continue;
      }
      for (const channel of spoken(recording)) {
        const contents = recording.channels.get(channel)!;
        sides[side].set(`${uri}:${channel}`, { uri, channel, uemChannel: channel, contents });
      }
    }
  }
  return sides;
}

function tellOfChannels(references: RttmSide, hypotheses: RttmSide, warn: (warning: string) => void): void {
  const uris = [...references.recordings].filter(([uri, recording]) =>
    spoken(recording).length > 1 || spoken(hypotheses.recordings.get(uri)).length > 1
  ).map(([uri]) => uri);
  if (uris.length === 0) return;
  const [first] = uris;
  const names = [references, hypotheses].flatMap(({ recordings }) => spoken(recordings.get(first)));
  const which = [...new Set(names)].map(quotable).join(", ");
  warn(
    uris.length === 1
      ? `Recording ${
        quotable(first)
      } has several channels (${which}), scored as one; --channels apart scores each.`
      : `${uris.length} recordings have several channels (first: ${
        quotable(first)
      }: ${which}), scored as one; ` +
        "--channels apart scores each.",
  );
}

/** A line that stands there twice is a false alarm of its length, which nobody would look for there. */
function tellOfSelfOverlap(
  path: string,
  side: ReadonlyMap<string, Part>,
  warn: (warning: string) => void,
): void {
  const found = [...side].map(([name, { contents }]) => ({ name, ...selfOverlap(contents.annotation) }))
    .filter(({ sec }) => sec >= LEAST_SELF_OVERLAP_SEC);
  if (found.length === 0) return;
  const sec = found.reduce((sum, entry) => sum + entry.sec, 0);
  const repeated = found.reduce((sum, entry) => sum + entry.repeated, 0);
  const where = found.length === 1
    ? `recording ${quotable(found[0].name)}`
    : `${found.length} recordings (first: ${quotable(found[0].name)})`;
  const twice = repeated === 0
    ? ""
    : `, ${repeated} of them ${repeated === 1 ? "a turn that stands" : "turns that stand"} there before`;
  warn(
    `${path}: in ${where}, turns of one speaker overlap for ${formatSeconds(sec)}${twice}; each counts, ` +
      "--self-overlap nist counts a speaker once.",
  );
}

function tellOfNoScore(path: string, references: RttmSide, warn: (warning: string) => void): void {
  const lines = [...references.recordings].filter(([, { joined }]) => joined.noScoreLines > 0)
    .map(([uri, { joined }]) => [uri, joined.noScoreLines] as const);
  if (lines.length === 0) return;
  const count = lines.reduce((sum, [, n]) => sum + n, 0);
  const file = references.origin.get(lines[0][0]) ?? path;
  const first = file === path ? "" : ` (first: ${file})`;
  warn(
    `${path}: ${count} no-score ${count === 1 ? "line" : "lines"} (NOSCORE, NON-LEX)${first} ` +
      `${count === 1 ? "is" : "are"} not taken into account; --no-score nist leaves out what NIST does.`,
  );
}

/** Why recordings of the reference must not be scored, nothing of which can be read: what is not known of them, or "" where that was said already. */
function doubting(
  { references, hypotheses, uems }: { references: RttmSide; hypotheses: RttmSide; uems?: UemSide },
): (uri: string) => string | undefined {
  const sideDoubt = <Value>(
    { recordings, unsure, unread, bad }: ReadRecordings<Value>,
    what: string,
    says: (recording: Value) => boolean,
  ) => {
    const lines = groupBy(bad, ({ uri }) => uri);
    // A line that names no recording, or one that is not there, may be about any.
    const stray = bad.find(({ uri }) => uri === undefined || !references.recordings.has(uri));
    return (uri: string): string | undefined => {
      if (unsure.has(uri)) return "";
      const recording = recordings.get(uri);
      if (recording !== undefined && says(recording)) return undefined;
      const own = lines.get(uri);
      if (own !== undefined) return `${place(own[0])}, a line of its ${what}, cannot be read`;
      if (unread.length > 0) return `it may stand in ${unread[0]}, which cannot be read`;
      return stray && `its ${what} may stand in ${place(stray)}, which cannot be read`;
    };
  };
  const hasTurns = (recording: RttmRecording) => spoken(recording).length > 0;
  const doubts = [
    sideDoubt(references, "reference", hasTurns),
    sideDoubt(hypotheses, "hypothesis", hasTurns),
    ...uems === undefined ? [] : [sideDoubt(uems, "UEM", () => true)],
  ];
  return (uri) => doubts.map((doubt) => doubt(uri)).find((why) => why !== undefined);
}

const place = ({ file, lineNumber }: TimelineFileError): string =>
  lineNumber === undefined ? file : `${file}:${lineNumber}`;
