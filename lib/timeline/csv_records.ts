import type { LinePlace } from "./finite_turns.ts";
import { TimelineFileError } from "./timeline_file_error.ts";

/** A record of a CSV file and where it starts. */
export interface CsvRecord {
  readonly fields: readonly string[];
  readonly place: LinePlace;
}

/**
 * The records of comma-separated text after RFC 4180: fields may be quoted, and then hold commas, line ends and
 * doubled quotes. Lines end in CRLF, LF or CR; blank lines are passed over. Quotes where none may stand are a
 * {@link TimelineFileError} that quotes the line.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { csvRecords } from "#lib/timeline/csv_records.ts";
 *
 * const records = [...csvRecords('a,"b ""x"", y"\r\n\r\n,\r\n', "a.csv")];
 * deepStrictEqual(records.map(({ fields }) => fields), [["a", 'b "x", y'], ["", ""]]);
 * ```
 */
export function* csvRecords(text: string, file: string): Generator<CsvRecord> {
  const source = text.replace(/^\uFEFF/, "");
  // A field and what ends it: a quoted one, or anything without quotes, commas and line ends.
  const field = /(?:"([^"]*(?:""[^"]*)*)"|([^",\r\n]*))(,|\r\n|\n|\r|$)/y;
  const lineFrom = /[^\r\n]*/y;
  let lineNumber = 1;
  while (field.lastIndex < source.length) {
    const start = field.lastIndex;
    lineFrom.lastIndex = start;
    const place = { file, line: lineFrom.exec(source)?.[0] ?? "", lineNumber };
    const fields: string[] = [];
    for (let ending = ","; ending === ",";) {
      const found = field.exec(source);
      if (found === null) throw new TimelineFileError({ ...place, fault: FAULT });
      fields.push(found[1]?.replaceAll('""', '"') ?? found[2]);
      ending = found[3];
    }
    const record = source.slice(start, field.lastIndex);
    lineNumber += record.match(/\r\n|\n|\r/g)?.length ?? 0;
    if (record.trim() !== "") yield { fields, place };
  }
}

const FAULT =
  "quotes do not match: a field with quotes stands in quotes as a whole, and each quote in it is doubled";

/**
 * A value as a field: in quotes where RFC 4180 needs them. What a spreadsheet would run as a formula, since it starts with `=`, `+`,
 * `-`, `@`, a tab or a line end, stands in quotes behind a single quote, as OWASP advises ("CSV Injection"); {@link csvValue} takes
 * that away.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert";
 * import { csvField } from "#lib/timeline/csv_records.ts";
 *
 * strictEqual(csvField("Ann Lee"), "Ann Lee");
 * strictEqual(csvField('Lee, "Ann"'), '"Lee, ""Ann"""');
 * strictEqual(csvField("=1+1"), `"'=1+1"`);
 * ```
 */
export function csvField(value: string): string {
  if (FORMULA.test(value)) return `"'${value.replaceAll('"', '""')}"`;
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

/** The beginning of a formula, and of what {@link csvField} has made of one; the wide forms are the same to some spreadsheets. */
const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;

/**
 * The value that `csvField` has written, of a field without its double quotes.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { csvValue } from "#lib/timeline/csv_records.ts";
 *
 * deepStrictEqual(["'=1+1", "''=1", "'tis"].map(csvValue), ["=1+1", "'=1", "'tis"]);
 * ```
 */
export function csvValue(field: string): string {
  return field.startsWith("'") && FORMULA.test(field) ? field.slice(1) : field;
}
