import { Segment, SEGMENT_PRECISION } from "./segment.ts";

/**
 * The fewest segments that span the same time: overlapping and touching segments are joined, and those
 * less than `collarSec` apart too. `segments` sorted by start, none empty; the result is sorted and disjoint.
 * After pyannote.core `Timeline.support`: a gap of at most 1e-6 s always joins, one of exactly `collarSec` does not.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { Segment } from "#lib/timeline/segment.ts";
 * import { supportOf } from "#lib/timeline/support.ts";
 *
 * const segments = [new Segment(0, 2), new Segment(1, 3), new Segment(3.5, 4), new Segment(6, 7)];
 * deepStrictEqual(supportOf(segments, 1).map(String), [
 *   "[ 00:00:00.000 -->  00:00:04.000]",
 *   "[ 00:00:06.000 -->  00:00:07.000]",
 * ]);
 * ```
 */
export function supportOf(segments: readonly Segment[], collarSec = 0): Segment[] {
  if (!(collarSec >= 0)) throw new RangeError(`A collar needs to be 0 s or more, got ${collarSec}`);
  const joined: Segment[] = [];
  if (segments.length === 0) return joined;
  let { start, end } = segments[0];
  for (const segment of segments) {
    const gap = segment.start - Math.min(end, segment.end);
    if (gap > SEGMENT_PRECISION && gap >= collarSec) {
      joined.push(new Segment(start, end));
      start = segment.start;
      end = segment.end;
    } else {
      end = Math.max(end, segment.end);
    }
  }
  joined.push(new Segment(start, end));
  return joined;
}

/**
 * Seconds spanned by the segments, each moment counted once. `segments` sorted by start, none empty.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert";
 * import { Segment } from "#lib/timeline/segment.ts";
 * import { supportDuration } from "#lib/timeline/support.ts";
 *
 * strictEqual(supportDuration([new Segment(0, 2), new Segment(1, 3), new Segment(5, 6)]), 4);
 * ```
 */
export function supportDuration(segments: readonly Segment[]): number {
  return supportOf(segments).reduce((sum, segment) => sum + segment.duration, 0);
}

/**
 * The parts of time that lie in two segments of different owners or more, joined as by {@link supportOf}.
 * `segments` sorted by (start, end), none empty; `ownerOf(i)` names the owner of `segments[i]`, by default
 * each segment has its own. Linear: of the segments begun so far, only the one that ends last matters. What
 * a segment of the same owner shares with others, those others shared with the one that ends last already.
 * After pyannote.core `Timeline.get_overlap` and `Annotation.get_overlap`.
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { Segment } from "#lib/timeline/segment.ts";
 * import { overlapOf } from "#lib/timeline/support.ts";
 *
 * const overlap = overlapOf([new Segment(0, 4), new Segment(3, 6), new Segment(5, 9)]);
 * deepStrictEqual(overlap.map((part) => [part.start, part.end]), [[3, 4], [5, 6]]);
 * ```
 */
export function overlapOf(
  segments: readonly Segment[],
  ownerOf: (index: number) => unknown = (index) => index,
): Segment[] {
  const parts: Segment[] = [];
  let latest: { end: number; owner: unknown } = { end: -Infinity, owner: undefined };
  segments.forEach((segment, index) => {
    const owner = ownerOf(index);
    if (owner !== latest.owner) {
      const part = new Segment(segment.start, Math.min(segment.end, latest.end));
      if (!part.empty) parts.push(part);
    }
    if (segment.end > latest.end) latest = { end: segment.end, owner };
  });
  return supportOf(parts);
}
