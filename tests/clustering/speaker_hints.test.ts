import { describe, expect, test } from "bun:test";
import { forcedClusters, speakerBounds, type SpeakerHints } from "#lib/clustering/speaker_hints.ts";

describe("speakerBounds", () => {
  test.each([
    [{}, { exact: undefined, min: 1, max: Infinity }],
    [{ numSpeakers: 3 }, { exact: 3, min: 3, max: 3 }],
    [{ numSpeakers: 3, minSpeakers: 5, maxSpeakers: 4 }, { exact: 3, min: 3, max: 3 }],
    [{ minSpeakers: 2 }, { exact: undefined, min: 2, max: Infinity }],
    [{ maxSpeakers: 2 }, { exact: undefined, min: 1, max: 2 }],
    [{ minSpeakers: 2, maxSpeakers: 4 }, { exact: undefined, min: 2, max: 4 }],
    [{ minSpeakers: 4, maxSpeakers: 4 }, { exact: 4, min: 4, max: 4 }],
    [{ maxSpeakers: 1 }, { exact: 1, min: 1, max: 1 }],
    [{ maxSpeakers: Infinity, minSpeakers: undefined }, { exact: undefined, min: 1, max: Infinity }],
  ] as [SpeakerHints, object][])("%j", (hints, bounds) => {
    expect(speakerBounds(hints)).toEqual(bounds as ReturnType<typeof speakerBounds>);
  });

  test("refuses min over max, and what is no number of speakers", () => {
    expect(() => speakerBounds({ minSpeakers: 5, maxSpeakers: 4 })).toThrow(
      /minSpeakers \(5\) must not exceed maxSpeakers \(4\)/,
    );
    for (const wrong of [0, -1, 1.5, NaN]) {
      expect(() => speakerBounds({ numSpeakers: wrong })).toThrow(
        /numSpeakers must be a whole number from 1/,
      );
    }
  });
});

test.each([
  [2, {}, undefined],
  [2, { numSpeakers: 2 }, undefined],
  [2, { numSpeakers: 3 }, 3],
  [2, { minSpeakers: 3 }, 3],
  [2, { minSpeakers: 2 }, undefined],
  [5, { maxSpeakers: 4 }, 4],
  [5, { maxSpeakers: 5 }, undefined],
  [5, { minSpeakers: 2, maxSpeakers: 4 }, 4],
  [1, { minSpeakers: 2, maxSpeakers: 4 }, 2],
  [3, { minSpeakers: 2, maxSpeakers: 4 }, undefined],
] as [number, SpeakerHints, number | undefined][])(
  "VBx found %d, hints are %j: KMeans makes %s",
  (found, hints, wanted) => expect(forcedClusters(found, speakerBounds(hints))).toBe(wanted),
);
