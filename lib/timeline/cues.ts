import { Annotation } from "./annotation.ts";
import { FileReading, type ReadLine } from "./file_reading.ts";
import { type RecordingFileOptions, turnBetween } from "./finite_turns.ts";
import { type CueSpeaker, cueSpeakers, isSpeakerName } from "./cue_speakers.ts";

/** How subtitles are read. */
export interface SubtitleOptions extends RecordingFileOptions {
  /**
   * Where the label of a turn stands: at the head of the cue's text (`[SPEAKER_00]: text`, `SPEAKER_00: text`, `Ann: text`,
   * `<v Ann>text`), or in all of it. "auto" takes the head where cues have one, and all of the text otherwise. Default: "auto".
   */
  readonly labels?: "auto" | "prefix" | "text";
  /** Label of cues that name nobody where others do. Default: "UNKNOWN". */
  readonly unlabelled?: string;
}

/** A cue as it stands in a file. */
export interface Cue {
  readonly startSec: number;
  readonly endSec: number;
  /** Lines joined by "\n"; not empty. */
  readonly text: string;
  readonly at: ReadLine;
}

/**
 * The annotation that cues of subtitles hold; see `parseSrt`. Tells in a warning what had to be guessed.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { annotationOfCues } from "#lib/timeline/cues.ts";
 * import { FileReading } from "#lib/timeline/file_reading.ts";
 *
 * const at = { line: "", lineNumber: 1 };
 * const cues = [{ startSec: 0, endSec: 2, text: "[SPEAKER_00]: Good morning.", at }];
 * deepStrictEqual(annotationOfCues(cues, new FileReading(), {}).chart(), [["SPEAKER_00", 2]]);
 * ```
 */
export function annotationOfCues(
  cues: readonly Cue[],
  reading: FileReading,
  options: SubtitleOptions,
): Annotation {
  const { labels = "auto", unlabelled = "UNKNOWN", uri } = options;
  if (!["auto", "prefix", "text"].includes(labels)) {
    throw new RangeError(`Labels are "auto", "prefix" or "text", got ${JSON.stringify(labels)}`);
  }
  const named = labels === "text" ? undefined : namedCues(cues, labels === "prefix");
  if (labels === "auto" && named === undefined) warnOfSentences(cues, reading);
  if (named?.guessed && labels === "auto") {
    reading.warn(
      `${named.count} of ${cues.length} cues start with a name and a colon, which is taken for the speaker ` +
        `(${named.examples.join(", ")}); labels: "text" takes all of the text.`,
    );
  }
  const annotation = new Annotation({ uri });
  const nobody: ReadLine[] = [];
  let index = 0;
  cues.forEach(({ startSec, endSec, text, at }, i) => {
    reading.attempt(() => {
      const segment = turnBetween(startSec, endSec, { reading, at });
      const speakers = named === undefined ? [text] : named.names[i];
      if (speakers.length === 0) nobody.push(at);
      for (const speaker of speakers.length === 0 ? [unlabelled] : speakers) {
        annotation.set(segment, String(index++), speaker);
      }
    });
  });
  if (nobody.length > 0) {
    const [{ lineNumber }] = nobody;
    reading.warn(
      `${nobody.length} of ${cues.length} cues ${nobody.length === 1 ? "names" : "name"} no speaker and ` +
        `${nobody.length === 1 ? "is" : "are"} labelled ${unlabelled} (first: line ${lineNumber}).`,
    );
  }
  return annotation;
}

interface NamedCues {
  /** The speakers of each cue. */
  readonly names: readonly (readonly string[])[];
  /** Cues that have any. */
  readonly count: number;
  /** Whether some were taken by the mere colon behind them. */
  readonly guessed: boolean;
  /** Some of the latter. */
  readonly examples: readonly string[];
}

/** Who speaks in each cue, if the heads of cues tell. A mere `Name:` tells only where at least half of the cues have it. */
function namedCues(cues: readonly Cue[], always: boolean): NamedCues | undefined {
  const found = cues.map(({ text }) => cueSpeakers(text));
  const some = (speakers: readonly CueSpeaker[]) => speakers.length > 0;
  const count = found.filter(some).length;
  const sure = found.filter((speakers) => speakers.some((speaker) => speaker.sure)).length;
  const taken = always || 2 * count >= cues.length
    ? found
    : found.map((speakers) => speakers.filter((speaker) => speaker.sure));
  if (!always && sure === 0 && (taken !== found || count === 0)) return undefined;
  const guesses = taken.flat().filter(({ sure }) => !sure).map(({ name }) => name);
  return {
    names: taken.map((speakers) => [...new Set(speakers.map(({ name }) => name))]),
    count: taken.filter(some).length,
    guessed: guesses.length > 0,
    examples: [...new Set(guesses)].slice(0, 3),
  };
}

/** A label for each sentence is hardly what is wanted. */
function warnOfSentences(cues: readonly Cue[], reading: FileReading): void {
  const texts = new Set(cues.map(({ text }) => text));
  const names = [...texts].filter((text) => isSpeakerName(text));
  const alike = texts.size < cues.length || texts.size < 3;
  if (names.length === texts.size && (alike || [...texts].every((text) => !text.includes(" ")))) return;
  reading.warn(
    `no cue names its speaker, so the text of each is its label: ${cues.length} ` +
      `${cues.length === 1 ? "cue has 1 label" : `cues have ${texts.size} labels`}.`,
  );
}
