import { describe, expect, test } from "bun:test";
import { compareRttm } from "#lib/parity/compare_rttm.ts";
import { compareValues } from "#lib/parity/compare_values.ts";
import { parseHints } from "#lib/parity/replay_hints.ts";
import { tellingUlps, ulpDistance } from "#lib/parity/ulp_distance.ts";
import { Annotation } from "#lib/timeline/annotation.ts";
import { parseRttm } from "#lib/timeline/rttm.ts";
import { Segment } from "#lib/timeline/segment.ts";

describe("compareValues", () => {
  const compare = (actual: number[], expected: number[], options = {}) =>
    compareValues(
      { shape: [actual.length], data: actual },
      { shape: [expected.length], data: expected },
      options,
    );

  test("tells how far, how many, where the worst is and where the first", () => {
    const actual = { shape: [2, 3], data: Float64Array.of(1, 2, 3.25, 4, 5.5, 6) };
    const expected = { shape: [2, 3], data: Float64Array.of(1, 2, 3, 4, 5, 6) };
    expect(compareValues(actual, expected)).toEqual({
      ...{
        maxAbs: 0.5,
        meanAbs: 0.125,
        differing: 2,
        worst: [1, 1],
        first: [0, 2],
        actual: 5.5,
        expected: 5,
      },
      ulps: null, // so far apart, steps say nothing
    });
  });

  test("equal arrays have no place", () => {
    expect(compare([1, 2], [1, 2])).toMatchObject({ maxAbs: 0, differing: 0, worst: [], first: [], ulps: 0 });
    expect(compare([], [])).toMatchObject({ maxAbs: 0, meanAbs: 0, differing: 0 });
  });

  test("NaN equals NaN only, an infinity itself only, 0 is -0", () => {
    expect(compare([NaN, Infinity, 0], [NaN, Infinity, -0]).differing).toBe(0);
    expect(compare([NaN], [1]).maxAbs).toBe(Infinity);
    expect(compare([1], [NaN]).maxAbs).toBe(Infinity);
    expect(compare([Infinity], [-Infinity]).maxAbs).toBe(Infinity);
    expect(compare([NaN, 5, 9], [NaN, 5, 8])).toMatchObject({ maxAbs: 1, worst: [2] });
    expect(compare([1, NaN, 99], [1, 2, 3]).worst).toEqual([1]);
  });

  test("magnitudes only, when asked for", () => {
    expect(compare([-1, 2], [1, -2], { absolute: true }).maxAbs).toBe(0);
    expect(compare([-1, 2], [1, -2]).maxAbs).toBe(4);
  });

  test("another shape is a fault, even of as many values", () => {
    const [a, b] = [{ shape: [2, 3], data: [1, 2, 3, 4, 5, 6] }, { shape: [3, 2], data: [1, 2, 3, 4, 5, 6] }];
    expect(compareValues(a, b)).toMatchObject({
      maxAbs: Infinity,
      fault: "shape (2, 3), (3, 2) is expected",
    });
    expect(compareValues(a, { shape: [6], data: a.data }).fault).toBe("shape (2, 3), (6) is expected");
  });
});

describe("steps are told only where they say something:", () => {
  const next = 1 + Number.EPSILON;
  test.each<[what: string, a: number, b: number, steps: number | null]>([
    ["neighbours", 1, next, 1],
    ["the same", 0, -0, 0],
    ["two NaNs", NaN, NaN, 0],
    ["labels", 1, 2, null],
    ["large labels", 12, 13, null],
    ["a label and none", 3, -2, null],
    ["from 0 to 1", 0, 1, null],
    ["from 0 to next to nothing", 0, Number.MIN_VALUE, null],
    ["other signs", -Number.MIN_VALUE, Number.MIN_VALUE, null],
    ["to infinity", Number.MAX_VALUE, Infinity, null],
    ["both infinities", -Infinity, Infinity, null],
    ["a NaN", NaN, 1, null],
    ["a million steps", 1, 1 + 2 ** -32, 2 ** 20],
    ["more", 1, 1 + 2 ** -31, null],
    ["of minus", -1, -next, 1],
  ])("%s", (_, a, b, steps) => expect([tellingUlps(a, b), tellingUlps(b, a)]).toEqual([steps, steps]));

  test("and no message has another number of them", () => {
    const labels = compareValues({ shape: [2], data: [0, 7] }, { shape: [2], data: [0, 5] });
    expect([labels.maxAbs, labels.ulps]).toEqual([2, null]);
  });
});

test("ulpDistance counts float64 and float32 values across zero and to infinity", () => {
  expect(ulpDistance(Number.MIN_VALUE, -Number.MIN_VALUE)).toBe(2);
  expect(ulpDistance(Number.MAX_VALUE, Infinity)).toBe(1);
  expect(ulpDistance(1, 2)).toBe(2 ** 52);
  expect(ulpDistance(1, 2, "f4")).toBe(2 ** 23);
  expect([ulpDistance(NaN, NaN), ulpDistance(NaN, 1)]).toEqual([0, Infinity]);
});

