import { type CsvRecord, csvRecords, csvValue } from "#lib/timeline/csv_records.ts";
import { TimelineFileError } from "#lib/timeline/timeline_file_error.ts";
import { duplicateKey, mayRepeatKey } from "#lib/language/duplicate_key.ts";

/** A row of a list of recordings before its values are looked at. */
export interface ListRowData {
  /** Values by column; of CSV all are text, and an empty field is undefined. */
  readonly values: Readonly<Record<string, unknown>>;
  readonly place: { readonly file: string; readonly line: string; readonly lineNumber: number };
}

/**
 * The rows of a list, JSON lines or CSV with a header: text that begins with a brace is JSON lines. Blank lines are passed over.
 *
 * @param text Without a byte order mark, or with one.
 * @param options `file` for messages; `fault` hears of a row that cannot be read, after which the others are.
 * @throws {TimelineFileError} when the list is empty, is one JSON array or object, or its header is no header.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { listRows } from "#lib/corpus/recordings/list_rows.ts";
 * const options = { file: "a.csv", fault: (error: Error) => { throw error; } };
 * const [row] = listRows('path,duration\r\n"a, b.wav",2.5\r\n', options);
 * assert.deepEqual([row.values, row.place.lineNumber], [{ path: "a, b.wav", duration: "2.5" }, 2]);
 * ```
 */
export function* listRows(
  text: string,
  options: { readonly file: string; readonly fault: (error: TimelineFileError) => void },
): Generator<ListRowData> {
  const source = text.replace(/^\uFEFF/, "");
  const first = source.trimStart()[0];
  if (first === undefined) {
    throw new TimelineFileError({ file: options.file, fault: "it is empty, a list of recordings is needed" });
  }
  if (first === "[") {
    throw new TimelineFileError({
      file: options.file,
      fault: "it is one JSON array, JSON lines are needed: an object in each line, without commas between",
      lineNumber: 1,
    });
  }
  yield* first === "{" ? jsonRows(source, options) : csvRows(source, options);
}

type Options = Parameters<typeof listRows>[1];

function* jsonRows(source: string, { file, fault }: Options): Generator<ListRowData> {
  const lines = source.split(source.includes("\r") ? /\r\n|\n|\r/ : "\n");
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i];
    if (line.trim() === "") continue;
    const place = { file, line, lineNumber: i + 1 };
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      const whole = "it is no JSON; each line needs a whole object";
      if (i === 0 && isJson(source)) {
        throw new TimelineFileError({
          file,
          lineNumber: 1,
          fault: `it is one JSON object over lines, ${whole}`,
        });
      }
      fault(new TimelineFileError({ ...place, fault: whole }));
      continue;
    }
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      fault(new TimelineFileError({ ...place, fault: "it is no object" }));
      continue;
    }
    const twice = mayRepeatKey(line, value) ? duplicateKey(line, { level: 1 }) : undefined;
    if (twice !== undefined) {
      fault(
        new TimelineFileError({ ...place, fault: `the key ${JSON.stringify(twice)} stands there twice` }),
      );
      continue;
    }
    yield { values: value as Record<string, unknown>, place };
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function* csvRows(source: string, { file, fault }: Options): Generator<ListRowData> {
  const records = csvRecords(source, file);
  const header: CsvRecord = records.next().value!;
  const names = header.fields;
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new TimelineFileError({ ...header.place, fault: `the header has ${JSON.stringify(twice)} twice` });
  }
  for (const { fields, place } of records) {
    if (fields.length !== names.length) {
      fault(
        new TimelineFileError({
          ...place,
          fault: `it has ${fields.length} fields, and the header ${names.length}`,
        }),
      );
      continue;
    }
    const values = Object.fromEntries(
      names.map((name, i) => [name, fields[i] === "" ? undefined : csvValue(fields[i])]),
    );
    yield { values, place };
  }
}
