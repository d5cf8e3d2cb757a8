import type { Annotation } from "./annotation.ts";
import { Segment } from "./segment.ts";
import type { TextFileOptions } from "./text_files.ts";
import { TimelineFileError } from "./timeline_file_error.ts";

/** Options of readers of formats that do not name the recording. */
export interface RecordingFileOptions extends TextFileOptions {
  /** Name of the recording. Default: none. */
  uri?: string;
}

/** A line of a file, for messages. */
export interface LinePlace {
  readonly file: string;
  readonly line: string;
  readonly lineNumber: number;
}

/**
 * The segment from `start` to `end`; a {@link TimelineFileError} if it ends before it starts.
 *
 * @example
 * ```ts
 * import { throws } from "node:assert";
 * import { turnBetween } from "#lib/timeline/finite_turns.ts";
 *
 * const place = { file: "a.lab", line: "3 2 ann", lineNumber: 1 };
 * throws(() => turnBetween(3, 2, place), /a.lab:1: end 2 comes before start 3: 3 2 ann/);
 * ```
 */
export function turnBetween(start: number, end: number, place: LinePlace): Segment {
  if (end < start) throw new TimelineFileError({ ...place, fault: `end ${end} comes before start ${start}` });
  return new Segment(start, end);
}

/**
 * Every turn of an annotation in the order of `itertracks`. A `RangeError` that names the format if a time is
 * infinite or negative.
 *
 * @example
 * ```ts
 * import { deepStrictEqual, throws } from "node:assert";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { finiteTurns } from "#lib/timeline/finite_turns.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 *
 * const annotation = new Annotation().add(new Segment(1, 2), "ann");
 * deepStrictEqual(finiteTurns(annotation, "SRT").map(({ label }) => label), ["ann"]);
 * throws(() => finiteTurns(annotation.add(new Segment(-1, 2), "bob"), "SRT"), /SRT needs .* got -1 to 2/);
 * ```
 */
export function finiteTurns(annotation: Annotation, format: string): { segment: Segment; label: string }[] {
  return [...annotation.itertracks({ yieldLabel: true })].map(([segment, , label]) => {
    const { start, end } = segment;
    if (!(start >= 0 && end < Infinity)) {
      throw new RangeError(`${format} needs finite times of 0 s or more, got ${start} to ${end}`);
    }
    return { segment, label };
  });
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
