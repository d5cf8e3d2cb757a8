import { describe, expect, test } from "bun:test";
import { type CropMode, Segment, Timeline } from "#lib/timeline/mod.ts";

type Pair = readonly [start: number, end: number];
const timeline = (pairs: readonly Pair[]) =>
  new Timeline(pairs.map(([start, end]) => new Segment(start, end)));
const pairs = (result: Iterable<Segment>) => [...result].map(({ start, end }): Pair => [start, end]);

// |------|    |------|     |----|
//   |--|    |-----|     |----------|
const drawn = timeline([[0, 7], [2, 5], [12, 19], [11, 17], [25, 30], [23, 34]]);

describe("Timeline as a sorted set", () => {
  test("keeps order, drops doubles and empty segments", () => {
    const set = timeline([[3, 4], [1, 5], [1, 2], [3, 4], [9, 9], [8, 7]]);
    expect(pairs(set)).toEqual([[1, 2], [1, 5], [3, 4]]);
    expect(set.size).toBe(3);
    set.add(new Segment(0, 1)).add(new Segment(3, 4)).add(new Segment(6, 6.0000009));
    expect(pairs(set)).toEqual([[0, 1], [1, 2], [1, 5], [3, 4]]);
  });

  test("finds and removes by value", () => {
    const set = timeline([[3, 4], [1, 5]]);
    expect(set.has(new Segment(1, 5))).toBe(true);
    expect(set.has(new Segment(1, 4))).toBe(false);
    expect(set.has(timeline([[3, 4]]))).toBe(true);
    expect(timeline([[3, 4]]).has(set)).toBe(false);
    expect(pairs(set.remove(new Segment(1, 5)).remove(new Segment(7, 8)))).toEqual([[3, 4]]);
  });

  test("union and copy leave the original alone, update does not; the uri stays", () => {
    const set = new Timeline([new Segment(1, 2)], { uri: "a" });
    const other = timeline([[0, 1]]);
    expect(pairs(set.union(other))).toEqual([[0, 1], [1, 2]]);
    expect(pairs(set.copy().update(other))).toEqual([[0, 1], [1, 2]]);
    expect(pairs(set)).toEqual([[1, 2]]);
    expect(set.update(set).size).toBe(1);
    expect(set.support().uri).toBe("a");
    expect(set.equals(timeline([[1, 2]]))).toBe(true);
    expect(set.equals(other)).toBe(false);
  });

  test("prints a line per segment", () => {
    expect(String(timeline([[0, 10], [1, 13.37]]))).toBe(
      "[[ 00:00:00.000 -->  00:00:10.000]\n [ 00:00:01.000 -->  00:00:13.370]]",
    );
  });
});

