import type { Annotation } from "#lib/timeline/annotation.ts";
import { formatRttm, parseRttm } from "#lib/timeline/rttm.ts";

/**
 * An annotation as its RTTM says it, so that it does not differ from one that was read by less than can be written.
 *
 * @param options `decimals` of the times. @default {3}
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { asWritten } from "#lib/report/as_written.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const annotation = new Annotation({ uri: "talk" }).add(new Segment(1.00004, 2), "ann");
 * assert.equal(asWritten(annotation).extent().start, 1);
 * ```
 */
export function asWritten(annotation: Annotation, options: { readonly decimals?: number } = {}): Annotation {
  const [written] = parseRttm(formatRttm(annotation, options)).values();
  // Without turns there is nothing to read back.
  return written ?? annotation;
}
