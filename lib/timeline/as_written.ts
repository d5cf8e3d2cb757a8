import { formatFixed } from "#lib/numerics/format_fixed.ts";
import { warnOnProcess } from "#lib/warnings/warn.ts";
import { Annotation } from "./annotation.ts";
import { rowsFrom0, type WriteOptions } from "./finite_turns.ts";
import { Segment } from "./segment.ts";

/** Options of `asWritten`. */
export interface AsWrittenOptions extends WriteOptions {
  /** Decimals of start and duration, 0 to 20. @default {3} */
  readonly decimals?: number;
}

/**
 * An annotation as reading its RTTM would give it: start and duration rounded as `formatRttm` rounds them, turns that are
 * shorter than can be written left out, what lies before 0 cut off, tracks named by their line. Everything that shows turns, or a rate or seconds made
 * of them, shows those of this annotation, so that it says what `score` says of the files (docs/decisions). Applying it
 * twice changes nothing more. Unlike in RTTM, names may hold spaces.
 *
 * @throws {RangeError} on an infinite time.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { asWritten } from "#lib/timeline/as_written.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const annotation = new Annotation({ uri: "talk" }).add(new Segment(1.00004, 2), "ann");
 * assert.deepEqual([...asWritten(annotation).extent()], [1, 2]);
 * ```
 */
export function asWritten(annotation: Annotation, options: AsWrittenOptions = {}): Annotation {
  const { decimals = 3, warn = warnOnProcess } = options;
  const written = new Annotation({ uri: annotation.uri });
  let line = 0;
  for (const { segment, tracks } of rowsFrom0(annotation, { format: "RTTM", warn })) {
    const start = Number(formatFixed(segment.start, decimals));
    const duration = Number(formatFixed(segment.duration, decimals));
    if (duration === 0) continue;
    const rounded = new Segment(start, start + duration);
    for (const [, label] of tracks) written.set(rounded, String(line++), label);
  }
  return written;
}
