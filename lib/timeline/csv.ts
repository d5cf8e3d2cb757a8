import { formatFixed } from "#lib/numerics/format_fixed.ts";
import { warnOnProcess } from "#lib/warnings/warn.ts";
import { Annotation } from "./annotation.ts";
import { csvField, csvRecords, csvValue } from "./csv_records.ts";
import { parseTime } from "./field_lines.ts";
import { FileReading, type ReadOptions } from "./file_reading.ts";
import { finiteTurns, turnBetween, type WriteOptions } from "./finite_turns.ts";
import { readUtf8, writeWhole } from "./text_files.ts";
import { TimelineFileError } from "./timeline_file_error.ts";

/** How times are written. */
export interface CsvFormatOptions extends WriteOptions {
  /** Decimals of start and end, 0 to 20. Default: 3. */
  decimals?: number;
}

const COLUMNS = ["uri", "start", "end", "speaker"] as const;

/**
 * Annotations by recording, in order of appearance, from comma-separated text (RFC 4180) with a header that names
 * `uri`, `start`, `end` and `speaker`, in any order and among others. A single quote before what a spreadsheet would take for a formula is taken away. Times are seconds; a turn without length is
 * dropped; tracks are named by the record's index. Forgiven with
 * a warning, unless `strict`, are starts before 0 (cut there) and turns without length. Anything else is a
 * {@link TimelineFileError} that quotes the line: thrown, or, where one record alone is bad, given to `onFault`, and then
 * the rest is read.
 *
 * @example
 * ```ts
 * import { deepStrictEqual, throws } from "node:assert";
 * import { parseCsv } from "#lib/timeline/csv.ts";
 *
 * const text = 'uri,start,end,speaker\r\na,0.500,2.000,"Lee, Ann"\r\n';
 * deepStrictEqual(parseCsv(text).get("a")?.chart(), [["Lee, Ann", 1.5]]);
 * throws(() => parseCsv("start,end\r\n", { file: "a.csv" }), /a.csv:1: the header lacks uri, speaker/);
 * ```
 */
export function parseCsv(text: string, options: ReadOptions = {}): Map<string, Annotation> {
  const reading = new FileReading(options);
  const { file } = reading;
  const annotations = new Map<string, Annotation>();
  const records = csvRecords(text, file);
  const header = records.next().value;
  if (header === undefined) {
    throw new TimelineFileError({ file, fault: `it is empty, a header is needed: ${COLUMNS.join(",")}` });
  }
  const twice = COLUMNS.find((name) => header.fields.indexOf(name) !== header.fields.lastIndexOf(name));
  if (twice !== undefined) {
    throw new TimelineFileError({ ...header.place, fault: `the header has ${twice} twice` });
  }
  const columns = COLUMNS.map((name) => header.fields.indexOf(name));
  const missing = COLUMNS.filter((_, i) => columns[i] < 0);
  if (missing.length > 0) {
    throw new TimelineFileError({ ...header.place, fault: `the header lacks ${missing.join(", ")}` });
  }
  let index = 0;
  for (const { fields, place } of records) {
    reading.attempt(() => {
      if (fields.length !== header.fields.length) {
        throw reading.fault(`${fields.length} fields, the header has ${header.fields.length}`, place);
      }
      const [from, to] = [fields[columns[1]], fields[columns[2]]];
      const [uri, speaker] = [csvValue(fields[columns[0]]), csvValue(fields[columns[3]])];
      const start = parseTime(from, { name: "start", ...place, uri, reading });
      const end = parseTime(to, { name: "end", ...place, uri, reading });
      const segment = turnBetween(start, end, { reading, at: place });
      let annotation = annotations.get(uri);
      if (annotation === undefined) {
        annotations.set(uri, annotation = new Annotation(uri === "" ? {} : { uri }));
      }
      annotation.set(segment, String(index++), speaker);
    });
  }
  reading.end();
  return annotations;
}

/**
 * Annotations as comma-separated text, a header and one line per turn, lines ending in CRLF (RFC 4180). Without a
 * uri the field is empty. A uri or label that a spreadsheet would run as a formula is written as `"'=..."`, which `parseCsv` reads as
 * it was (OWASP, "CSV Injection"). A turn that is too short for its decimals is left out, with a warning. What lies before 0 is cut off, with a warning. An infinite time, or half a character, is a `RangeError`.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { formatCsv } from "#lib/timeline/csv.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 *
 * const annotation = new Annotation({ uri: "a" }).add(new Segment(0.5, 2), "Lee, Ann");
 * strictEqual(formatCsv(annotation), 'uri,start,end,speaker\r\na,0.500,2.000,"Lee, Ann"\r\n');
 * ```
 */
export function formatCsv(
  annotations: Annotation | ReadonlyMap<string, Annotation> | Iterable<Annotation>,
  options: CsvFormatOptions = {},
): string {
  const { decimals = 3, warn = warnOnProcess } = options;
  let text = `${COLUMNS.join(",")}\r\n`;
  for (const annotation of annotationsOf(annotations)) {
    for (const { segment, label } of finiteTurns(annotation, { format: "CSV", warn, decimals })) {
      const times = [segment.start, segment.end].map((time) => formatFixed(time, decimals));
      text += [csvField(annotation.uri ?? ""), ...times, csvField(label)].join(",") + "\r\n";
    }
  }
  if (!text.isWellFormed()) {
    throw new RangeError("A uri or label holds half a character, CSV needs whole ones");
  }
  return text;
}

function annotationsOf(
  annotations: Annotation | ReadonlyMap<string, Annotation> | Iterable<Annotation>,
): Iterable<Annotation> {
  if (annotations instanceof Annotation) return [annotations];
  return annotations instanceof Map ? annotations.values() : annotations as Iterable<Annotation>;
}

/**
 * Annotations by recording from a CSV file; see {@link parseCsv}. Bytes that are not UTF-8 are an error.
 *
 * @example
 * ```ts
 * import { rejects } from "node:assert";
 * import { readCsv } from "#lib/timeline/csv.ts";
 *
 * await rejects(readCsv("no such file.csv"), { code: "ENOENT" });
 * ```
 */
export async function readCsv(
  path: string,
  options: Omit<ReadOptions, "file"> = {},
): Promise<Map<string, Annotation>> {
  return parseCsv(await readUtf8(path), { ...options, file: path });
}

/**
 * Writes annotations as one CSV file, whole or not at all; see {@link formatCsv}.
 *
 * @example
 * ```ts
 * import { rejects } from "node:assert";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { writeCsv } from "#lib/timeline/csv.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 *
 * await rejects(writeCsv("never written.csv", new Annotation().add(new Segment(0, Infinity), "a")), RangeError);
 * ```
 */
export async function writeCsv(
  path: string,
  annotations: Annotation | ReadonlyMap<string, Annotation> | Iterable<Annotation>,
  options: CsvFormatOptions = {},
): Promise<void> {
  await writeWhole(path, formatCsv(annotations, options));
}
