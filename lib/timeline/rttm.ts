import { formatFixed } from "#lib/numerics/format_fixed.ts";
import { Annotation } from "./annotation.ts";
import { warnOnProcess } from "#lib/warnings/warn.ts";
import { assertField } from "./field_lines.ts";
import { FileReading, type ReadOptions } from "./file_reading.ts";
import { parseRttmContents } from "./rttm_contents.ts";
import { rowsFrom0, type WriteOptions } from "./finite_turns.ts";
import { readUtf8, writeWhole } from "./text_files.ts";
import { quotable } from "./timeline_file_error.ts";

/** How times are written. */
export interface RttmFormatOptions extends WriteOptions {
  /** Decimals of start and duration, 0 to 20. Default: 3. */
  decimals?: number;
}

/**
 * Annotations by recording, in order of appearance, from RTTM text.
 *
 * A line is `SPEAKER uri channel start duration <NA> <NA> label <NA> [<NA>]`, 9 or 10 fields set apart by
 * spaces or tabs. Channels are not told apart, with a warning. Tracks are named by the line's index among the
 * lines with content, as pyannote.database does, so equal lines stay two tracks; a turn of at most 1e-6 s is
 * dropped. Other NIST types are passed over, though their recording appears, empty if need be.
 *
 * Forgiven, with one warning for all of a file, unless `strict`: a start before 0 (the turn is cut there, where the
 * recording begins), a turn without length, 8 fields, fields after the tenth, comments after `#` or one `;` or behind
 * a line, a type in small letters, times with NIST's `*` or with `_` between digits,
 * `<NA>` for a speaker (one of that name). Anything else is a {@link TimelineFileError} that quotes the
 * line: thrown, or given to `onFault`, and then the rest is read.
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
export function parseRttm(text: string, options: ReadOptions = {}): Map<string, Annotation> {
  const contents = parseRttmContents(text, options);
  const several = [...contents].filter(([, { channels }]) => channels.size > 1).map(([uri, { channels }]) =>
    [uri, [...channels].filter(([, { annotation }]) => annotation.columns().speaker.length > 0)] as const
  ).filter(([, spoken]) => spoken.length > 1);
  if (several.length > 0) {
    const [[uri, channels]] = several;
    const what = several.length === 1
      ? `recording ${quotable(uri)} has channels that are`
      : `${several.length} recordings have channels that are`;
    const names = channels.map(([name]) => quotable(name)).join(", ");
    new FileReading(options).warn(
      `${what} taken as one (${several.length === 1 ? "" : `${quotable(uri)}: `}${names}).`,
    );
  }
  return new Map([...contents].map(([uri, { joined }]) => [uri, joined.annotation]));
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
export async function readRttm(
  path: string,
  options: Omit<ReadOptions, "file"> = {},
): Promise<Map<string, Annotation>> {
  return parseRttm(await readUtf8(path), { ...options, file: path });
}

/**
 * An annotation as RTTM text, one line per track in the order of `itertracks`, times rounded as Python does.
 * What lies before 0, which no recording has, is cut off, with a warning. Without a uri the recording is `<NA>`. A uri or label that holds spaces, or an infinite time, is a
 * `RangeError`. A turn of less than half the last decimal is left out, with a warning.
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
  const { decimals = 3, warn = warnOnProcess } = options;
  const uri = annotation.uri ?? "<NA>";
  assertField(uri, "uri");
  for (const label of annotation.labels()) assertField(label, "label");
  let text = "";
  for (const { segment, tracks } of rowsFrom0(annotation, { format: "RTTM", warn, decimals })) {
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
