import { readFile } from "node:fs/promises";
import { warnOnProcess } from "#lib/warnings/warn.ts";
import { Annotation } from "./annotation.ts";
import { FileReading } from "./file_reading.ts";
import {
  assertLabel,
  finiteTurns,
  type RecordingFileOptions,
  turnBetween,
  type WriteOptions,
} from "./finite_turns.ts";
import { Segment } from "./segment.ts";
import { type PraatEncoding, praatText } from "./praat_text.ts";
import { writeWhole } from "./text_files.ts";
import { TextGridTokens } from "./textgrid_tokens.ts";

/** How a TextGrid is read. */
export interface TextGridReadOptions extends Omit<RecordingFileOptions, "onFault"> {
  /** Whether a turn's label is its tier's name, or the text of its interval. Default: "tier". */
  labels?: "tier" | "text";
}

/** How a TextGrid is written. */
export interface TextGridFormatOptions extends WriteOptions {
  /** End of the recording in seconds, at least the last turn's. Default: the last turn's end. */
  durationSec?: number;
}

/**
 * The annotation in a Praat TextGrid, long or short text format: a turn per interval with text, labelled by
 * its tier's name, or by the text itself. Intervals whose text is empty or all spaces are silence; point
 * tiers are passed over. Tracks are named by the turn's index. Forgiven with a warning, unless `strict`, are a start before 0,
 * which is cut there, and a count of tiers or intervals that is smaller than what follows, which is read all the same, and an interval that begins before the one before it has ended. Anything else is a `TimelineFileError` that quotes the line; as one value stands behind the other, nothing
 * can be left out. Source: the Praat manual, "TextGrid file formats".
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { parseTextGrid } from "#lib/timeline/textgrid.ts";
 *
 * const text = `File type = "ooTextFile"
 * Object class = "TextGrid"
 *
 * 0 3 <exists> 1
 * "IntervalTier" "ann" 0 3 2
 * 0 1.5 "" 1.5 3 "hello"
 * `;
 * deepStrictEqual(parseTextGrid(text).chart(), [["ann", 1.5]]);
 * deepStrictEqual(parseTextGrid(text, { labels: "text" }).chart(), [["hello", 1.5]]);
 * ```
 */
export function parseTextGrid(text: string, options: TextGridReadOptions = {}): Annotation {
  const { file = "<text>", labels = "tier", uri } = options;
  const reading = new FileReading(options);
  const tokens = new TextGridTokens(text.replace(/^\uFEFF/, ""), file);
  const type = tokens.next("text", 'the file type "ooTextFile"');
  if (!/^ooTextFile( short)?$/.test(type)) {
    throw tokens.fault('the file type is not "ooTextFile", save the TextGrid as a text file');
  }
  const objectClass = tokens.next("text", 'the class "TextGrid"');
  if (objectClass !== "TextGrid") throw tokens.fault('the class is not "TextGrid"');
  tokens.next("number", "the start");
  tokens.next("number", "the end");
  const annotation = new Annotation({ uri });
  if (tokens.next("flag", "<exists> or <absent>") !== "<exists>") {
    if (tokens.peek() !== undefined) reading.forgive("absent", tokens.place());
    reading.end();
    return annotation;
  }
  /** Whether there is one more; where the file holds more than it says, that is told. */
  const more = (i: number, size: number, sign: "text" | "number" | undefined) => {
    if (i < size) return true;
    const next = tokens.peek();
    if (next === undefined || (sign !== undefined && next !== sign)) return false;
    if (i === size) reading.forgive("count", tokens.place());
    return true;
  };
  const tiers = count(tokens, "the number of tiers");
  let index = 0;
  for (let tier = 0; more(tier, tiers, undefined); tier++) {
    const kind = tokens.next("text", "a tier's class");
    if (kind !== "IntervalTier" && kind !== "TextTier") {
      throw tokens.fault(`a tier is an "IntervalTier" or a "TextTier", not a "${kind}"`);
    }
    const name = tokens.next("text", "a tier's name");
    tokens.next("number", "a tier's start");
    tokens.next("number", "a tier's end");
    const size = count(tokens, `the number of ${kind === "TextTier" ? "points" : "intervals"}`);
    let before = -Infinity;
    for (let i = 0; more(i, size, "number"); i++) {
      const start = tokens.next("number", kind === "TextTier" ? "a point's time" : "an interval's start");
      if (kind === "TextTier") {
        tokens.next("text", "a point's text");
        continue;
      }
      const end = tokens.next("number", "an interval's end");
      if (end < start) throw tokens.fault(`the interval's end ${end} comes before its start ${start}`);
      if (start < before) reading.forgive("overlap", tokens.place());
      before = end;
      const said = tokens.next("text", "an interval's text");
      if (said.trim() === "") continue;
      // To find out where a value stands takes as long as the file is.
      const segment = start < 0
        ? turnBetween(start, end, { reading, at: tokens.place() })
        : new Segment(start, end);
      annotation.set(segment, String(index++), labels === "tier" ? name : said);
    }
  }
  reading.end();
  return annotation;
}

function count(tokens: TextGridTokens, what: string): number {
  const number = tokens.next("number", what);
  if (!Number.isSafeInteger(number) || number < 0) {
    throw tokens.fault(`${what} is ${number}, it must be 0, 1, 2, ...`);
  }
  return number;
}

