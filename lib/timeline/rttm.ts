import { formatFixed } from "#lib/numerics/format_fixed.ts";
import { Annotation } from "./annotation.ts";
import { assertField, type FieldLine, fieldLines, parseTime } from "./field_lines.ts";
import { Segment } from "./segment.ts";
import { readUtf8, type TextFileOptions, writeWhole } from "./text_files.ts";
import { quotable, TimelineFileError } from "./timeline_file_error.ts";

/** How times are written. */
export interface RttmFormatOptions {
  /** Decimals of start and duration, 0 to 20. Default: 3. */
  decimals?: number;
}

/** The object types of NIST's RTTM other than SPEAKER; they do not say who speaks when and are passed over. */
const OTHER_TYPES = new Set([
  ...["SPKR-INFO", "LEXEME", "NON-LEX", "NON-SPEECH", "NOSCORE", "NO_RT_METADATA", "SEGMENT"],
  ...["FILLER", "EDIT", "IP", "SU", "CB", "A/P", "SPEAKER-INFO"],
]);

/**
 * Annotations by recording, in order of appearance, from RTTM text.
 *
 * A line is `SPEAKER uri channel start duration <NA> <NA> label <NA> [<NA>]`, 9 or 10 fields set apart by
 * spaces or tabs. Channels are not told apart. Tracks are named by the line's index among the lines with
 * content, as pyannote.database does, so equal lines stay two tracks; a turn of at most 1e-6 s is dropped.
 * Other NIST types are passed over, though their recording appears, empty if need be. Anything else is a
 * {@link TimelineFileError} that quotes the line.
 * Source: NIST RT-09 evaluation plan, appendix A; pyannote.database, util.py.
 *
 * @example
 * ```ts
 * import { deepStrictEqual, throws } from "node:assert";
 * import { parseRttm } from "#lib/timeline/rttm.ts";
 *
 * const annotations = parseRttm("SPEAKER trn01 1 2.977 0.5 <NA> <NA> FEO066 <NA> <NA>\n");
 * deepStrictEqual(annotations.get("trn01")?.chart(), [["FEO066", 0.5]]);
 * throws(
 *   () => parseRttm("SPEAKER trn01 1 2.977 -0.5 <NA> <NA> FEO066 <NA>", { file: "trn01.rttm" }),
 *   /^TimelineFileError: trn01.rttm:1: duration "-0.5" is negative, it must be 0 or more: SPEAKER trn01 1 2.977 -0.5/,
 * );
 * ```
 */
export function parseRttm(text: string, options: TextFileOptions = {}): Map<string, Annotation> {
  const file = options.file ?? "<text>";
  const annotations = new Map<string, Annotation>();
  let index = 0;
  for (const record of fieldLines(text)) {
    const uri = recordingOf(record, file);
    let annotation = annotations.get(uri);
    if (annotation === undefined) annotations.set(uri, annotation = new Annotation({ uri }));
    if (record.fields[0] === "SPEAKER") {
      const { segment, label } = turnOf(record, file);
      annotation.set(segment, String(index), label);
    }
    index++;
  }
  return annotations;
}

function recordingOf({ fields, line, lineNumber }: FieldLine, file: string): string {
  const [type, uri] = fields;
  if (type !== "SPEAKER" && !OTHER_TYPES.has(type)) {
    const fault = `type "${quotable(type)}" is not known, it must be SPEAKER or another type of NIST's RTTM`;
    throw new TimelineFileError({ file, fault, line, lineNumber });
  }
  if (uri === undefined) {
    throw new TimelineFileError({
      file,
      fault: "1 field, at least a recording must follow the type",
      line,
      lineNumber,
    });
  }
  return uri;
}

function turnOf({ fields, line, lineNumber }: FieldLine, file: string): { segment: Segment; label: string } {
  if (fields.length !== 9 && fields.length !== 10) {
    const hint = fields.length > 10 ? " (a recording or label cannot hold spaces)" : "";
    const fault = `${fields.length} fields, a SPEAKER line needs 9 or 10${hint}`;
    throw new TimelineFileError({ file, fault, line, lineNumber });
  }
  const start = parseTime(fields[3], { name: "start", file, line, lineNumber });
  const duration = parseTime(fields[4], { name: "duration", file, line, lineNumber });
  if (start + duration === Infinity) {
    throw new TimelineFileError({
      file,
      fault: "the turn's end is too large, it must be finite",
      line,
      lineNumber,
    });
  }
  return { segment: new Segment(start, start + duration), label: fields[7] };
}

/**
 * Annotations by recording from an RTTM file; see {@link parseRttm}. Bytes that are not UTF-8 are an error.
 *
 * @example
 * ```ts
 * import { rejects } from "node:assert";
 * import { readRttm } from "#lib/timeline/rttm.ts";
 *
 * await rejects(readRttm("no such file.rttm"), { code: "ENOENT" });
 * ```
 */
export async function readRttm(path: string): Promise<Map<string, Annotation>> {
  return parseRttm(await readUtf8(path), { file: path });
}

/**
 * An annotation as RTTM text, one line per track in the order of `itertracks`, times rounded as Python does.
 * Without a uri the recording is `<NA>`. A uri or label that holds spaces, or an infinite time, is a
 * `RangeError`. Note that a turn of less than half the last decimal is written with duration 0.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { formatRttm } from "#lib/timeline/rttm.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 *
 * const annotation = new Annotation({ uri: "a" }).add(new Segment(5.0625, 6.0625), "ann");
 * strictEqual(formatRttm(annotation), "SPEAKER a 1 5.062 1.000 <NA> <NA> ann <NA> <NA>\n");
 * ```
 */
export function formatRttm(annotation: Annotation, options: RttmFormatOptions = {}): string {
  const { decimals = 3 } = options;
  const uri = annotation.uri ?? "<NA>";
  assertField(uri, "uri");
  for (const label of annotation.labels()) assertField(label, "label");
  let text = "";
  for (const { segment, tracks } of annotation.rows()) {
    if (!Number.isFinite(segment.start) || !Number.isFinite(segment.end)) {
      throw new RangeError(`RTTM needs finite times, got ${segment.start} to ${segment.end}`);
    }
    const times = `${formatFixed(segment.start, decimals)} ${formatFixed(segment.duration, decimals)}`;
    for (const [, label] of tracks) text += `SPEAKER ${uri} 1 ${times} <NA> <NA> ${label} <NA> <NA>\n`;
  }
  return text;
}

/**
 * Writes annotations one after another as an RTTM file, whole or not at all; see {@link formatRttm}.
 *
 * @example
 * ```ts
 * import { rejects } from "node:assert";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { writeRttm } from "#lib/timeline/rttm.ts";
 *
 * await rejects(writeRttm("never written.rttm", [new Annotation({ uri: "two words" })]), RangeError);
 * ```
 */
export async function writeRttm(
  path: string,
  annotations: Annotation | ReadonlyMap<string, Annotation> | Iterable<Annotation>,
  options: RttmFormatOptions = {},
): Promise<void> {
  const all: Iterable<Annotation> = annotations instanceof Annotation
    ? [annotations]
    : annotations instanceof Map
    ? annotations.values()
    : annotations as Iterable<Annotation>;
  await writeWhole(path, Array.from(all, (annotation) => formatRttm(annotation, options)).join(""));
}
