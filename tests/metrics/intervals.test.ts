import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { piledUp } from "#lib/metrics/intervals.ts";

const columns = (pairs: readonly (readonly [number, number])[]) => ({
  startSec: Float64Array.from(pairs, ([start]) => start),
  endSec: Float64Array.from(pairs, ([, end]) => end),
});
const pile = (pairs: readonly (readonly [number, number])[], depth: number) => {
  const { startSec, endSec } = piledUp(columns(pairs), depth);
  return Array.from(startSec, (start, i) => [start, endSec[i]]);
};

describe("piledUp", () => {
  test("does not let touching stretches overlap, and joins touching pieces", () => {
    expect(pile([[0, 3], [3, 5]], 1)).toEqual([[0, 5]]);
    expect(pile([[0, 3], [3, 5]], 2)).toEqual([]);
    expect(pile([[0, 9], [1, 3], [3, 5], [6, 7]], 2)).toEqual([[1, 5], [6, 7]]);
    expect(pile([], 1)).toEqual([]);
  });

  test("is the longest runs of unit steps under enough stretches", () => {
    const pair = fc.tuple(fc.nat(20), fc.integer({ min: 1, max: 6 }))
      .map(([start, length]): [number, number] => [start, start + length]);
    fc.assert(
      fc.property(fc.array(pair, { maxLength: 10 }), fc.integer({ min: 1, max: 3 }), (pairs, depth) => {
        const expected: number[][] = [];
        for (let t = 0; t < 30; t++) {
          if (pairs.filter(([start, end]) => start <= t && t < end).length < depth) continue;
          const last = expected.at(-1);
          if (last?.[1] === t) last[1] = t + 1;
          else expected.push([t, t + 1]);
        }
        expect(pile(pairs, depth)).toEqual(expected);
      }),
    );
  });
});
