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
 * The lines of a space-separated file such as RTTM or UEM, in fields. Lines end in LF, CRLF or CR; blank
 * lines, `;;` comments and byte order marks are passed over; fields are cut at the whitespace that Python's
 * `str.split()` knows, since that is what the field's tools read with.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { fieldLines } from "#lib/timeline/field_lines.ts";
 *
 * const lines = [...fieldLines("\uFEFF;; a comment\r\n\r\na\t1  0 5\r\n")];
 * deepStrictEqual(lines, [{ fields: ["a", "1", "0", "5"], line: "a\t1  0 5", lineNumber: 3 }]);
 * ```
 */
export function* fieldLines(text: string): Generator<FieldLine> {
  let lineNumber = 0;
  for (const line of text.split(/\r\n|\n|\r/)) {
    lineNumber++;
    // Files joined end to end may have a byte order mark at any line's start.
    const fields = (line.charCodeAt(0) === 0xfeff ? line.slice(1) : line).split(WHITESPACE);
    if (fields[0] === "") fields.shift();
    if (fields.at(-1) === "") fields.pop();
    if (fields.length > 0 && !fields[0].startsWith(";;")) yield { fields, line, lineNumber };
  }
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

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * The time in seconds written in a field: a finite decimal number of 0 or more, such as `2.977`.
 * Anything else is a {@link TimelineFileError} that names the field.
 *
 * @example
 * ```ts
 * import { strictEqual, throws } from "node:assert";
 * import { parseTime } from "#lib/timeline/field_lines.ts";
 *
 * const place = { file: "a.uem", line: "a 1 0.5 -2", lineNumber: 1 };
 * strictEqual(parseTime("0.5", { ...place, name: "start" }), 0.5);
 * throws(() => parseTime("-2", { ...place, name: "end" }), /a.uem:1: end "-2" is negative/);
 * ```
 */
export function parseTime(
  field: string,
  place: { name: string; file: string; line: string; lineNumber: number },
): number {
  const fault = (what: string) =>
    new TimelineFileError({ ...place, fault: `${place.name} "${quotable(field)}" ${what}` });
  if (!DECIMAL.test(field)) throw fault("is not a time, it must be a number of seconds such as 2.977");
  const seconds = Number(field);
  if (seconds < 0) throw fault("is negative, it must be 0 or more");
  if (seconds === Infinity) throw fault("is too large, it must be a finite number of seconds");
  return seconds;
}
