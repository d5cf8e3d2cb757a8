import { formatFixed } from "#lib/numerics/format_fixed.ts";
import { Annotation } from "./annotation.ts";
import { parseTime } from "./field_lines.ts";
import { assertLabel, finiteTurns, type RecordingFileOptions, turnBetween } from "./finite_turns.ts";
import { readUtf8, writeWhole } from "./text_files.ts";
import { TimelineFileError } from "./timeline_file_error.ts";

/**
 * The annotation in an Audacity label track: lines `start<TAB>end<TAB>label`, times in seconds. Point labels and
 * the `\` lines with frequencies are passed over; a missing label is "". Tracks are named by the turn's index.
 * Anything else is a {@link TimelineFileError} that quotes the line.
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
  const file = options.file ?? "<text>";
  const annotation = new Annotation({ uri: options.uri });
  let index = 0;
  text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/).forEach((line, i) => {
    if (line.trim() === "" || line.startsWith("\\")) return;
    const place = { file, line, lineNumber: i + 1 };
    const fields = line.split("\t");
    if (fields.length < 2 || fields.length > 3) {
      const count = `${fields.length} ${fields.length === 1 ? "field" : "fields"}`;
      const fault = `${count}, a label needs 2 or 3 set apart by tabs: start end label`;
      throw new TimelineFileError({ ...place, fault });
    }
    const start = parseTime(fields[0].trim(), { name: "start", ...place });
    const end = parseTime(fields[1].trim(), { name: "end", ...place });
    annotation.set(turnBetween(start, end, place), String(index++), fields[2] ?? "");
  });
  return annotation;
}

/**
 * An annotation as an Audacity label track, one line per turn, times with the six decimals that Audacity writes.
 * A label with tabs or line ends, or a time that is negative or infinite, is a `RangeError`.
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
export function formatAudacity(annotation: Annotation): string {
  return finiteTurns(annotation, "An Audacity label file").map(({ segment, label }) => {
    const rule = { format: "An Audacity label file", rule: "no tabs or line ends" };
    assertLabel(label, { refused: /[\t\r\n]/, ...rule });
    return `${formatFixed(segment.start, 6)}\t${formatFixed(segment.end, 6)}\t${label}\n`;
  }).join("");
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
export async function readAudacity(path: string, options: { uri?: string } = {}): Promise<Annotation> {
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
export async function writeAudacity(path: string, annotation: Annotation): Promise<void> {
  await writeWhole(path, formatAudacity(annotation));
}