describe("Timeline spans", () => {
  test("extent, support and duration", () => {
    expect(pairs([drawn.extent()])).toEqual([[0, 34]]);
    expect(pairs([timeline([]).extent()])).toEqual([[0, 0]]);
    expect(pairs(drawn.support())).toEqual([[0, 7], [11, 19], [23, 34]]);
    expect(drawn.duration()).toBe(26);
    expect(timeline([]).duration()).toBe(0);
  });

  test.each<[number, Pair[]]>([
    [0, [[0, 1], [3, 4], [6, 7]]],
    [2, [[0, 1], [3, 4], [6, 7]]],
    [2.001, [[0, 7]]],
  ])("joins gaps shorter than a collar of %p s, not equal ones", (collar, expected) => {
    expect(pairs(timeline([[0, 1], [3, 4], [6, 7]]).support(collar))).toEqual(expected);
  });

  test("joins what touches, and gaps of a microsecond; refuses a negative collar", () => {
    expect(pairs(timeline([[0, 1], [1, 2]]).support())).toEqual([[0, 2]]);
    expect(pairs(timeline([[0, 1], [1.0000005, 2]]).support())).toEqual([[0, 2]]);
    expect(pairs(timeline([[0, 1], [1.000002, 2]]).support())).toEqual([[0, 1], [1.000002, 2]]);
    expect(() => drawn.support(-1)).toThrow(RangeError);
    expect(() => drawn.support(NaN)).toThrow(RangeError);
  });

  test("gaps within the extent, a segment, and a timeline", () => {
    expect(pairs(drawn.gaps())).toEqual([[7, 11], [19, 23]]);
    expect(pairs(drawn.gaps(new Segment(-1, 12)))).toEqual([[-1, 0], [7, 11]]);
    expect(pairs(drawn.gaps(timeline([[8, 9], [18, 40]])))).toEqual([[8, 9], [19, 23], [34, 40]]);
    expect(pairs(timeline([]).gaps(new Segment(1, 2)))).toEqual([[1, 2]]);
  });

  test("covers by all segments together", () => {
    expect(timeline([[0, 2], [2, 5]]).covers(timeline([[1, 4]]))).toBe(true);
    expect(timeline([[0, 2], [3, 5]]).covers(timeline([[1, 4]]))).toBe(false);
    expect(timeline([[0, 2], [3, 5]]).covers(timeline([[0, 1], [4, 5]]))).toBe(true);
    expect(timeline([[0, 2]]).covers(timeline([]))).toBe(true);
  });

  test("overlap and segmentation", () => {
    expect(pairs(drawn.getOverlap())).toEqual([[2, 5], [12, 17], [25, 30]]);
    expect(pairs(timeline([[0, 9], [1, 2], [3, 4], [8, 12]]).getOverlap())).toEqual([[1, 2], [3, 4], [8, 9]]);
    expect(pairs(drawn.segmentation())).toEqual(
      [[0, 2], [2, 5], [5, 7], [11, 12], [12, 17], [17, 19], [23, 25], [25, 30], [30, 34]],
    );
    expect(timeline([]).segmentation().size).toBe(0);
  });

  test("segments that hold a time, bounds included", () => {
    expect(pairs(drawn.overlapping(5))).toEqual([[0, 7], [2, 5]]);
    expect(pairs(drawn.overlapping(11))).toEqual([[11, 17]]);
    expect(drawn.overlapping(20)).toEqual([]);
  });
});

describe("Timeline cut by a support", () => {
  const three = timeline([[0, 2], [1, 2], [3, 5]]);

  test.each<[CropMode, Pair[]]>([
    ["intersection", [[1, 2]]],
    ["loose", [[0, 2], [1, 2]]],
    ["strict", [[1, 2]]],
  ])("crop to one segment, mode %s", (mode, expected) => {
    expect(pairs(three.crop(new Segment(1, 3), mode))).toEqual(expected);
  });

  test.each<[CropMode, Pair[]]>([
    ["intersection", [[0, 1.5], [1, 1.5], [3, 4]]],
    ["loose", [[0, 2], [1, 2], [3, 5]]],
    ["strict", []],
  ])("crop to a timeline by its support, mode %s", (mode, expected) => {
    expect(pairs(three.crop(timeline([[0, 1], [0.5, 1.5], [2.5, 4]]), mode))).toEqual(expected);
  });

  test("crop to nothing leaves nothing, to everything all", () => {
    expect(three.crop(new Segment(1, 1)).size).toBe(0);
    expect(three.crop(timeline([])).size).toBe(0);
    expect(three.crop(new Segment(-Infinity, Infinity)).equals(three)).toBe(true);
  });

  test.each<[Pair, CropMode, Pair[]]>([
    [[1, 2], "intersection", [[0, 1], [3, 5]]],
    [[1, 3], "loose", [[3, 5]]],
    [[1, 3], "strict", [[0, 2], [3, 5]]],
  ])("extrude %p, mode %s", ([start, end], mode, expected) => {
    expect(pairs(three.extrude(new Segment(start, end), mode))).toEqual(expected);
  });

  test("segments that start together meet, however short they are", () => {
    // Longer than a microsecond, yet 5.500001 - 1e-6 rounds to 5.5.
    const short: Pair = [5.5, 5.500001];
    expect(timeline([short]).coIter(timeline([short, [5.5, 9]])).length).toBe(2);
    expect(timeline([[5.5, 9]]).coIter(timeline([short])).length).toBe(1);
  });

  test("pairs of intersecting segments come by the first, then the second", () => {
    const met = timeline([[0, 2], [1, 2], [3, 4]]).coIter(timeline([[1, 3], [3, 5]]));
    expect(met.map((pair) => pairs(pair))).toEqual([[[0, 2], [1, 3]], [[1, 2], [1, 3]], [[3, 4], [3, 5]]]);
  });
});
