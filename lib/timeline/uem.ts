import { counted } from "#lib/language/counted.ts";
import { formatFixed } from "#lib/numerics/format_fixed.ts";
import { warnOnProcess } from "#lib/warnings/warn.ts";
import { assertField, fieldLines, parseTime } from "./field_lines.ts";
import type { WriteOptions } from "./finite_turns.ts";
import { FileReading, type ReadOptions } from "./file_reading.ts";
import { Segment } from "./segment.ts";
import { readUtf8, writeWhole } from "./text_files.ts";
import { Timeline } from "./timeline.ts";

/** How a UEM is written. */
export interface UemFormatOptions extends WriteOptions {
  /** Decimals of the times, 0 to 20. Default: 3. */
  decimals?: number;
  /** What stands in the channel's field. Default: "1", as pyannote writes; AMI's files have "NA". */
  channel?: string;
}

/**
 * The scored parts by recording, in order of appearance, from UEM text: lines `uri channel start end`.
 * Channels are not told apart, overlapping parts are kept, empty ones dropped; a recording appears even when
 * nothing of it is left. Forgiven, with one warning for all of a file, unless `strict`: a start before 0 (cut there),
 * comments after `#` or one `;` or behind a line. Anything else is a {@link TimelineFileError} that quotes the line:
 * thrown, or given to `onFault`, and then the rest is read.
 * Source: NIST RT-09 evaluation plan; pyannote.database, util.py.
 *
 * @example
 * ```ts
 * import { strictEqual, throws } from "node:assert";
 * import { parseUem } from "#lib/timeline/uem.ts";
 *
 * strictEqual(parseUem("trn01 NA 0.000 30.000\n").get("trn01")?.duration(), 30);
 * throws(() => parseUem("trn01 NA 9 3", { file: "a.uem" }), /a.uem:1: end "3" comes before start "9"/);
 * ```
 */
export function parseUem(text: string, options: ReadOptions = {}): Map<string, Timeline> {
  return new Map([...parseUemChannels(text, options)].map(([uri, channels]) => {
    if (channels.size === 1) return [uri, [...channels.values()][0]];
    const joined = new Timeline([], { uri });
    for (const timeline of channels.values()) joined.update(timeline);
    return [uri, joined];
  }));
}

/**
 * The scored parts by recording and channel (in lower case, as NIST compares them); see {@link parseUem}.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { parseUemChannels } from "#lib/timeline/uem.ts";
 *
 * const channels = parseUemChannels("call A 0 30\ncall B 5 30\n").get("call")!;
 * deepStrictEqual([...channels].map(([name, parts]) => [name, parts.duration()]), [["a", 30], ["b", 25]]);
 * ```
 */
export function parseUemChannels(
  text: string,
  options: ReadOptions = {},
): Map<string, Map<string, Timeline>> {
  const recordings = new Map<string, Map<string, Timeline>>();
  const reading = new FileReading(options);
  for (const { fields, line, lineNumber } of fieldLines(text, reading, 4)) {
    reading.attempt(() => {
      const [uri, channel] = fields;
      const at = { line, lineNumber, uri };
      if (fields.length !== 4) {
        const count = counted(fields.length, "field");
        throw reading.fault(`${count}, a UEM line needs 4: uri channel start end`, at);
      }
      const place = { ...at, file: reading.file, reading };
      const start = parseTime(fields[2], { name: "start", ...place });
      const end = parseTime(fields[3], { name: "end", ...place });
      if (end < start) {
        throw reading.fault(`end "${fields[3]}" comes before start "${fields[2]}"`, at);
      }
      let channels = recordings.get(uri);
      if (channels === undefined) recordings.set(uri, channels = new Map());
      const name = channel.toLowerCase();
      let timeline = channels.get(name);
      if (timeline === undefined) channels.set(name, timeline = new Timeline([], { uri }));
      timeline.add(new Segment(reading.from0(start, "partBefore0", at), end));
    });
  }
  reading.end();
  return recordings;
}

