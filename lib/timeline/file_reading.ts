import { type Warn, warnOnProcess } from "#lib/warnings/warn.ts";
import type { TextFileOptions } from "./text_files.ts";
import { TimelineFileError, type TimelineFileFault } from "./timeline_file_error.ts";

/** How readers of annotation files treat what is not as it should be. */
export interface ReadOptions extends TextFileOptions {
  /** Takes the warning that sums up what was forgiven in the file. Default: `warnOnProcess`. */
  readonly warn?: Warn;
  /** Refuse what would be forgiven: then each such line is a fault. Default: false. */
  readonly strict?: boolean;
  /**
   * Takes every line (or cue, or record) that cannot be read; it is left out and the rest is read. Default: the first one is
   * thrown, so that nobody takes a part for the whole.
   */
  readonly onFault?: (fault: TimelineFileError) => void;
}

/** What is forgiven, as one and as many of it are told, and as `strict` refuses it. */
const SINS = {
  before0: ["turn starts before 0 and is cut there", "turns start before 0 and are cut there"],
  partBefore0: ["part starts before 0 and is cut there", "parts start before 0 and are cut there"],
  noLength: ["turn has no length and is left out", "turns have no length and are left out"],
  comment: ["comment does not start with ;;", "comments do not start with ;;"],
  tail: ["comment stands behind a line", "comments stand behind lines"],
  short: ["line has 8 fields instead of 9 or 10", "lines have 8 fields instead of 9 or 10"],
  long: ["line goes on after its tenth field", "lines go on after their tenth field"],
  lowercase: ["type is not in capitals", "types are not in capitals"],
  star: ["time is marked with *", "times are marked with *"],
  unseparated: ["cue follows without a blank line", "cues follow without a blank line"],
  unnumbered: ["cue has no number", "cues have no number"],
  count: [
    "count is smaller than what follows, which is read",
    "counts are smaller than what follows, which is read",
  ],
  unnamed: [
    "turn has <NA> for its speaker, which is taken for a name",
    "turns have <NA> for their speaker, which is taken for a name",
  ],
  overlap: [
    "interval begins before the one before it has ended",
    "intervals begin before those before them have ended",
  ],
  absent: ["value stands behind the last and is left out", "values stand behind the last and are left out"],
  underscore: ["number has _ between its digits", "numbers have _ between their digits"],
  clock: ["time is not written as 00:00:01,500", "times are not written as 00:00:01,500"],
} as const;

/** A kind of small sin against a format. */
export type Sin = keyof typeof SINS;

/** A line as it is told of. */
export interface ReadLine {
  readonly line: string;
  readonly lineNumber: number;
  /** The recording that it is about, where that is known. */
  readonly uri?: string;
}

/**
 * One reading of one file: sums up in one warning what is forgiven, and passes on what cannot be.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { FileReading } from "#lib/timeline/file_reading.ts";
 *
 * const heard: string[] = [];
 * const reading = new FileReading({ file: "a.rttm", warn: (warning) => heard.push(warning) });
 * for (const lineNumber of [3, 7]) reading.forgive("short", { line: "...", lineNumber });
 * reading.end();
 * assert.deepEqual(heard, ["a.rttm: 2 lines have 8 fields instead of 9 or 10 (first: line 3)."]);
 *
 * const strict = new FileReading({ file: "a.rttm", strict: true });
 * assert.throws(() => strict.forgive("short", { line: "x", lineNumber: 1 }), /a.rttm:1: a line has 8 fields/);
 * ```
 */
export class FileReading {
  readonly file: string;
  readonly #options: ReadOptions;
  readonly #sins = new Map<Sin, { count: number; first: number }>();

  constructor(options: ReadOptions = {}) {
    this.file = options.file ?? "<text>";
    this.#options = options;
  }

  /** Counts a small sin; throws it when reading is strict. */
  forgive(sin: Sin, at: ReadLine): void {
    if (this.#options.strict) throw this.fault(`a ${SINS[sin][0]}, which strict reading refuses`, at);
    const seen = this.#sins.get(sin);
    if (seen === undefined) this.#sins.set(sin, { count: 1, first: at.lineNumber });
    else seen.count++;
  }

  /** A time that is cut at 0, where the recording starts, when it lies before. */
  from0(time: number, sin: "before0" | "partBefore0", at: ReadLine): number {
    if (!(time < 0)) return time;
    this.forgive(sin, at);
    return 0;
  }

  /** The error of a line; to be thrown. */
  fault(fault: string, at: ReadLine, more: Pick<TimelineFileFault, "uri"> = {}): TimelineFileError {
    return new TimelineFileError({
      file: this.file,
      fault,
      line: at.line,
      lineNumber: at.lineNumber,
      uri: at.uri,
      ...more,
    });
  }

  /** Reads a line, or whatever can be left out as a whole; a fault in it goes to `onFault` if there is one. */
  attempt(read: () => void): void {
    try {
      read();
    } catch (error) {
      if (!(error instanceof TimelineFileError) || this.#options.onFault === undefined) throw error;
      this.#options.onFault(error);
    }
  }

  /**
   * Tells what was guessed of the whole file, which does not say it; throws that when reading is strict.
   *
   * @param seen What was found, in words; it stands at `at`.
   * @param taken What that was taken for.
   */
  guess(seen: string, taken: string, at: ReadLine): void {
    if (this.#options.strict) {
      throw this.fault(`${seen}, and strict reading does not take them for ${taken}`, at);
    }
    this.warn(`${seen} (line ${at.lineNumber}) and were taken for ${taken}.`);
  }

  /** Tells something else about the file. */
  warn(sentence: string): void {
    (this.#options.warn ?? warnOnProcess)(`${this.file}: ${sentence}`);
  }

  /** Tells what was forgiven. */
  end(): void {
    const told = [...this.#sins].map(([sin, { count, first }]) =>
      `${count} ${SINS[sin][count === 1 ? 0 : 1]} (${count === 1 ? "" : "first: "}line ${first})`
    );
    if (told.length > 0) this.warn(`${told.join("; ")}.`);
  }
}
