import type { Annotation } from "./annotation.ts";
import { cueTiming } from "./cue_timing.ts";
import { annotationOfCues, type Cue, type SubtitleOptions } from "./cues.ts";
import { FileReading } from "./file_reading.ts";
import { readUtf8 } from "./text_files.ts";
import { quotable } from "./timeline_file_error.ts";

/**
 * The annotation in WebVTT subtitles: `WEBVTT`, then blocks set apart by blank lines. A cue's speakers are those of its voice
 * tags (`<v Ann Lee>`), or named at the head of its text as in SRT; see `parseSrt` for labels, and for what is forgiven.
 * Notes, styles, regions, names and settings of cues are passed over.
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
  return annotation;
}

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
