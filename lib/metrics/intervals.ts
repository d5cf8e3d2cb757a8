/** Stretches of time as two columns, and where enough of them pile up. */

/** Half-open stretches [startSec[i], endSec[i]). */
export interface Intervals {
  readonly startSec: Float64Array;
  readonly endSec: Float64Array;
}

/**
 * Where at least `depth` of the given stretches lie over one another, as disjoint ascending stretches: depth 1 is their union,
 * depth 2 their overlap. Stretches that only touch do not overlap, and touching pieces of the result are one piece.
 *
 * Starts and ends can be sorted apart, since only how many of each have passed matters, not which: n log n on plain numbers.
 *
 * @param intervals Any order, any overlap, each with start < end.
 * @param depth A whole number from 1.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { piledUp } from "#lib/metrics/intervals.ts";
 * const turns = { startSec: Float64Array.of(0, 2, 8), endSec: Float64Array.of(3, 5, 9) };
 * assert.deepEqual([...piledUp(turns, 1).startSec], [0, 8]);
 * assert.deepEqual([...piledUp(turns, 2).startSec], [2]);
 * assert.deepEqual([...piledUp(turns, 2).endSec], [3]);
 * ```
 */
export function piledUp(intervals: Intervals, depth: number): Intervals {
  const starts = intervals.startSec.slice().sort();
  const ends = intervals.endSec.slice().sort();
  const startSec: number[] = [];
  const endSec: number[] = [];
  let height = 0;
  // Ends first among equals, so that touching stretches do not pile up.
  for (let s = 0, e = 0; e < ends.length;) {
    if (s < starts.length && starts[s] < ends[e]) {
      if (++height !== depth) {
        s++;
        continue;
      }
      const start = starts[s++];
      if (endSec.length > 0 && endSec[endSec.length - 1] === start) endSec.pop();
      else startSec.push(start);
    } else {
      if (height-- === depth) endSec.push(ends[e]);
      e++;
    }
  }
  return { startSec: new Float64Array(startSec), endSec: new Float64Array(endSec) };
}
