import { forEachIntersection } from "./intersections.ts";
import type { SegmentTracks } from "./track_set.ts";

/** Seconds that labels of two annotations share. */
export interface Cooccurrence {
  /** Labels of the first annotation, sorted. */
  rows: readonly string[];
  /** Labels of the second annotation, sorted. */
  columns: readonly string[];
  /** `seconds[r * columns.length + c]`: shared by `rows[r]` and `columns[c]`. */
  seconds: Float64Array<ArrayBuffer>;
}

/** An annotation's sorted labels and rows. */
export interface LabelledRows {
  labels: readonly string[];
  rows: readonly SegmentTracks[];
}

/**
 * Seconds shared by each label of `a` with each label of `b`. Tracks count one by one: where a label overlaps
 * itself, the time counts as often. After pyannote.core `Annotation.__mul__`, sums in its order.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { cooccurrenceOf } from "#lib/timeline/cooccurrence.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 *
 * const a = { labels: ["A"], rows: [{ segment: new Segment(0, 5), tracks: [["_", "A"]] as const }] };
 * const b = { labels: ["x"], rows: [{ segment: new Segment(3, 9), tracks: [["_", "x"]] as const }] };
 * deepStrictEqual([...cooccurrenceOf(a, b).seconds], [2]);
 * ```
 */
export function cooccurrenceOf(a: LabelledRows, b: LabelledRows): Cooccurrence {
  const rowOf = new Map(a.labels.map((label, index) => [label, index]));
  const columnOf = new Map(b.labels.map((label, index) => [label, index]));
  const seconds = new Float64Array(a.labels.length * b.labels.length);
  forEachIntersection(a.rows.map((row) => row.segment), b.rows.map((row) => row.segment), (i, j) => {
    const shared = a.rows[i].segment.intersection(b.rows[j].segment).duration;
    for (const [, label] of a.rows[i].tracks) {
      for (const [, other] of b.rows[j].tracks) {
        seconds[rowOf.get(label)! * b.labels.length + columnOf.get(other)!] += shared;
      }
    }
  });
  return { rows: a.labels, columns: b.labels, seconds };
}
