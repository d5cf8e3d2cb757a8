import { counted } from "#lib/language/counted.ts";
import { formatFixed } from "#lib/numerics/format_fixed.ts";
import { warnOnProcess } from "#lib/warnings/warn.ts";
import { Annotation } from "./annotation.ts";
import { assertField, fieldLines, fieldsOf, isComment, parseTime } from "./field_lines.ts";
import { FileReading } from "./file_reading.ts";
import { finiteTurns, type RecordingFileOptions, turnBetween, type WriteOptions } from "./finite_turns.ts";
import { readUtf8, writeWhole } from "./text_files.ts";

/** The unit of the times in a lab file: "s" for seconds, as pyannote reads and writes; "100ns" for HTK's whole tenths of microseconds. */
export type LabUnit = "s" | "100ns";

/** How a lab file is read. */
export interface LabReadOptions extends RecordingFileOptions {
  /**
   * The unit of its times. Default: "100ns" where all are whole numbers and the last is 1000000 or more (0.1 s, where seconds would be
   * eleven days), which is a guess and warned of, or a fault where reading is `strict`; else "s".
   */
  unit?: LabUnit;
}

/** How a lab file is written. */
export interface LabFormatOptions extends WriteOptions {
  /** The unit of its times. Default: "s". */
  unit?: LabUnit;
  /** Decimals of times in seconds, 0 to 20. Default: 3. */
  decimals?: number;
}

/** HTK counts in units of 100 ns. */
const UNITS_PER_SEC = 1e7;
/** Whole numbers from here on are no seconds: no recording lasts eleven days. */
const LEAST_HTK = 1e6;

/**
 * The annotation in a lab file: lines `start end label`, in seconds or in HTK's units of 100 ns. The file does not tell which:
 * without `unit`, whole numbers that would be days in seconds are taken for HTK's, with a warning. Labels hold no spaces; blank lines and `;;` comments are passed over; tracks are named by the line's index.
 * Forgiven with a warning, unless `strict`, are starts before 0 (cut there), turns without length, and comments as in
 * RTTM. Anything else is a `TimelineFileError` that quotes the line: thrown, or given to `onFault`, and then the rest is
 * read.
 * Source: pyannote.core `Annotation.to_lab`, pyannote.database `load_lab`; the HTK book, section 6.2.
 *
 * @example
 * ```ts
 * import { deepStrictEqual, throws } from "node:assert";
 * import { parseLab } from "#lib/timeline/lab.ts";
 *
 * deepStrictEqual(parseLab("0.500 2.000 ann\n").chart(), [["ann", 1.5]]);
 * deepStrictEqual(parseLab("5000000 20000000 ann\n", { unit: "100ns" }).chart(), [["ann", 1.5]]);
 *
 * const warnings: string[] = [];
 * const guessed = parseLab("5000000 20000000 ann\n", { file: "a.lab", warn: (warning) => warnings.push(warning) });
 * deepStrictEqual(guessed.chart(), [["ann", 1.5]]);
 * deepStrictEqual(warnings, ["a.lab: times are whole numbers up to 20000000 (line 1) and were taken for HTK's units of 100 ns."]);
 * throws(() => parseLab("0.5 2\n", { file: "a.lab" }), /a.lab:1: 2 fields, a lab line needs 3/);
 * ```
 */
export function parseLab(text: string, options: LabReadOptions = {}): Annotation {
  const { uri } = options;
  const annotation = new Annotation({ uri });
  const reading = new FileReading(options);
  const perSec = unitsPerSec(options.unit ?? guessedUnit(text, reading));
  let index = 0;
  for (const { fields, line, lineNumber } of fieldLines(text, reading, 3)) {
    reading.attempt(() => {
      const at = { line, lineNumber };
      if (fields.length !== 3) {
        const hint = fields.length > 3 ? " (a label cannot hold spaces)" : "";
        const count = counted(fields.length, "field");
        throw reading.fault(`${count}, a lab line needs 3: start end label${hint}`, at);
      }
      const place = { ...at, file: reading.file, reading };
      const start = parseTime(fields[0], { name: "start", ...place }, perSec);
      const end = parseTime(fields[1], { name: "end", ...place }, perSec);
      annotation.set(turnBetween(start, end, { reading, at }), String(index++), fields[2]);
    });
  }
  reading.end();
  return annotation;
}

