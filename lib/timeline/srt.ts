import { formatFixed } from "#lib/numerics/format_fixed.ts";
import { Annotation } from "./annotation.ts";
import {
  assertLabel,
  finiteTurns,
  type LinePlace,
  type RecordingFileOptions,
  turnBetween,
} from "./finite_turns.ts";
import { readUtf8, writeWhole } from "./text_files.ts";
import { quotable, TimelineFileError } from "./timeline_file_error.ts";

/** How an SRT is written. */
export interface SrtFormatOptions {
  /** End of each line. Default: "\n"; some old players want "\r\n". */
  lineEnd?: "\n" | "\r\n";
}

const CLOCK = "(\\d{2,}):([0-5]\\d):([0-5]\\d)[,.](\\d{3})";
/** Coordinates (`X1:40 ...`) may follow. */
const TIMING = new RegExp(`^\\s*${CLOCK}\\s*-->\\s*${CLOCK}(?:\\s.*)?$`);

/**
 * The annotation in SubRip subtitles: a number, `HH:MM:SS,mmm --> HH:MM:SS,mmm`, lines of text, a blank line.
 * The label of a turn is its whole text, lines joined by "\n"; a cue without text, or without length, is
 * passed over. Cues may overlap. Tracks are named by the cue's index, whatever its number says. Anything else
 * is a {@link TimelineFileError} that quotes the line. Source: the SubRip format as Matroska's codec notes
 * describe it.
 *
 * @example
 * ```ts
 * import { deepStrictEqual, throws } from "node:assert";
 * import { parseSrt } from "#lib/timeline/srt.ts";
 *
 * deepStrictEqual(parseSrt("1\n00:00:00,500 --> 00:00:02,000\nAnn Lee\n").chart(), [["Ann Lee", 1.5]]);
 * throws(() => parseSrt("1\n0:00 --> 0:02\nAnn", { file: "a.srt" }), /a.srt:2: "0:00 --> 0:02" .* timing/);
 * ```
 */
export function parseSrt(text: string, options: RecordingFileOptions = {}): Annotation {
  const file = options.file ?? "<text>";
  const annotation = new Annotation({ uri: options.uri });
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  const place = (at: number): LinePlace => ({ file, line: lines[at] ?? "", lineNumber: at + 1 });
  let index = 0;
  for (let at = 0; at < lines.length; at++) {
    if (lines[at].trim() === "") continue;
    if (!/^\s*\d+\s*$/.test(lines[at])) {
      const fault = `"${quotable(lines[at])}" is no number, a cue starts with its number`;
      throw new TimelineFileError({ ...place(at), fault });
    }
    const timing = TIMING.exec(lines[++at] ?? "");
    if (timing === null) {
      const fault = `"${quotable(lines[at] ?? "")}" is no timing, it must read 00:00:01,500 --> 00:00:02,000`;
      throw new TimelineFileError({ ...place(at), fault });
    }
    const segment = turnBetween(seconds(timing.slice(1, 5)), seconds(timing.slice(5, 9)), place(at));
    const label: string[] = [];
    while (at + 1 < lines.length && lines[at + 1].trim() !== "") label.push(lines[++at]);
    if (label.length > 0) annotation.set(segment, String(index++), label.join("\n"));
  }
  return annotation;
}

/** Milliseconds first, so that the sum is the double nearest to what is written. */
function seconds(clock: readonly string[]): number {
  const [hours, minutes, secs, millis] = clock.map(Number);
  return (((hours * 60 + minutes) * 60 + secs) * 1000 + millis) / 1000;
}

/**
 * An annotation as SubRip subtitles, the label as text, one cue per turn in the order of `itertracks`; turns
 * that overlap are cues that overlap. Times are rounded to milliseconds, halves to even, so a turn of less
 * than half a millisecond has the same start and end. A label that is empty, starts or ends with spaces,
 * holds line ends or "-->", or a time that is negative or infinite, is a `RangeError`.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * import { formatSrt } from "#lib/timeline/srt.ts";
 *
 * const annotation = new Annotation().add(new Segment(5.0625, 3661.5), "Ann Lee");
 * strictEqual(formatSrt(annotation), "1\n00:00:05,062 --> 01:01:01,500\nAnn Lee\n\n");
 * ```
 */
export function formatSrt(annotation: Annotation, options: SrtFormatOptions = {}): string {
  const { lineEnd = "\n" } = options;
  return finiteTurns(annotation, "SRT").map(({ segment, label }, i) => {
    const rule = "text on one line, not empty, without spaces around it and without -->";
    assertLabel(label, { refused: /^\s|^$|\s$|[\r\n]|-->/, format: "SRT", rule });
    return [i + 1, `${clock(segment.start)} --> ${clock(segment.end)}`, label, "", ""].join(lineEnd);
  }).join("");
}

function clock(time: number): string {
  const [whole, millis] = formatFixed(time, 3).split(".");
  const sec = Number(whole);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(sec / 3600))}:${two(Math.floor(sec / 60) % 60)}:${two(sec % 60)},${millis}`;
}

/**
 * The annotation in an SRT file; see {@link parseSrt}. Bytes that are not UTF-8 are an error.
 *
 * @example
 * ```ts
 * import { rejects } from "node:assert";
 * import { readSrt } from "#lib/timeline/srt.ts";
 *
 * await rejects(readSrt("no such file.srt"), { code: "ENOENT" });
 * ```
 */
export async function readSrt(path: string, options: { uri?: string } = {}): Promise<Annotation> {
  return parseSrt(await readUtf8(path), { ...options, file: path });
}

/**
 * Writes an annotation as an SRT file, whole or not at all; see {@link formatSrt}.
 *
 * @example
 * ```ts
 * import { rejects } from "node:assert";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * import { writeSrt } from "#lib/timeline/srt.ts";
 *
 * await rejects(writeSrt("never written.srt", new Annotation().add(new Segment(0, 1), "")), RangeError);
 * ```
 */
export async function writeSrt(
  path: string,
  annotation: Annotation,
  options: SrtFormatOptions = {},
): Promise<void> {
  await writeWhole(path, formatSrt(annotation, options));
}
