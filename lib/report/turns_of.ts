import type { Annotation } from "#lib/timeline/annotation.ts";
import { asWritten } from "#lib/timeline/as_written.ts";
import type { Turn } from "./report.ts";

/**
 * The turns of an annotation as its RTTM holds them, for a player.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { turnsOf } from "#lib/report/turns_of.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const annotation = new Annotation().add(new Segment(1, 2), "ann");
 * assert.deepEqual(turnsOf(annotation), [{ startSec: 1, endSec: 2, label: "ann" }]);
 * ```
 */
export function turnsOf(annotation: Annotation): Turn[] {
  return [...asWritten(annotation).itertracks({ yieldLabel: true })].map(([segment, , label]) => ({
    startSec: segment.start,
    endSec: segment.end,
    label,
  }));
}
