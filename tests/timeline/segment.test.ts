import { describe, expect, test } from "bun:test";
import { compareSegments, Segment } from "#lib/timeline/mod.ts";

const segment = (start: number, end: number) => new Segment(start, end);

describe("Segment", () => {
  test("has a duration, a middle and an end of its own", () => {
    expect(segment(1, 4).duration).toBe(3);
    expect(segment(1, 4).middle).toBe(2.5);
    expect([...segment(1, 4)]).toEqual([1, 4]);
  });

  test.each([
    [0, 1e-6, true],
    [0, 1.5e-6, false],
    [3, 2, true],
    [2, 2, true],
    [0, Infinity, false],
    [Infinity, Infinity, true],
  ])("from %d to %d is empty: %p", (start, end, empty) => {
    expect(segment(start, end).empty).toBe(empty);
    expect(segment(start, end).duration).toBe(empty ? 0 : end - start);
  });

  test("cannot be changed, and refuses NaN", () => {
    const fixed = segment(1, 2) as { start: number };
    expect(() => fixed.start = 5).toThrow(TypeError);
    expect(() => segment(NaN, 1)).toThrow(RangeError);
    expect(() => segment(0, NaN)).toThrow(RangeError);
  });

  test("forgets the sign of zero", () => {
    expect(Object.is(segment(-0, 1).start, 0)).toBe(true);
  });

  test("contains with common bounds, and holds its own bounds", () => {
    expect(segment(0, 10).contains(segment(3, 10))).toBe(true);
    expect(segment(0, 10).contains(segment(5, 15))).toBe(false);
    expect([0, 5, 10, 11].map((t) => segment(0, 10).overlaps(t))).toEqual([true, true, true, false]);
  });

  test.each([
    [0, 2, 1, 3, true],
    [0, 2, 2, 3, false],
    [0, 2, 2 - 1e-6, 3, false],
    [0, 2, 2 - 1e-5, 3, true],
    [0, 2, 0, 9, true],
    [5, 6, 1, 2, false],
  ])("from %d to %d and from %d to %d intersect: %p", (a, b, c, d, expected) => {
    expect(segment(a, b).intersects(segment(c, d))).toBe(expected);
    expect(segment(c, d).intersects(segment(a, b))).toBe(expected);
  });

  test("intersection, union and gap", () => {
    expect(segment(0, 10).intersection(segment(5, 15)).equals(segment(5, 10))).toBe(true);
    expect(segment(0, 1).intersection(segment(5, 6)).empty).toBe(true);
    expect(segment(0, 10).union(segment(15, 20)).equals(segment(0, 20))).toBe(true);
    expect(segment(0, 10).union(segment(99, 99)).equals(segment(0, 10))).toBe(true);
    expect(segment(99, 99).union(segment(0, 10)).equals(segment(0, 10))).toBe(true);
    expect(segment(0, 10).gap(segment(15, 20)).equals(segment(10, 15))).toBe(true);
    expect(segment(15, 20).gap(segment(0, 10)).equals(segment(10, 15))).toBe(true);
    expect(() => segment(0, 10).gap(segment(11, 11))).toThrow(RangeError);
  });

  test("sorts by start, then end, infinite bounds too", () => {
    const shuffled = [segment(1, 3), segment(0, Infinity), segment(1, 2), segment(0, 9)];
    expect(shuffled.sort(compareSegments).map((s) => [s.start, s.end])).toEqual([[0, 9], [0, Infinity], [
      1,
      2,
    ], [
      1,
      3,
    ]]);
    expect(segment(0, Infinity).compareTo(segment(0, Infinity))).toBe(0);
  });

  test.each([
    [1337, 1337.42, "[ 00:22:17.000 -->  00:22:17.420]"],
    [1, 2, "[ 00:00:01.000 -->  00:00:02.000]"],
    [-1.5, 100 * 3600, "[-00:00:01.500 -->  100:00:00.000]"],
    [0.0019996, 0.9999996, "[ 00:00:00.002 -->  00:00:01.000]"],
    [0, Infinity, "[ 00:00:00.000 -->  inf]"],
    [2, 2, "[]"],
  ])("from %d to %d reads %s", (start, end, text) => {
    expect(String(segment(start, end))).toBe(text);
  });
});