test.each([
  ["auto", {}],
  ["num3", { numSpeakers: 3 }],
  ["num12", { numSpeakers: 12 }],
  ["min4", { minSpeakers: 4 }],
  ["max1", { maxSpeakers: 1 }],
  ["min2max3", { minSpeakers: 2, maxSpeakers: 3 }],
  ["auto.exclusive", undefined],
  ["max3min2", undefined],
  ["num", undefined],
  ["", undefined],
])("the hints in %j are %j", (name, hints) => expect(parseHints(name)).toEqual(hints));

describe("compareRttm", () => {
  const line = (start: string, duration: string, label: string) =>
    `SPEAKER talk 1 ${start} ${duration} <NA> <NA> ${label} <NA> <NA>\n`;
  const read = (...lines: string[]) => parseRttm(lines.join("")).get("talk")!;
  const turns = (...rows: [number, number, string][]) =>
    Annotation.fromTracks(rows.map(([start, end, label], i) => [new Segment(start, end), `t${i}`, label]), {
      uri: "talk",
    });
  const [first, second] = [line("1.000", "2.000", "A"), line("4.000", "1.000", "B")];
  const ours = turns([1, 3, "A"], [4, 5, "B"]);

  test("identical", () => {
    expect(compareRttm(ours, read(first, second), { decimals: 3 })).toEqual({
      ...{ identical: true, turns: 2, referenceTurns: 2, speakers: 2, referenceSpeakers: 2, der: 0 },
    });
  });

  test("two lines of the reference swapped are another order", () => {
    const report = compareRttm(ours, read(second, first), { decimals: 3 });
    expect([report.identical, report.der]).toEqual([false, 0]);
    expect(report.firstDifference).toEqual({ line: 1, actual: first.trim(), expected: second.trim() });
  });

  test("turns of equal bounds stand in the order of the file, past the tenth line too", () => {
    const many = Array.from({ length: 9 }, (_, i) => line(`${i}.000`, "0.500", "A"));
    const [x, y] = [line("20.000", "1.000", "X"), line("20.000", "1.000", "Y")];
    const rows = many.map((_, i): [number, number, string] => [i, i + 0.5, "A"]);
    const actual = (...last: string[]) =>
      Annotation.fromTracks([
        ...rows.map(([start, end, label], i) => [new Segment(start, end), `${i}`, label] as const).map((t) =>
          [...t] as [Segment, string, string]
        ),
        ...last.map((label, i): [Segment, string, string] => [new Segment(20, 21), "PQ"[i], label]),
      ]);
    const same = (annotation: Annotation, ...last: string[]) =>
      compareRttm(annotation, read(...many, ...last), { decimals: 3 }).identical;
    expect(same(actual("X", "Y"), x, y)).toBe(true);
    expect(same(actual("Y", "X"), y, x)).toBe(true);
    expect(same(actual("X", "Y"), y, x)).toBe(false);
    expect(same(actual("Y", "X"), x, y)).toBe(false);
  });

  test("times count at the reference's decimals, rounded as Python rounds", () => {
    const reference = read(line("5.062", "1.000", "A"));
    expect(compareRttm(turns([5.0625, 6.0625, "A"]), reference, { decimals: 3 }).identical).toBe(true);
    expect(compareRttm(turns([5.0626, 6.0626, "A"]), reference, { decimals: 3 }).identical).toBe(false);
    const six = read(line("5.062500", "1.000000", "A"));
    expect(compareRttm(turns([5.0625, 6.0625, "A"]), six, { decimals: 6 }).identical).toBe(true);
    expect(compareRttm(turns([5.062502, 6.062502, "A"]), six, { decimals: 6 }).identical).toBe(false);
  });

  test("a turn more, a turn less, another label", () => {
    const fewer = compareRttm(turns([1, 3, "A"]), read(first, second), { decimals: 3 });
    expect([fewer.identical, fewer.firstDifference!.actual, fewer.firstDifference!.line]).toEqual([
      ...[false, "(no line)", 2],
    ]);
    expect(fewer.der).toBeCloseTo(1 / 3, 12);
    const more = compareRttm(ours, read(first), { decimals: 3 });
    expect([more.identical, more.firstDifference!.expected, more.turns, more.referenceTurns]).toEqual([
      ...[false, "(no line)", 2, 1],
    ]);
    const renamed = compareRttm(turns([1, 3, "B"], [4, 5, "A"]), read(first, second), { decimals: 3 });
    expect([renamed.identical, renamed.der]).toEqual([false, 0]);
  });

  test("nothing against nothing is identical; something against nothing is not", () => {
    const nothing = new Annotation({ uri: "talk" });
    expect(compareRttm(nothing, nothing, { decimals: 3 })).toEqual({
      ...{ identical: true, turns: 0, referenceTurns: 0, speakers: 0, referenceSpeakers: 0, der: 0 },
    });
    expect(compareRttm(ours, nothing, { decimals: 3 })).toMatchObject({ identical: false, der: 1 });
    expect(compareRttm(nothing, read(first), { decimals: 3 })).toMatchObject({ identical: false, der: 1 });
  });
});
