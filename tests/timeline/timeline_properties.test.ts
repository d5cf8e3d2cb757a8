import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Segment, Timeline } from "#lib/timeline/mod.ts";
import { depths, quarters, timelines } from "./arbitraries.ts";

const settings = { numRuns: 500, seed: 3 };
const sorted = (set: Iterable<number>) => [...set].sort((a, b) => a - b);

/** Each pair of segments that intersect, found by trying all. */
function pairsByTrying(a: Timeline, b: Timeline): [Segment, Segment][] {
  return [...a].flatMap((one) =>
    [...b].filter((two) => one.intersects(two)).map((two): [Segment, Segment] => [one, two])
  );
}

describe("Timeline, on a grid of quarter seconds", () => {
  test("the support is disjoint, has gaps, and covers the same", () => {
    fc.assert(
      fc.property(timelines, (timeline) => {
        const support = [...timeline.support()];
        for (let i = 1; i < support.length; i++) expect(support[i].start).toBeGreaterThan(support[i - 1].end);
        expect(sorted(quarters(support))).toEqual(sorted(quarters(timeline)));
        expect(timeline.duration()).toBe(quarters(timeline).size / 4);
      }),
      settings,
    );
  });

  test("support with a collar fills just the gaps shorter than the collar", () => {
    fc.assert(
      fc.property(timelines, fc.integer({ min: 0, max: 12 }), (timeline, collar) => {
        const filled = timeline.gaps().segments.filter((gap) => gap.duration < collar / 4);
        const expected = quarters([...timeline, ...filled]);
        expect(sorted(quarters(timeline.support(collar / 4)))).toEqual(sorted(expected));
      }),
      settings,
    );
  });

  test("pairs of intersecting segments are those found by trying all, in the same order", () => {
    fc.assert(
      fc.property(timelines, timelines, (a, b) => {
        expect(a.coIter(b).map(String)).toEqual(pairsByTrying(a, b).map(String));
      }),
      settings,
    );
  });

  test("crop lasts as long as the naive sum, and keeps what it should in every mode", () => {
    fc.assert(
      fc.property(timelines, timelines, (timeline, other) => {
        const support = [...other.support()];
        const within = quarters(support);
        const shared = sorted(quarters(timeline)).filter((k) => within.has(k));
        expect(timeline.crop(other).duration()).toBe(shared.length / 4);
        expect(sorted(quarters(timeline.crop(other)))).toEqual(shared);
        const loose = [...timeline].filter((one) => support.some((part) => part.intersects(one)));
        expect(timeline.crop(other, "loose").equals(new Timeline(loose))).toBe(true);
        const strict = [...timeline].filter((one) => support.some((part) => part.contains(one)));
        expect(timeline.crop(other, "strict").equals(new Timeline(strict))).toBe(true);
      }),
      settings,
    );
  });

  test("crop and extrude share the timeline out between them", () => {
    fc.assert(
      fc.property(timelines, timelines, (timeline, other) => {
        const kept = quarters(timeline.crop(other));
        const rest = quarters(timeline.extrude(other));
        expect([...kept].some((k) => rest.has(k))).toBe(false);
        expect(sorted([...kept, ...rest])).toEqual(sorted(quarters(timeline)));
      }),
      settings,
    );
  });

  test("gaps and covers agree with the quarters", () => {
    fc.assert(
      fc.property(timelines, timelines, (timeline, other) => {
        const covered = quarters(timeline);
        const missing = sorted(quarters(other)).filter((k) => !covered.has(k));
        expect(sorted(quarters(timeline.gaps(other)))).toEqual(missing);
        expect(timeline.covers(other)).toBe(missing.length === 0);
      }),
      settings,
    );
  });

  test("the overlap is where two segments or more lie", () => {
    fc.assert(
      fc.property(timelines, (timeline) => {
        const twice = [...depths(timeline)].filter(([, depth]) => depth >= 2).map(([k]) => k);
        expect(sorted(quarters(timeline.getOverlap()))).toEqual(sorted(twice));
      }),
      settings,
    );
  });

  test("the segmentation covers the same, without overlap, cut at every bound", () => {
    fc.assert(
      fc.property(timelines, (timeline) => {
        const pieces = timeline.segmentation();
        expect(pieces.getOverlap().size).toBe(0);
        expect(sorted(quarters(pieces))).toEqual(sorted(quarters(timeline)));
        const bounds = (list: Timeline) =>
          sorted(new Set([...list].flatMap(({ start, end }) => [start, end])));
        expect(bounds(pieces)).toEqual(bounds(timeline));
      }),
      settings,
    );
  });
});
