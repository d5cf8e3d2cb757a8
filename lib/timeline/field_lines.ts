import type { FileReading } from "./file_reading.ts";
import { quotable, TimelineFileError } from "./timeline_file_error.ts";

/** A line with content, cut into fields. */
export interface FieldLine {
  fields: string[];
  /** The line as it stands in the file, without its end. */
  line: string;
  /** Number of the line in the file, from 1. */
  lineNumber: number;
}

/**
 * The lines of a space-separated file such as UEM or lab, in fields. Lines end in LF, CRLF or CR; blank
 * lines, comments and byte order marks are passed over; fields are cut at the whitespace that Python's
 * `str.split()` knows, since that is what the field's tools read with. A comment starts with `;;`; with one
 * semicolon or a `#`, as NIST's own tools take it, or behind a line, it is forgiven.
 *
 * @param reading Hears of what is forgiven.
 * @param width Fields of a line; a comment may stand behind them.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { fieldLines } from "#lib/timeline/field_lines.ts";
 * import { FileReading } from "#lib/timeline/file_reading.ts";
 *
 * const lines = [...fieldLines("\uFEFF;; a comment\r\n\r\na\t1  0 5\r\n", new FileReading(), 4)];
 * deepStrictEqual(lines, [{ fields: ["a", "1", "0", "5"], line: "a\t1  0 5", lineNumber: 3 }]);
 * ```
 */
export function* fieldLines(text: string, reading: FileReading, width: number): Generator<FieldLine> {
  let lineNumber = 0;
  for (const line of text.split(/\r\n|\n|\r/)) {
    lineNumber++;
    const fields = fieldsOf(line);
    if (fields.length === 0) continue;
    if (isComment(fields[0])) {
      if (!fields[0].startsWith(";;")) {
        reading.attempt(() => reading.forgive("comment", { line, lineNumber }));
      }
      continue;
    }
    const tail = fields.findIndex((field, i) => i >= width && isComment(field));
    if (tail >= 0) {
      fields.length = tail;
      let fine = false;
      reading.attempt(() => {
        reading.forgive("tail", { line, lineNumber });
        fine = true;
      });
      if (!fine) continue;
    }
    yield { fields, line, lineNumber };
  }
}

/**
 * Whether a field starts a comment, as NIST's tools take it: with a semicolon or a `#`.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { isComment } from "#lib/timeline/field_lines.ts";
 *
 * deepStrictEqual([";;", ";made", "#", "a#"].map(isComment), [true, true, true, false]);
 * ```
 */
export function isComment(field: string): boolean {
  return field.startsWith(";") || field.startsWith("#");
}

/**
 * A line cut into fields at Python's whitespace, without a byte order mark at its start: files that were joined end to
 * end have one at any line's start.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { fieldsOf } from "#lib/timeline/field_lines.ts";
 *
 * deepStrictEqual(fieldsOf("\uFEFF a\t1\u00a0b "), ["a", "1", "b"]);
 * ```
 */
export function fieldsOf(line: string): string[] {
  const fields = line.split(WHITESPACE);
  if (fields[0] === "") fields.shift();
  if (fields[0]?.startsWith("\uFEFF")) {
    fields[0] = fields[0].slice(1);
    if (fields[0] === "") fields.shift();
  }
  if (fields.at(-1) === "") fields.pop();
  return fields;
}

/** Python's whitespace (`str.isspace`). */
const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const WHITESPACE = new RegExp(`[${SPACE}]+`);

/**
 * Checks that `value` survives as one field of a space-separated file: a `RangeError` if it is empty, holds
 * whitespace, or is not well-formed Unicode.
 *
 * @example
 * ```ts
 * import { throws } from "node:assert";
 * import { assertField } from "#lib/timeline/field_lines.ts";
 *
 * assertField("MÉO069", "label");
 * throws(() => assertField("Ann Lee", "label"), /The label "Ann Lee" cannot be written/);
 * ```
 */
export function assertField(value: string, name: string): void {
  if (value !== "" && !WHITESPACE.test(value) && value.isWellFormed()) return;
  throw new RangeError(
    `The ${name} ${
      JSON.stringify(value)
    } cannot be written in a space-separated file: it must not be empty, hold ` +
      `spaces, or hold half a character`,
  );
}

/** As Python's `float` takes it, but for what is not finite and for digits of other scripts. */
const DECIMAL = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][+-]?\d+(?:_\d+)*)?$/;

/** Farther out a double does not tell microseconds apart, by which turns are told from empty ones: 285 years. */
export const LONGEST_SEC = 2 ** 53 / 1e6;

/** Where a field stands, and what it is called. */
export interface FieldPlace {
  /** Hears of what is forgiven. */
  readonly reading?: FileReading;
  readonly name: string;
  readonly file: string;
  readonly line: string;
  readonly lineNumber: number;
  readonly uri?: string;
}

/**
 * The time in seconds written in a field: a finite decimal number, such as `2.977`, in any form that Python reads;
 * "1_0", which Python takes for 10, is forgiven where a reading hears of it.
 * Anything else, and more than 285 years, is a {@link TimelineFileError} that names the field.
 *
 * @param unitsPerSec What the field counts, where that is not seconds.
 *
 * @example
 * ```ts
 * import { strictEqual, throws } from "node:assert";
 * import { parseTime } from "#lib/timeline/field_lines.ts";
 *
 * const place = { name: "end", file: "a.uem", line: "a 1 0.5 2,5", lineNumber: 1 };
 * strictEqual(parseTime("-0.5", place), -0.5);
 * throws(() => parseTime("2,5", place), /a.uem:1: end "2,5" is not a time/);
 * ```
 */
export function parseTime(field: string, place: FieldPlace, unitsPerSec = 1): number {
  const { reading, ...at } = place;
  const fault = (what: string) =>
    new TimelineFileError({ ...at, fault: `${place.name} "${quotable(field)}" ${what}` });
  if (!DECIMAL.test(field)) throw fault("is not a time, it must be a number of seconds such as 2.977");
  const seconds = Number(field.includes("_") ? field.replaceAll("_", "") : field) / unitsPerSec;
  if (!Number.isFinite(seconds)) throw fault("is too large, it must be a finite number of seconds");
  if (Math.abs(seconds) > LONGEST_SEC) throw fault("is beyond what a recording has");
  if (field.includes("_")) reading?.forgive("underscore", at);
  return seconds;
}

/**
 * A duration in seconds: as {@link parseTime}, and not below 0.
 *
 * @example
 * ```ts
 * import { throws } from "node:assert";
 * import { parseDuration } from "#lib/timeline/field_lines.ts";
 *
 * const place = { name: "duration", file: "a.rttm", line: "SPEAKER a 1 0 -2", lineNumber: 1 };
 * throws(() => parseDuration("-2", place), /a.rttm:1: duration "-2" is negative, it must be 0 or more/);
 * ```
 */
export function parseDuration(field: string, place: FieldPlace): number {
  const seconds = parseTime(field, place);
  if (seconds >= 0) return seconds;
  const { reading: _, ...at } = place;
  const fault = `${place.name} "${quotable(field)}" is negative, it must be 0 or more`;
  throw new TimelineFileError({ ...at, fault });
}
