import { counted } from "#lib/language/counted.ts";
import { formatFixed } from "#lib/numerics/format_fixed.ts";
import { warnOnProcess } from "#lib/warnings/warn.ts";
import { Annotation } from "./annotation.ts";
import { parseTime } from "./field_lines.ts";
import { FileReading } from "./file_reading.ts";
import {
  assertLabel,
  finiteTurns,
  type RecordingFileOptions,
  turnBetween,
  type WriteOptions,
} from "./finite_turns.ts";
import { readUtf8, writeWhole } from "./text_files.ts";

/**
 * The annotation in an Audacity label track: lines `start<TAB>end<TAB>label`, times in seconds. Point labels and
 * the `\` lines with frequencies are passed over; a missing label is "". Tracks are named by the turn's index.
 * A start before 0 is forgiven with a warning, unless `strict`, and cut there. Anything else is a `TimelineFileError`
 * that quotes the line: thrown, or given to `onFault`, and then the rest is read.
 * Source: Audacity manual, "Importing and Exporting Labels".
 *
 * @example
 * ```ts
 * import { deepStrictEqual, throws } from "node:assert";
 * import { parseAudacity } from "#lib/timeline/audacity.ts";
 *
 * deepStrictEqual(parseAudacity("0.500000\t2.000000\tAnn Lee\n").chart(), [["Ann Lee", 1.5]]);
 * throws(() => parseAudacity("0.5\n", { file: "a.txt" }), /a.txt:1: 1 field, a label needs 2 or 3/);
 * ```
 */
export function parseAudacity(text: string, options: RecordingFileOptions = {}): Annotation {
  const annotation = new Annotation({ uri: options.uri });
  const reading = new FileReading(options);
  let index = 0;
  text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/).forEach((line, i) => {
    if (line.trim() === "" || line.startsWith("\\")) return;
    reading.attempt(() => {
      const at = { line, lineNumber: i + 1 };
      const fields = line.split("\t");
      if (fields.length < 2 || fields.length > 3) {
        const count = counted(fields.length, "field");
        throw reading.fault(`${count}, a label needs 2 or 3 set apart by tabs: start end label`, at);
      }
      const place = { ...at, file: reading.file, reading };
      const start = parseTime(fields[0].trim(), { name: "start", ...place });
      const end = parseTime(fields[1].trim(), { name: "end", ...place });
      annotation.set(
        turnBetween(start, end, { reading, at, points: true }),
        String(index++),
        fields[2] ?? "",
      );
    });
  });
  reading.end();
  return annotation;
}

/**
 * An annotation as an Audacity label track, one line per turn, times with the six decimals that Audacity writes.
 * What lies before 0 is cut off, with a warning. A label with tabs or line ends, or an infinite time, is a `RangeError`.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { formatAudacity } from "#lib/timeline/audacity.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 *
 * const annotation = new Annotation().add(new Segment(0.5, 2), "Ann Lee");
 * strictEqual(formatAudacity(annotation), "0.500000\t2.000000\tAnn Lee\n");
 * ```
 */
export function formatAudacity(annotation: Annotation, options: WriteOptions = {}): string {
  const { warn = warnOnProcess } = options;
  return finiteTurns(annotation, { format: "An Audacity label file", warn, decimals: 6 }).map(
    ({ segment, label }) => {
      const rule = { format: "An Audacity label file", rule: "no tabs or line ends" };
      assertLabel(label, { refused: /[\t\r\n]/, ...rule });
      return `${formatFixed(segment.start, 6)}\t${formatFixed(segment.end, 6)}\t${label}\n`;
    },
  ).join("");
}

/**
 * The annotation in an Audacity label file; see {@link parseAudacity}. Bytes that are not UTF-8 are an error.
 *
 * @example
 * ```ts
 * import { rejects } from "node:assert";
 * import { readAudacity } from "#lib/timeline/audacity.ts";
 *
 * await rejects(readAudacity("no such file.txt"), { code: "ENOENT" });
 * ```
 */
export async function readAudacity(
  path: string,
  options: Omit<RecordingFileOptions, "file"> = {},
): Promise<Annotation> {
  return parseAudacity(await readUtf8(path), { ...options, file: path });
}

/**
 * Writes an annotation as an Audacity label file, whole or not at all; see {@link formatAudacity}.
 *
 * @example
 * ```ts
 * import { rejects } from "node:assert";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { writeAudacity } from "#lib/timeline/audacity.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 *
 * await rejects(writeAudacity("never written.txt", new Annotation().add(new Segment(0, 1), "a\tb")), RangeError);
 * ```
 */
export async function writeAudacity(
  path: string,
  annotation: Annotation,
  options: WriteOptions = {},
): Promise<void> {
  await writeWhole(path, formatAudacity(annotation, options));
}
