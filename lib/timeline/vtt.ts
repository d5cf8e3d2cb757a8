import { warnOnProcess } from "#lib/warnings/warn.ts";
import type { Annotation } from "./annotation.ts";
import { cueClock } from "./cue_clock.ts";
import { cueTiming } from "./cue_timing.ts";
import { annotationOfCues, type Cue, type SubtitleOptions } from "./cues.ts";
import { FileReading } from "./file_reading.ts";
import { assertLabel, finiteTurns, type WriteOptions } from "./finite_turns.ts";
import { readUtf8, writeWhole } from "./text_files.ts";
import { quotable } from "./timeline_file_error.ts";

/** How a WebVTT is written. */
export interface VttFormatOptions extends WriteOptions {
  /** A comment on one line before the cues, which players pass over. Default: none. */
  note?: string;
}

/**
 * The annotation in WebVTT subtitles: `WEBVTT`, then blocks set apart by blank lines. A cue's speakers are those of its voice
 * tags (`<v Ann Lee>`), or named at the head of its text as in SRT; see `parseSrt` for labels, and for what is forgiven.
 * Notes, styles, regions, names and settings of cues are passed over; `&lt;` and such are the characters that they stand for.
 *
 * @throws {TimelineFileError} Text that does not start with WEBVTT; a cue that cannot be read, where nobody takes faults.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { parseVtt } from "#lib/timeline/vtt.ts";
 *
 * const text = "WEBVTT\n\n00:00.500 --> 00:02.000 align:start\n<v Ann Lee>Good morning.</v>\n";
 * deepStrictEqual(parseVtt(text).chart(), [["Ann Lee", 1.5]]);
 * ```
 */
export function parseVtt(text: string, options: SubtitleOptions = {}): Annotation {
  const reading = new FileReading(options);
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  if (!/^WEBVTT(?:\s|$)/.test(lines[0])) {
    throw reading.fault("the first line is not WEBVTT", { line: lines[0], lineNumber: 1 });
  }
  const cues: Cue[] = [];
  let at = lines.findIndex((line) => line.trim() === "");
  for (at = at < 0 ? lines.length : at; at < lines.length; at++) {
    if (lines[at].trim() === "") continue;
    const block = at;
    while (at + 1 < lines.length && lines[at + 1].trim() !== "") at++;
    reading.attempt(() => {
      const cue = cueOf(lines.slice(block, at + 1), block + 1, reading);
      if (cue !== undefined && cue.text !== "") cues.push(cue);
    });
  }
  const annotation = annotationOfCues(cues, reading, options);
  reading.end();
  return annotation.renameLabels(new Map(annotation.labels().map((label) => [label, unescaped(label)])));
}

/** The characters that WebVTT writes by their names. */
const NAMED: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  nbsp: "\u00a0",
  lrm: "\u200e",
  rlm: "\u200f",
};

const unescaped = (text: string) =>
  text.replace(/&(amp|lt|gt|nbsp|lrm|rlm);/g, (_, name: string) => NAMED[name]);

const escaped = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

/** The cue in a block; undefined for a note, a style or a region. */
function cueOf(block: readonly string[], lineNumber: number, reading: FileReading): Cue | undefined {
  if (/^(?:NOTE|STYLE|REGION)(?:\s|$)/.test(block[0])) return undefined;
  const named = block[0].includes("-->") ? 0 : 1;
  const at = { line: block[named] ?? block[0], lineNumber: lineNumber + (block.length > named ? named : 0) };
  const timing = cueTiming(at.line);
  if (timing === undefined) {
    const fault = `"${quotable(at.line)}" is no timing, it must read 00:01.500 --> 00:02.000`;
    throw reading.fault(fault, at);
  }
  return { ...timing, text: block.slice(named + 1).join("\n"), at };
}

/**
 * The annotation in a WebVTT file; see {@link parseVtt}. Bytes that are not UTF-8 are an error.
 *
 * @example
 * ```ts
 * import { rejects } from "node:assert";
 * import { readVtt } from "#lib/timeline/vtt.ts";
 *
 * await rejects(readVtt("no such file.vtt"), { code: "ENOENT" });
 * ```
 */
export async function readVtt(
  path: string,
  options: Omit<SubtitleOptions, "file"> = {},
): Promise<Annotation> {
  return parseVtt(await readUtf8(path), { ...options, file: path });
}

/**
 * An annotation as WebVTT subtitles, as browsers show them below a video: one cue per turn in the order of `itertracks`, its
 * label as the voice and as the text, `<v Ann Lee>Ann Lee</v>`; turns that overlap are cues that overlap. Times are rounded to
 * milliseconds, halves to even, and a turn of less than half a millisecond is left out, with a warning. A label that is empty,
 * starts or ends with spaces, holds line ends, tabs or two spaces in a row, or an infinite time, is a `RangeError`. What lies
 * before 0, which WebVTT cannot say, is cut off, with a warning. A `note` with line ends or "-->" is a `RangeError`. Source: WebVTT, W3C.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * import { formatVtt } from "#lib/timeline/vtt.ts";
 *
 * const annotation = new Annotation().add(new Segment(5.0625, 3661.5), "Ann Lee");
 * strictEqual(formatVtt(annotation), "WEBVTT\n\n00:00:05.062 --> 01:01:01.500\n<v Ann Lee>Ann Lee</v>\n");
 * ```
 */
export function formatVtt(annotation: Annotation, options: VttFormatOptions = {}): string {
  const { warn = warnOnProcess, note } = options;
  if (note !== undefined && /[\r\n]|-->/.test(note)) {
    throw new RangeError(`A note of WebVTT is one line without "-->", not ${quotable(note)}`);
  }
  const cues = finiteTurns(annotation, { format: "WebVTT", warn, decimals: 3 }).map(({ segment, label }) => {
    const rule = "text on one line, not empty, with single spaces and none around it";
    assertLabel(label, { refused: /^\s|^$|\s$|[\r\n\t\f]| {2}/, format: "WebVTT", rule });
    const [from, to, text] = [cueClock(segment.start, "."), cueClock(segment.end, "."), escaped(label)];
    return `\n${from} --> ${to}\n<v ${text}>${text}</v>\n`;
  });
  return `WEBVTT\n${note === undefined ? "" : `\nNOTE ${note}\n`}${cues.join("")}`;
}

/**
 * Writes an annotation as a WebVTT file, whole or not at all; see {@link formatVtt}.
 *
 * @example
 * ```ts
 * import { rejects } from "node:assert";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * import { writeVtt } from "#lib/timeline/vtt.ts";
 *
 * await rejects(writeVtt("never written.vtt", new Annotation().add(new Segment(0, 1), "")), RangeError);
 * ```
 */
export async function writeVtt(
  path: string,
  annotation: Annotation,
  options: VttFormatOptions = {},
): Promise<void> {
  await writeWhole(path, formatVtt(annotation, options));
}
