import { describe, expect, test } from "bun:test";
import { Annotation, compareCodePoints, type CropMode, Segment, Timeline } from "#lib/timeline/mod.ts";

type Turn = readonly [start: number, end: number, label: string, track?: string];

function annotation(turns: readonly Turn[], uri?: string): Annotation {
  const made = new Annotation({ uri });
  for (const [start, end, label, track = "_"] of turns) made.set(new Segment(start, end), track, label);
  return made;
}
const tracks = (of: Annotation) =>
  [...of.itertracks({ yieldLabel: true })].map((
    [{ start, end }, track, label],
  ) => [start, end, label, track]);
const spans = (timeline: Timeline) => [...timeline].map(({ start, end }) => [start, end]);

// A |------|    |------|      |----|
// B  |--|    |-----|      |----------|
// C |--------------|      |------|
const drawn = annotation([
  [0, 7, "A"],
  [11, 18, "A"],
  [27, 32, "A"],
  [1, 4, "B"],
  [9, 15, "B"],
  [23, 34, "B"],
  [0, 15, "C"],
  [23, 30, "C", "c"],
]);

describe("Annotation as a set of tracks", () => {
  test("replaces a track, adds beside one, and never takes an empty segment", () => {
    const made = annotation([[0, 1, "x"], [0, 1, "y"], [2, 2, "z"]]);
    expect(tracks(made)).toEqual([[0, 1, "y", "_"]]);
    made.add(new Segment(0, 1), "y").add(new Segment(0, 1), "w").add(new Segment(4, 5), "w");
    expect(tracks(made)).toEqual([[0, 1, "y", "0"], [0, 1, "w", "1"], [0, 1, "y", "_"], [4, 5, "w", "_"]]);
    expect(made.size).toBe(2);
    expect(made.get(new Segment(0, 1), "1")).toBe("w");
    expect(made.get(new Segment(9, 10))).toBe(undefined);
  });

  test("iterates by (start, end), then track name as a string", () => {
    const made = annotation([[1, 3, "a", "2"], [1, 3, "b", "10"], [1, 2, "c"], [0, 9, "d"]]);
    expect([...made.itertracks()].map(([{ end }, track]) => [end, track])).toEqual(
      [[9, "_"], [2, "_"], [3, "10"], [3, "2"]],
    );
  });

  test("deletes a track or a whole segment", () => {
    const made = annotation([[0, 1, "x", "1"], [0, 1, "y", "2"], [3, 4, "z"]]);
    expect(made.delete(new Segment(0, 1), "3")).toBe(false);
    expect(made.delete(new Segment(0, 1), "1")).toBe(true);
    expect(made.labels()).toEqual(["y", "z"]);
    expect(made.delete(new Segment(0, 1), "2")).toBe(true);
    expect(made.delete(new Segment(3, 4))).toBe(true);
    expect([made.size, made.labels().length, made.delete(new Segment(3, 4))]).toEqual([0, 0, false]);
  });

  test("labels sort by code point, as Python's strings do", () => {
    const made = annotation([[0, 1, "\u{1F600}"], [1, 2, "\uFF5E"], [2, 3, "b"], [3, 4, "B"], [4, 5, "10"], [
      5,
      6,
      "2",
    ]]);
    expect(made.labels()).toEqual(["10", "2", "B", "b", "\uFF5E", "\u{1F600}"]);
    expect(["ab", "a", ""].sort(compareCodePoints)).toEqual(["", "a", "ab"]);
  });
});

