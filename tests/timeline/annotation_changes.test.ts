import { describe, expect, test } from "bun:test";
import { Annotation, Segment, Timeline } from "#lib/timeline/mod.ts";

const turns = Annotation.fromTracks([
  [new Segment(0, 1), "a", "x"],
  [new Segment(0, 1), "b", "y"],
  [new Segment(1, 3), "a", "x"],
], { uri: "talk" });
const tracks = (of: Annotation) =>
  [...of.itertracks({ yieldLabel: true })].map(([, track, label]) => [track, label]);

describe("Annotation renamed", () => {
  test.each([
    ["a map", new Map([["x", "Ann"], ["nobody", "?"]])],
    ["an object", { x: "Ann", nobody: "?" }],
  ])("labels by %s, others stay, and so does the original", (_, mapping) => {
    expect(tracks(turns.renameLabels(mapping))).toEqual([["a", "Ann"], ["b", "y"], ["a", "Ann"]]);
    expect(turns.labels()).toEqual(["x", "y"]);
  });

  test("labels swapped at once; an object's inherited names are no labels", () => {
    expect(tracks(turns.renameLabels({ x: "y", y: "x" }))).toEqual([["a", "y"], ["b", "x"], ["a", "y"]]);
    const odd = new Annotation().add(new Segment(0, 1), "constructor");
    expect(odd.renameLabels({ x: "y" }).labels()).toEqual(["constructor"]);
  });

  test("labels, tracks and tracks' labels by generated names", () => {
    expect(tracks(turns.renameLabels())).toEqual([["a", "A"], ["b", "B"], ["a", "A"]]);
    expect(tracks(turns.renameTracks("int"))).toEqual([["0", "x"], ["1", "y"], ["2", "x"]]);
    expect(tracks(turns.relabelTracks())).toEqual([["a", "A"], ["b", "B"], ["a", "C"]]);
    expect(tracks(turns.relabelTracks(["p", "q", "r"]))).toEqual([["a", "p"], ["b", "q"], ["a", "r"]]);
    expect(() => turns.relabelTracks(["p", "q"])).toThrow(/ran out after 2/);
    expect(() => turns.relabelTracks("letters")).toThrow(RangeError);
  });

  test("a timeline becomes an annotation with a label per segment", () => {
    const timeline = new Timeline([new Segment(2, 3), new Segment(0, 1)], { uri: "talk" });
    const made = Annotation.fromTimeline(timeline);
    expect(tracks(made)).toEqual([["_", "A"], ["_", "B"]]);
    expect(made.uri).toBe("talk");
    expect(made.getTimeline().equals(timeline)).toBe(true);
  });
});

describe("Annotation put together", () => {
  test("update overwrites tracks of the same name, in place; a copy stays apart", () => {
    const other = Annotation.fromTracks([[new Segment(0, 1), "a", "z"], [new Segment(5, 6), "a", "z"]]);
    const copy = turns.copy();
    expect(copy.equals(turns)).toBe(true);
    expect(tracks(copy.update(other))).toEqual([["a", "z"], ["b", "y"], ["a", "x"], ["a", "z"]]);
    expect(copy.equals(turns)).toBe(false);
    expect(turns.size).toBe(2);
    expect([copy.uri, turns.copy({ uri: "new" }).uri]).toEqual(["talk", "new"]);
  });

  test("equality looks at segments, tracks and labels", () => {
    expect(turns.equals(turns.renameTracks())).toBe(false);
    expect(turns.equals(turns.renameLabels({ y: "z" }))).toBe(false);
    expect(turns.equals(turns.crop(new Segment(0, 1)))).toBe(false);
    expect(turns.equals(turns.copy({ uri: "other" }))).toBe(true);
  });

  test("prints a line per track", () => {
    expect(String(turns).split("\n")[0]).toBe("[ 00:00:00.000 -->  00:00:01.000] a x");
  });
});

describe("Annotation against another", () => {
  const reference = new Annotation()
    .add(new Segment(0, 6), "ann").add(new Segment(6, 10), "bob").add(new Segment(8, 12), "cy");
  const hypothesis = new Annotation()
    .add(new Segment(0, 7), "S1").add(new Segment(7, 11), "S0").add(new Segment(20, 21), "S2");

  test("shared seconds by label", () => {
    const { rows, columns, seconds } = hypothesis.cooccurrence(reference);
    expect(rows).toEqual(["S0", "S1", "S2"]);
    expect(columns).toEqual(["ann", "bob", "cy"]);
    expect([...seconds]).toEqual([0, 3, 3, 6, 1, 0, 0, 0, 0]);
  });

  test("a label that overlaps itself counts as often", () => {
    const twice = new Annotation().add(new Segment(0, 2), "a").add(new Segment(1, 3), "a");
    expect([...twice.cooccurrence(twice).seconds]).toEqual([2 + 1 + 1 + 2]);
  });

  test("the best mapping leaves out labels that share nothing", () => {
    expect([...hypothesis.optimalMapping(reference)].sort()).toEqual([["S0", "bob"], ["S1", "ann"]]);
    expect(hypothesis.optimalMapping(new Annotation()).size).toBe(0);
  });
});

describe("Annotation in frames", () => {
  test("marks from the closest middle of the start to that of the end", () => {
    const made = new Annotation().add(new Segment(1.2, 2.9), "A").add(new Segment(3.4, 5), "B");
    const { active, frames, labels, startSec } = made.discretize({
      support: new Segment(0, 5),
      resolutionSec: 1,
    });
    // (t - 0.5) to the closest whole number, ties to even: 0.7, 2.4; 2.9, 4.5. Frames: 4.5 - (-0.5) = 4 - 0.
    expect([frames, startSec, labels]).toEqual([4, 0, ["A", "B"]]);
    expect([...active]).toEqual([0, 0, 1, 0, 1, 0, 0, 1]);
  });

  test("takes a fixed duration and labels of one's own", () => {
    const made = new Annotation().add(new Segment(1, 2), "A");
    const { active, frames, startSec } = made.discretize({
      durationSec: 3,
      resolutionSec: 0.5,
      labels: ["Z", "A"],
    });
    expect([frames, startSec]).toEqual([6, 1]);
    // From 1 s on: 0 to 1 s is frames 0 (-0.5 to even) to 2 (1.5 to even), the last one too.
    expect([...active]).toEqual([0, 1, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0]);
  });

  test("has no frames when empty, and refuses a frame of no length", () => {
    expect(new Annotation().discretize().frames).toBe(0);
    expect(() => turns.discretize({ resolutionSec: 0 })).toThrow(RangeError);
    expect(() => turns.discretize({ support: new Segment(0, Infinity) })).toThrow(RangeError);
  });
});