/**
 * The scored parts by recording from a UEM file; see {@link parseUem}. Bytes that are not UTF-8 are an error.
 *
 * @example
 * ```ts
 * import { rejects } from "node:assert";
 * import { readUem } from "#lib/timeline/uem.ts";
 *
 * await rejects(readUem("no such file.uem"), { code: "ENOENT" });
 * ```
 */
export async function readUem(
  path: string,
  options: Omit<ReadOptions, "file"> = {},
): Promise<Map<string, Timeline>> {
  return parseUem(await readUtf8(path), { ...options, file: path });
}

/**
 * The scored parts by recording and channel from a UEM file; see {@link parseUemChannels}.
 *
 * @example
 * ```ts
 * import { rejects } from "node:assert";
 * import { readUemChannels } from "#lib/timeline/uem.ts";
 *
 * await rejects(readUemChannels("no such file.uem"), { code: "ENOENT" });
 * ```
 */
export async function readUemChannels(
  path: string,
  options: Omit<ReadOptions, "file"> = {},
): Promise<Map<string, Map<string, Timeline>>> {
  return parseUemChannels(await readUtf8(path), { ...options, file: path });
}

/**
 * A timeline as UEM text, times rounded as Python does. What lies before 0 is cut off, with a warning. Without
 * a uri the recording is `<NA>`. A uri or channel that holds spaces, a uri that starts like a comment, or an infinite time, is a `RangeError`.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert";
 * import { Segment } from "#lib/timeline/segment.ts";
 * import { Timeline } from "#lib/timeline/timeline.ts";
 * import { formatUem } from "#lib/timeline/uem.ts";
 *
 * strictEqual(formatUem(new Timeline([new Segment(0, 30)], { uri: "a" })), "a 1 0.000 30.000\n");
 * ```
 */
export function formatUem(timeline: Timeline, options: UemFormatOptions = {}): string {
  const { decimals = 3, channel = "1", warn = warnOnProcess } = options;
  const uri = timeline.uri ?? "<NA>";
  assertField(uri, "uri");
  assertField(channel, "channel");
  if (/^([;#]|\uFEFF)/.test(uri)) {
    throw new RangeError(
      `The uri ${JSON.stringify(uri)} cannot start a UEM line: it would be read as a comment`,
    );
  }
  const early = timeline.segments.filter(({ start }) => start < 0).length;
  if (early > 0) {
    warn(
      `${uri}: ${
        early === 1 ? "1 part starts" : `${early} parts start`
      } before 0, which UEM cannot say, cut there.`,
    );
  }
  return timeline.segments.map(({ start: written, end }) => {
    if (!Number.isFinite(written) || !Number.isFinite(end)) {
      throw new RangeError(`UEM needs finite times, got ${written} to ${end}`);
    }
    const start = Math.max(0, written);
    if (end <= start) return "";
    return `${uri} ${channel} ${formatFixed(start, decimals)} ${formatFixed(end, decimals)}\n`;
  }).join("");
}

/**
 * Writes timelines one after another as a UEM file, whole or not at all; see {@link formatUem}.
 *
 * @example
 * ```ts
 * import { rejects } from "node:assert";
 * import { Timeline } from "#lib/timeline/timeline.ts";
 * import { writeUem } from "#lib/timeline/uem.ts";
 *
 * await rejects(writeUem("never written.uem", [new Timeline([], { uri: "two words" })]), RangeError);
 * ```
 */
export async function writeUem(
  path: string,
  timelines: Timeline | ReadonlyMap<string, Timeline> | Iterable<Timeline>,
  options: UemFormatOptions = {},
): Promise<void> {
  const all: Iterable<Timeline> = timelines instanceof Timeline
    ? [timelines]
    : timelines instanceof Map
    ? timelines.values()
    : timelines as Iterable<Timeline>;
  await writeWhole(path, Array.from(all, (timeline) => formatUem(timeline, options)).join(""));
}
