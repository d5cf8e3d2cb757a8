import { formatFixed } from "#lib/numerics/format_fixed.ts";
import type { Annotation } from "./annotation.ts";
import type { Warn } from "#lib/warnings/warn.ts";
import type { FileReading, ReadLine, ReadOptions } from "./file_reading.ts";
import { compareSegments, Segment } from "./segment.ts";
import type { SegmentTracks } from "./track_set.ts";

/** Options of readers of formats that do not name the recording. */
export interface RecordingFileOptions extends ReadOptions {
  /** Name of the recording. Default: none. */
  uri?: string;
}

/** A line of a file, for messages. */
export interface LinePlace {
  readonly file: string;
  readonly line: string;
  readonly lineNumber: number;
}

/** Where a turn was read, and whether points without length are meant to be there. */
export interface TurnPlace {
  readonly reading: FileReading;
  readonly at: ReadLine;
  /** Default: false; a turn without length is told of. */
  readonly points?: boolean;
}

/**
 * The segment from `start` to `end`, cut at 0, where the recording starts; a `TimelineFileError` if it ends before it
 * starts.
 *
 * @example
 * ```ts
 * import { deepStrictEqual, throws } from "node:assert";
 * import { FileReading } from "#lib/timeline/file_reading.ts";
 * import { turnBetween } from "#lib/timeline/finite_turns.ts";
 *
 * const place = { reading: new FileReading({ file: "a.lab" }), at: { line: "3 2 ann", lineNumber: 1 } };
 * throws(() => turnBetween(3, 2, place), /a.lab:1: end 2 comes before start 3: 3 2 ann/);
 * deepStrictEqual([...turnBetween(-1, 2, place)], [0, 2]);
 * ```
 */
export function turnBetween(start: number, end: number, { reading, at, points = false }: TurnPlace): Segment {
  if (end < start) throw reading.fault(`end ${end} comes before start ${start}`, at);
  const segment = new Segment(reading.from0(start, "before0", at), Math.max(0, end));
  if (segment.empty && start >= 0 && !points) reading.forgive("noLength", at);
  return segment;
}

/** Options that writers have in common. */
export interface WriteOptions {
  /** Hears how many turns start before 0, and how many are too short to be written. Default: `warnOnProcess`. */
  readonly warn?: Warn;
}

/** Options of what looks through the turns before they are written. */
export interface WrittenTurnsOptions {
  /** Name of the format in messages. */
  readonly format: string;
  /** Hears how many turns start before 0, and how many are too short to be written. */
  readonly warn: Warn;
  /** Decimals of the seconds that the format writes. Default: times are written exactly. */
  readonly decimals?: number;
}

/**
 * The segments of an annotation with their tracks, as a file can hold them: what lies before 0 is cut off, since readers do
 * so, with one warning, and so is, with another, a turn whose length would be written as 0. A `RangeError` that names the format if a time is infinite.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { rowsFrom0 } from "#lib/timeline/finite_turns.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 *
 * const heard: string[] = [];
 * const annotation = new Annotation({ uri: "a" }).add(new Segment(-1, 2), "ann").add(new Segment(-2, -1), "bob");
 * const rows = rowsFrom0(annotation, { format: "RTTM", warn: (warning) => heard.push(warning) });
 * deepStrictEqual(rows.map(({ segment }) => [...segment]), [[0, 2]]);
 * deepStrictEqual(heard, ["a: 2 turns start before 0, which RTTM cannot say; they are cut there, 1 left out."]);
 * ```
 */
export function rowsFrom0(annotation: Annotation, options: WrittenTurnsOptions): readonly SegmentTracks[] {
  const rows = rowsCutAt0(annotation, options);
  const { decimals, format, warn } = options;
  if (decimals === undefined) return rows;
  const step = 10 ** -decimals;
  const long = rows.filter(({ segment: { duration } }) =>
    duration >= step || Number(formatFixed(duration, decimals)) > 0
  );
  const lost = turns(rows) - turns(long);
  if (lost > 0) {
    warn(
      `${annotation.uri ?? "<NA>"}: ${
        lost === 1 ? "1 turn is" : `${lost} turns are`
      } shorter than ${format} ` +
        `can say with ${decimals} decimals; ${lost === 1 ? "it is" : "they are"} left out.`,
    );
  }
  return lost > 0 ? long : rows;
}

