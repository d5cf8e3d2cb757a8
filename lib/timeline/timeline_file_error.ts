import { visibleText } from "#lib/warnings/visible_text.ts";

/** Where and why a file of segments could not be read. */
export interface TimelineFileFault {
  /** Path or name of the file. */
  file: string;
  /** What was wrong and what is needed. */
  fault: string;
  /** The offending line, where there is one. */
  line?: string;
  /** Its number, from 1. */
  lineNumber?: number;
  /** The recording that the line is about, where that is known. */
  uri?: string;
}

/** Longest part of a line that a message quotes. */
const QUOTED = 200;

/**
 * An RTTM, UEM or annotation JSON file that breaks the rules of its format. The message quotes the line:
 * `trn01.rttm:3: duration "-0.5" is negative, it must be 0 or more: SPEAKER trn01 1 2.977 -0.5 ...`.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert";
 * import { TimelineFileError } from "#lib/timeline/timeline_file_error.ts";
 *
 * const error = new TimelineFileError({ file: "a.uem", fault: "2 fields, 4 are needed", line: "a 1", lineNumber: 7 });
 * strictEqual(error.message, "a.uem:7: 2 fields, 4 are needed: a 1");
 * ```
 */
export class TimelineFileError extends Error {
  override readonly name = "TimelineFileError";
  readonly file: string;
  readonly fault: string;
  readonly line: string | undefined;
  readonly lineNumber: number | undefined;
  readonly uri: string | undefined;

  constructor({ file, fault, line, lineNumber, uri }: TimelineFileFault) {
    const place = lineNumber === undefined ? file : `${file}:${lineNumber}`;
    super(`${place}: ${fault}${line === undefined ? "" : `: ${quotable(line)}`}`);
    this.file = file;
    this.fault = fault;
    this.line = line;
    this.lineNumber = lineNumber;
    this.uri = uri;
  }
}

/**
 * Text as it may stand in a message: cut after 200 characters, control and invisible characters written as
 * escapes, so that a damaged file cannot steer a terminal and a stray byte order mark can be seen.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert";
 * import { quotable } from "#lib/timeline/timeline_file_error.ts";
 *
 * strictEqual(quotable("a\tb\u001b[31m"), "a\tb\\u{1b}[31m");
 * ```
 */
export function quotable(text: string): string {
  const cut = text.length > QUOTED ? `${text.slice(0, QUOTED)}...` : text;
  return visibleText(cut).replaceAll("\n", "\\u{a}");
}
