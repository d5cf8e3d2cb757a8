import { formatFixed } from "#lib/numerics/format_fixed.ts";
import { assertField, fieldLines, parseTime } from "./field_lines.ts";
import { Segment } from "./segment.ts";
import { readUtf8, type TextFileOptions, writeWhole } from "./text_files.ts";
import { TimelineFileError } from "./timeline_file_error.ts";
import { Timeline } from "./timeline.ts";

/** How a UEM is written. */
export interface UemFormatOptions {
  /** Decimals of the times, 0 to 20. Default: 3. */
  decimals?: number;
  /** What stands in the channel's field. Default: "1", as pyannote writes; AMI's files have "NA". */
  channel?: string;
}

/**
 * The scored parts by recording, in order of appearance, from UEM text: lines `uri channel start end`.
 * Channels are not told apart, overlapping parts are kept, empty ones dropped; a recording appears even when
 * nothing of it is left. Anything else is a {@link TimelineFileError} that quotes the line.
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
export function parseUem(text: string, options: TextFileOptions = {}): Map<string, Timeline> {
  const file = options.file ?? "<text>";
  const timelines = new Map<string, Timeline>();
  for (const { fields, line, lineNumber } of fieldLines(text)) {
    if (fields.length !== 4) {
      const fault = `${fields.length} ${
        fields.length === 1 ? "field" : "fields"
      }, a UEM line needs 4: uri channel start end`;
      throw new TimelineFileError({ file, fault, line, lineNumber });
    }
    const [uri] = fields;
    const start = parseTime(fields[2], { name: "start", file, line, lineNumber });
    const end = parseTime(fields[3], { name: "end", file, line, lineNumber });
    if (end < start) {
      const fault = `end "${fields[3]}" comes before start "${fields[2]}"`;
      throw new TimelineFileError({ file, fault, line, lineNumber });
    }
    let timeline = timelines.get(uri);
    if (timeline === undefined) timelines.set(uri, timeline = new Timeline([], { uri }));
    timeline.add(new Segment(start, end));
  }
  return timelines;
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
export async function readUem(path: string): Promise<Map<string, Timeline>> {
  return parseUem(await readUtf8(path), { file: path });
}

/**
 * A timeline as UEM text, times rounded as Python does. Without a uri the recording is `<NA>`. A uri or
 * channel that holds spaces, a uri that starts like a comment, or an infinite time, is a `RangeError`.
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
  const { decimals = 3, channel = "1" } = options;
  const uri = timeline.uri ?? "<NA>";
  assertField(uri, "uri");
  assertField(channel, "channel");
  if (/^(;;|\uFEFF)/.test(uri)) {
    throw new RangeError(
      `The uri ${JSON.stringify(uri)} cannot start a UEM line: it would be read as a comment`,
    );
  }
  return timeline.segments.map(({ start, end }) => {
    if (!Number.isFinite(start) || !Number.isFinite(end)) {
      throw new RangeError(`UEM needs finite times, got ${start} to ${end}`);
    }
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
