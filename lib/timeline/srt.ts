import { warnOnProcess } from "#lib/warnings/warn.ts";
import type { Annotation } from "./annotation.ts";
import { cueClock } from "./cue_clock.ts";
import { cueTiming } from "./cue_timing.ts";
import { annotationOfCues, type Cue, type SubtitleOptions } from "./cues.ts";
import { FileReading } from "./file_reading.ts";
import { assertLabel, finiteTurns, type WriteOptions } from "./finite_turns.ts";
import { readUtf8, writeWhole } from "./text_files.ts";
import { quotable } from "./timeline_file_error.ts";

/** How an SRT is written. */
export interface SrtFormatOptions extends WriteOptions {
  /** End of each line. Default: "\n"; some old players want "\r\n". */
  lineEnd?: "\n" | "\r\n";
}

/**
 * The annotation in SubRip subtitles: a number, `HH:MM:SS,mmm --> HH:MM:SS,mmm`, lines of text, a blank line.
 *
 * The label of a turn is the speaker that the head of the text names, as WhisperX (`[SPEAKER_00]: text`) and many other
 * tools write it (`labels`, see {@link SubtitleOptions}); where no cue names one, it is the whole text, as
 * {@link formatSrt} writes labels, with a warning if that looks like sentences. A cue that names nobody among others that
 * do is labelled "UNKNOWN", with a warning; several names in a cue are several turns. A cue without text is passed over.
 * Cues may overlap. Tracks are named by the turn's index, whatever the cue's number says.
 *
 * Forgiven with a warning, unless `strict`, are cues without number or length, and times such as `0:00:01.5`. Anything else
 * is a `TimelineFileError` that quotes the line: thrown, or given to `onFault`, and then the rest is read.
 * Source: the SubRip format as Matroska's codec notes describe it.
 *
 * @example
 * ```ts
 * import { deepStrictEqual, throws } from "node:assert";
 * import { parseSrt } from "#lib/timeline/srt.ts";
 *
 * const cue = (text: string) => `1\n00:00:00,500 --> 00:00:02,000\n${text}\n`;
 * deepStrictEqual(parseSrt(cue("[SPEAKER_00]: Good morning.")).chart(), [["SPEAKER_00", 1.5]]);
 * deepStrictEqual(parseSrt(cue("Ann Lee")).chart(), [["Ann Lee", 1.5]]);
 * throws(() => parseSrt("1\n0:00 --> 0:02\nAnn", { file: "a.srt" }), /a.srt:2: "0:00 --> 0:02" .* timing/);
 * ```
 */
export function parseSrt(text: string, options: SubtitleOptions = {}): Annotation {
  const reading = new FileReading(options);
  const lines = text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  if (/^WEBVTT(?:\s|$)/.test(lines[0])) {
    throw reading.fault("this is WebVTT, to be read with readVtt", { line: lines[0], lineNumber: 1 });
  }
  const cues: Cue[] = [];
  for (let at = 0; at < lines.length; at++) {
    if (lines[at].trim() === "") continue;
    const block = at;
    while (at + 1 < lines.length && lines[at + 1].trim() !== "" && !startsCue(lines, at + 1, block)) at++;
    if (at + 1 < lines.length && lines[at + 1].trim() !== "") {
      const next = { line: lines[at + 1], lineNumber: at + 2 };
      reading.attempt(() => reading.forgive("unseparated", next));
    }
    reading.attempt(() => {
      const cue = cueOf(lines.slice(block, at + 1), block + 1, reading);
      if (cue.text !== "") cues.push(cue);
    });
  }
  const annotation = annotationOfCues(cues, reading, options);
  reading.end();
  return annotation;
}

/** Whether a cue starts here though no blank line ends the one that starts at `block`. */
function startsCue(lines: readonly string[], at: number, block: number): boolean {
  return at > block + 1 && /^\s*\d+\s*$/.test(lines[at]) && cueTiming(lines[at + 1] ?? "") !== undefined;
}

/** The cue in a run of lines without blank ones; its number may be missing. */
function cueOf(lines: readonly string[], lineNumber: number, reading: FileReading): Cue {
  const numbered = /^\s*\d+\s*$/.test(lines[0]);
  const at = { line: lines[numbered ? 1 : 0] ?? "", lineNumber: lineNumber + (numbered ? 1 : 0) };
  const timing = cueTiming(at.line);
  if (timing === undefined) {
    const given = `"${quotable(at.line)}"`;
    throw reading.fault(
      numbered
        ? `${given} is no timing, it must read 00:00:01,500 --> 00:00:02,000`
        : `${given} is no number, a cue starts with its number`,
      at,
    );
  }
  if (!numbered) reading.forgive("unnumbered", at);
  if (!timing.exact) reading.forgive("clock", at);
  return { ...timing, text: lines.slice(numbered ? 2 : 1).join("\n"), at };
}

/**
 * An annotation as SubRip subtitles, the label as text, one cue per turn in the order of `itertracks`; turns
 * that overlap are cues that overlap. Times are rounded to milliseconds, halves to even, and a turn of less
 * than half a millisecond is left out, with a warning. A label that is empty, starts or ends with spaces,
 * holds line ends or "-->", or an infinite time, is a `RangeError`. What lies before 0, which SRT cannot say, is cut off, with
 * a warning.
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
  const { lineEnd = "\n", warn = warnOnProcess } = options;
  return finiteTurns(annotation, { format: "SRT", warn, decimals: 3 }).map(({ segment, label }, i) => {
    const rule = "text on one line, not empty, without spaces around it and without -->";
    assertLabel(label, { refused: /^\s|^$|\s$|[\r\n]|-->/, format: "SRT", rule });
    return [i + 1, `${cueClock(segment.start, ",")} --> ${cueClock(segment.end, ",")}`, label, "", ""].join(
      lineEnd,
    );
  }).join("");
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
export async function readSrt(
  path: string,
  options: Omit<SubtitleOptions, "file"> = {},
): Promise<Annotation> {
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
