import { forEachIntersection } from "./intersections.ts";
import { Segment } from "./segment.ts";
import { supportOf } from "./support.ts";

/**
 * What `segments` leave uncovered of `focus`, in order. Both lists sorted by (start, end) and free of empty
 * segments, `focus` disjoint; time proportional to their lengths. After pyannote.core `Timeline.gaps`.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { gapsOf } from "#lib/timeline/gaps.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 *
 * const gaps = gapsOf([new Segment(1, 2), new Segment(4, 9)], [new Segment(0, 5)]);
 * deepStrictEqual(gaps.map((gap) => [gap.start, gap.end]), [[0, 1], [2, 4]]);
 * ```
 */
export function gapsOf(segments: readonly Segment[], focus: readonly Segment[]): Segment[] {
  const inside: Segment[][] = focus.map(() => []);
  forEachIntersection(focus, segments, (i, j) => {
    const part = focus[i].intersection(segments[j]);
    if (!part.empty) inside[i].push(part);
  });
  const gaps: Segment[] = [];
  focus.forEach((whole, i) => {
    let end = whole.start;
    for (const covered of supportOf(inside[i])) {
      const gap = new Segment(end, covered.start);
      if (!gap.empty) gaps.push(gap);
      end = covered.end;
    }
    const last = new Segment(end, whole.end);
    if (!last.empty) gaps.push(last);
  });
  return gaps;
}