describe("Annotation by label", () => {
  const talk = annotation([[0, 4, "A"], [2, 6, "A"], [5, 7, "B"], [9, 13, "B"], [20, 21, "C"]], "talk");

  test("timeline, support and duration of a label", () => {
    expect(spans(talk.labelTimeline("A"))).toEqual([[0, 4], [2, 6]]);
    expect(spans(talk.labelSupport("A"))).toEqual([[0, 6]]);
    expect([talk.labelDuration("A"), talk.labelDuration("nobody")]).toEqual([6, 0]);
    expect(talk.labelTimeline("nobody").size).toBe(0);
    expect(talk.labelTimeline("A").uri).toBe("talk");
  });

  test("what a label's timeline is changed to does not come back", () => {
    talk.labelTimeline("A").add(new Segment(50, 60));
    talk.getTimeline().add(new Segment(50, 60));
    expect(talk.extent().end).toBe(21);
    expect(talk.labelDuration("A")).toBe(6);
  });

  test("chart goes from most to least, ties by label; fractions on request", () => {
    expect(talk.chart()).toEqual([["A", 6], ["B", 6], ["C", 1]]);
    expect(talk.chart({ percent: true })).toEqual([["A", 6 / 13], ["B", 6 / 13], ["C", 1 / 13]]);
    expect(new Annotation().chart({ percent: true })).toEqual([]);
  });

  test("argmax over all, or within a support", () => {
    expect(talk.argmax()).toBe("A");
    expect(talk.argmax(new Segment(5.5, 30))).toBe("B");
    expect(talk.argmax(new Timeline([new Segment(5.9, 6), new Segment(20, 21)]))).toBe("C");
    expect(talk.argmax(new Segment(14, 15))).toBe(undefined);
  });

  test("overlap counts different labels only, all or some", () => {
    expect(spans(drawn.getOverlap())).toEqual([[0, 7], [9, 15], [23, 32]]);
    expect(spans(drawn.getOverlap(["A", "B"]))).toEqual([[1, 4], [11, 15], [27, 32]]);
    expect(spans(talk.getOverlap())).toEqual([[5, 6]]);
    expect(spans(annotation([[0, 9, "A"], [1, 8, "A", "x"], [2, 3, "B"], [2, 3, "C", "y"]]).getOverlap()))
      .toEqual(
        [[2, 3]],
      );
  });

  test("subset and its inverse", () => {
    expect(talk.subset(["A", "nobody"]).labels()).toEqual(["A"]);
    expect(talk.subset(["A"], { invert: true }).labels()).toEqual(["B", "C"]);
    expect(talk.subset(["A"]).uri).toBe("talk");
  });
});

describe("Annotation cut by a support", () => {
  const turns = annotation([[0, 4, "A"], [2, 8, "B", "t"], [10, 12, "C"]]);

  test.each<[CropMode, (number | string)[][]]>([
    ["intersection", [[3, 4, "A", "_"], [3, 5, "B", "t"], [11, 12, "C", "_"]]],
    ["loose", [[0, 4, "A", "_"], [2, 8, "B", "t"], [10, 12, "C", "_"]]],
    ["strict", []],
  ])("crop, mode %s", (mode, expected) => {
    expect(tracks(turns.crop(new Timeline([new Segment(3, 5), new Segment(11, 20)]), mode))).toEqual(
      expected,
    );
  });

  test("strict keeps what lies within, common bounds included", () => {
    expect(tracks(turns.crop(new Segment(2, 12), "strict"))).toEqual([[2, 8, "B", "t"], [10, 12, "C", "_"]]);
  });

  test("tracks of one name cut to one segment get the first free number", () => {
    const cut = annotation([[0, 4, "A"], [1, 5, "B"], [0, 6, "C", "0"], [0, 7, "D"]]).crop(new Segment(2, 3));
    expect(tracks(cut)).toEqual([[2, 3, "C", "0"], [2, 3, "D", "1"], [2, 3, "B", "2"], [2, 3, "A", "_"]]);
  });

  test("extrude removes what crop keeps", () => {
    expect(tracks(turns.extrude(new Segment(3, 11)))).toEqual(
      [[0, 3, "A", "_"], [2, 3, "B", "t"], [11, 12, "C", "_"]],
    );
    expect(tracks(turns.extrude(new Segment(3, 9), "loose"))).toEqual([[10, 12, "C", "_"]]);
    expect(tracks(turns.extrude(new Segment(2, 9), "strict"))).toEqual([[0, 4, "A", "_"], [
      10,
      12,
      "C",
      "_",
    ]]);
  });

  test("support joins tracks of a label and names them anew, label by label", () => {
    const made = annotation([[4, 6, "B"], [0, 1, "A"], [1.5, 3, "A"], [5, 7, "B"]]).support(0.6);
    expect(tracks(made)).toEqual([[0, 3, "A", "A"], [4, 7, "B", "B"]]);
  });
});
