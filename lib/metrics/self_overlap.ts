import type { Annotation } from "#lib/timeline/annotation.ts";

/** Where turns of one speaker lie upon each other. */
export interface SelfOverlap {
  /** Speaker time that is there more than once, in seconds. */
  readonly sec: number;
  /** Turns that are there again: the same speaker, start and end as one before them. */
  readonly repeated: number;
}

/**
 * How much of an annotation has one speaker more than once at a time, as lines of a file that stand there twice do. pyannote
 * counts each of such turns, NIST the speaker once.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { selfOverlap } from "#lib/metrics/self_overlap.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const annotation = new Annotation().set(new Segment(0, 4), "1", "ann").set(new Segment(0, 4), "2", "ann");
 * assert.deepEqual(selfOverlap(annotation), { sec: 4, repeated: 1 });
 * assert.deepEqual(selfOverlap(annotation.set(new Segment(0, 4), "2", "bob")), { sec: 0, repeated: 0 });
 * ```
 */
export function selfOverlap(annotation: Annotation): SelfOverlap {
  const { labels, startSec, endSec, speaker } = annotation.columns();
  const lastStart = new Float64Array(labels.length).fill(NaN);
  const lastEnd = new Float64Array(labels.length).fill(NaN);
  const until = new Float64Array(labels.length).fill(-Infinity);
  let sec = 0, repeated = 0;
  for (let i = 0; i < speaker.length; i++) {
    const [who, start, end] = [speaker[i], startSec[i], endSec[i]];
    if (start === lastStart[who] && end === lastEnd[who]) repeated++;
    if (start < until[who]) sec += Math.min(end, until[who]) - start;
    [lastStart[who], lastEnd[who]] = [start, end];
    until[who] = Math.max(until[who], end);
  }
  return { sec, repeated };
}
