import { type Segment, SEGMENT_PRECISION } from "./segment.ts";

/**
 * Visits the indices of every pair of intersecting segments of two lists, by the first list's order, then
 * the second's: the pairs of pyannote.core's `co_iter`, in time proportional to the lists and the pairs.
 *
 * Both lists must be sorted by (start, end) and free of empty segments; segments of one list may overlap.
 * A sweep keeps the segments of `b` that have begun and not ended: one that ended before `a[i]` starts
 * cannot meet any later `a`.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { forEachIntersection } from "#lib/timeline/intersections.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 *
 * const pairs: number[][] = [];
 * const a = [new Segment(0, 2), new Segment(1, 2), new Segment(3, 4)];
 * forEachIntersection(a, [new Segment(1, 3), new Segment(3, 5)], (i, j) => pairs.push([i, j]));
 * deepStrictEqual(pairs, [[0, 0], [1, 0], [2, 1]]);
 * ```
 */
export function forEachIntersection(
  a: readonly Segment[],
  b: readonly Segment[],
  visit: (i: number, j: number) => void,
): void {
  const open: number[] = [];
  let next = 0;
  for (let i = 0; i < a.length; i++) {
    const { start, end } = a[i];
    while (next < b.length && b[next].start <= start) open.push(next++);
    let kept = 0;
    for (const j of open) {
      const other = b[j];
      if (other.start === start || start < other.end - SEGMENT_PRECISION) open[kept++] = j;
    }
    open.length = kept;
    for (const j of open) visit(i, j);
    for (let j = next; j < b.length && b[j].start < end - SEGMENT_PRECISION; j++) visit(i, j);
  }
}
