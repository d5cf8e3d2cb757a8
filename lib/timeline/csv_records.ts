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
 * A value as a field: in quotes where RFC 4180 needs them.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert";
 * import { csvField } from "#lib/timeline/csv_records.ts";
 *
 * strictEqual(csvField("Ann Lee"), "Ann Lee");
 * strictEqual(csvField('Lee, "Ann"'), '"Lee, ""Ann"""');
 * ```
 */
export function csvField(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}