const turns = (of: readonly SegmentTracks[]) => of.reduce((sum, { tracks }) => sum + tracks.length, 0);

function rowsCutAt0(annotation: Annotation, options: WrittenTurnsOptions): readonly SegmentTracks[] {
  const { format, warn } = options;
  const rows = annotation.rows();
  for (const { segment: { start, end } } of rows) {
    if (!Number.isFinite(start) || !Number.isFinite(end)) {
      throw new RangeError(`${format} needs finite times, got ${start} to ${end}`);
    }
  }
  const before = rows.findIndex(({ segment }) => !(segment.start < 0));
  const early = before < 0 ? rows : rows.slice(0, before);
  if (early.length === 0) return rows;
  const cut = early.map(({ segment, tracks }) => ({ segment: new Segment(0, segment.end), tracks }))
    .filter(({ segment }) => !segment.empty);
  const [count, lost] = [turns(early), turns(early) - turns(cut)];
  warn(
    `${annotation.uri ?? "<NA>"}: ${
      count === 1 ? "1 turn starts" : `${count} turns start`
    } before 0, which ` +
      `${format} cannot say; ${count === 1 ? "it is" : "they are"} cut there` +
      `${lost === 0 ? "" : `, ${lost} left out`}.`,
  );
  const all = [...cut, ...rows.slice(early.length)];
  return all.sort((a, b) => compareSegments(a.segment, b.segment));
}

/**
 * Every turn of an annotation in the order of `itertracks`, as a file can hold it; see {@link rowsFrom0}. Where start and end
 * would be rounded to the same time, though the turn is long enough to be written, it ends one step later.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { finiteTurns } from "#lib/timeline/finite_turns.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 *
 * const annotation = new Annotation().add(new Segment(1, 2), "ann");
 * const turns = finiteTurns(annotation, { format: "SRT", warn: () => {} });
 * deepStrictEqual(turns.map(({ label }) => label), ["ann"]);
 * ```
 */
export function finiteTurns(
  annotation: Annotation,
  options: WrittenTurnsOptions,
): { segment: Segment; label: string }[] {
  return rowsFrom0(annotation, options).flatMap(({ segment, tracks }) => {
    const written = withLength(segment, options.decimals);
    return tracks.map(([, label]) => ({ segment: written, label }));
  });
}

/** A segment whose start and end are written as two times. */
function withLength(segment: Segment, decimals: number | undefined): Segment {
  if (decimals === undefined || segment.duration >= 10 ** -decimals) return segment;
  const start = formatFixed(segment.start, decimals);
  if (start !== formatFixed(segment.end, decimals)) return segment;
  return new Segment(Number(start), Number(start) + 10 ** -decimals);
}

/**
 * Checks that a label can stand in a format: a `RangeError` if `refused` finds something in it, or it holds half
 * a character.
 *
 * @example
 * ```ts
 * import { throws } from "node:assert";
 * import { assertLabel } from "#lib/timeline/finite_turns.ts";
 *
 * assertLabel("Ann Lee", { refused: /[\t\r\n]/, format: "An Audacity label file", rule: "no tabs or line ends" });
 * throws(
 *   () => assertLabel("a\tb", { refused: /[\t\r\n]/, format: "An Audacity label file", rule: "no tabs" }),
 *   /The label "a\\tb" cannot be written: An Audacity label file takes no tabs/,
 * );
 * ```
 */
export function assertLabel(
  label: string,
  { refused, format, rule }: { refused: RegExp; format: string; rule: string },
): void {
  if (!refused.test(label) && label.isWellFormed()) return;
  throw new RangeError(
    `The label ${JSON.stringify(label)} cannot be written: ${format} takes ${rule}, and whole characters`,
  );
}