/**
 * An annotation as a Praat TextGrid in the long text format: a tier per label in label order, with the label
 * as the text of its turns, and empty intervals between them up to the ends. Times are written exactly.
 * Intervals of a tier cannot overlap: turns of one label that do are joined. Without turns there are no
 * tiers, and a `durationSec` is needed. What lies before 0 is cut off, with a warning; where nothing else is there, the default
 * duration is 1 s.
 *
 * A `RangeError` for a label that is empty, all spaces or half a character, an infinite time, and a
 * `durationSec` that is not above 0 or ends before the last turn.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * import { formatTextGrid } from "#lib/timeline/textgrid.ts";
 *
 * const annotation = new Annotation().add(new Segment(0.5, 2), 'the "A"');
 * const lines = formatTextGrid(annotation, { durationSec: 3 }).split("\n").map((line) => line.trim());
 * strictEqual(lines.filter((line) => line.startsWith("intervals")).length, 4);
 * strictEqual(lines.includes('name = "the ""A"""'), true);
 * ```
 */
export function formatTextGrid(annotation: Annotation, options: TextGridFormatOptions = {}): string {
  const { warn = warnOnProcess } = options;
  const turns = finiteTurns(annotation, { format: "A TextGrid", warn });
  const last = turns.reduce((end, { segment }) => Math.max(end, segment.end), 0);
  const { durationSec = last > 0 || annotation.labels().length === 0 ? last : 1 } = options;
  if (!(durationSec > 0 && durationSec >= last && durationSec < Infinity)) {
    throw new RangeError(
      `A TextGrid needs a duration above 0 s that holds every turn, got ${durationSec} for ${last}`,
    );
  }
  const tiers = new Map<string, Segment[]>(annotation.labels().map((label) => [label, []]));
  for (const { segment, label } of turns) {
    assertLabel(label, {
      refused: /^\s*$/,
      format: "A TextGrid",
      rule: "text that is not empty or all spaces",
    });
    const tier = tiers.get(label) ?? [];
    const before = tier.at(-1);
    if (before !== undefined && segment.start < before.end) tier[tier.length - 1] = before.union(segment);
    else tier.push(segment);
  }
  const head = `File type = "ooTextFile"\nObject class = "TextGrid"\n\n`;
  const body = `xmin = 0 \nxmax = ${
    time(durationSec)
  } \ntiers? <exists> \nsize = ${tiers.size} \nitem []: \n`;
  return head + body +
    [...tiers].map(([label, segments], i) => tierText(i + 1, { label, segments, durationSec })).join("");
}

function tierText(
  number: number,
  { label, segments, durationSec }: { label: string; segments: readonly Segment[]; durationSec: number },
): string {
  const intervals: { start: number; end: number; text: string }[] = [];
  let end = 0;
  for (const segment of segments) {
    if (segment.start > end) intervals.push({ start: end, end: segment.start, text: "" });
    intervals.push({ start: segment.start, end: segment.end, text: label });
    end = segment.end;
  }
  if (end < durationSec) intervals.push({ start: end, end: durationSec, text: "" });
  const span = (indent: string, start: number, end: number) =>
    `${indent}xmin = ${time(start)} \n${indent}xmax = ${time(end)} \n`;
  return `    item [${number}]:\n        class = "IntervalTier" \n        name = ${quoted(label)} \n` +
    span("        ", 0, durationSec) + `        intervals: size = ${intervals.length} \n` +
    intervals.map(({ start, end, text }, i) =>
      `        intervals [${i + 1}]:\n${span("            ", start, end)}            text = ${
        quoted(text)
      } \n`
    ).join("");
}

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

/** The shortest text that gives the same double. */
function time(sec: number): string {
  return String(sec);
}

/**
 * The annotation in a TextGrid file; see {@link parseTextGrid}. UTF-8 or UTF-16; other bytes are read as Latin-1 or
 * MacRoman, with a warning that says which, unless `encoding` does. A binary TextGrid is refused. See `praatText`.
 *
 * @example
 * ```ts
 * import { rejects } from "node:assert";
 * import { readTextGrid } from "#lib/timeline/textgrid.ts";
 *
 * await rejects(readTextGrid("no such file.TextGrid"), { code: "ENOENT" });
 * ```
 */
export async function readTextGrid(
  path: string,
  options: Omit<TextGridReadOptions, "file"> & { readonly encoding?: PraatEncoding } = {},
): Promise<Annotation> {
  const { encoding, ...others } = options;
  const reading = new FileReading({ ...others, file: path });
  const text = praatText(await readFile(path), {
    file: path,
    encoding,
    warn: (sentence) => reading.warn(sentence),
  });
  return parseTextGrid(text, { ...others, file: path });
}

/**
 * Writes an annotation as a TextGrid file in UTF-8, whole or not at all; see {@link formatTextGrid}.
 *
 * @example
 * ```ts
 * import { rejects } from "node:assert";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { writeTextGrid } from "#lib/timeline/textgrid.ts";
 *
 * await rejects(writeTextGrid("never written.TextGrid", new Annotation()), RangeError);
 * ```
 */
export async function writeTextGrid(
  path: string,
  annotation: Annotation,
  options: TextGridFormatOptions = {},
): Promise<void> {
  await writeWhole(path, formatTextGrid(annotation, options));
}