/** HTK's unit where the times can be no seconds, which is told; else seconds. Lines that are none are told of later. */
function guessedUnit(text: string, reading: FileReading): LabUnit {
  let last: { line: string; lineNumber: number; end: number } | undefined;
  for (const [i, line] of text.split(/\r\n|\n|\r/).entries()) {
    const fields = fieldsOf(line);
    if (fields.length < 2 || isComment(fields[0])) continue;
    const times = fields.slice(0, 2);
    if (times.some((field) => Number.isNaN(Number(field)))) continue;
    if (!times.every((field) => /^[+-]?\d+$/.test(field))) return "s";
    const end = Number(fields[1]);
    if (last === undefined || end > last.end) last = { line, lineNumber: i + 1, end };
  }
  if (last === undefined || last.end < LEAST_HTK) return "s";
  reading.guess(`times are whole numbers up to ${last.end}`, "HTK's units of 100 ns", last);
  return "100ns";
}

function unitsPerSec(unit: LabUnit): number {
  if (unit === "s") return 1;
  if (unit === "100ns") return UNITS_PER_SEC;
  throw new RangeError(`The unit of a lab file is "s" or "100ns", got ${JSON.stringify(unit)}`);
}

/**
 * An annotation as a lab file, one line per turn. What lies before 0 is cut off, with a
 * warning. A label that holds spaces, or an infinite time,
 * is a `RangeError`.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { formatLab } from "#lib/timeline/lab.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 *
 * const annotation = new Annotation().add(new Segment(0.5, 2), "ann");
 * strictEqual(formatLab(annotation), "0.500 2.000 ann\n");
 * strictEqual(formatLab(annotation, { unit: "100ns" }), "5000000 20000000 ann\n");
 * ```
 */
export function formatLab(annotation: Annotation, options: LabFormatOptions = {}): string {
  const { unit = "s", decimals = 3, warn = warnOnProcess } = options;
  const perSec = unitsPerSec(unit);
  const time = (sec: number) => formatFixed(sec * perSec, unit === "s" ? decimals : 0);
  return finiteTurns(annotation, { format: "A lab file", warn, decimals: unit === "s" ? decimals : 7 }).map(
    ({ segment, label }) => {
      assertField(label, "label");
      return `${time(segment.start)} ${time(segment.end)} ${label}\n`;
    },
  ).join("");
}

/**
 * The annotation in a lab file; see {@link parseLab}. Bytes that are not UTF-8 are an error.
 *
 * @example
 * ```ts
 * import { rejects } from "node:assert";
 * import { readLab } from "#lib/timeline/lab.ts";
 *
 * await rejects(readLab("no such file.lab"), { code: "ENOENT" });
 * ```
 */
export async function readLab(
  path: string,
  options: Omit<LabReadOptions, "file"> = {},
): Promise<Annotation> {
  return parseLab(await readUtf8(path), { ...options, file: path });
}

/**
 * Writes an annotation as a lab file, whole or not at all; see {@link formatLab}.
 *
 * @example
 * ```ts
 * import { rejects } from "node:assert";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { writeLab } from "#lib/timeline/lab.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 *
 * await rejects(writeLab("never written.lab", new Annotation().add(new Segment(0, 1), "a b")), RangeError);
 * ```
 */
export async function writeLab(
  path: string,
  annotation: Annotation,
  options: LabFormatOptions = {},
): Promise<void> {
  await writeWhole(path, formatLab(annotation, options));
}
