import { describe, expect, test } from "bun:test";
import {
  forcedClusters,
  hintWarnings,
  reachableBounds,
  speakerBounds,
  type SpeakerHints,
} from "#lib/clustering/speaker_hints.ts";

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

test.each<[SpeakerHints, number, ReturnType<typeof speakerBounds>]>([
  [{ numSpeakers: 20 }, 14, { exact: 14, min: 14, max: 14 }],
  [{ numSpeakers: 14 }, 14, { exact: 14, min: 14, max: 14 }],
  [{ minSpeakers: 9 }, 3, { exact: undefined, min: 3, max: 3 }],
  [{ minSpeakers: 2, maxSpeakers: 9 }, 3, { exact: undefined, min: 2, max: 3 }],
  [{}, 3, { exact: undefined, min: 1, max: 3 }],
])("%j of %d embeddings", (hints, embeddings, wanted) => {
  expect(reachableBounds(speakerBounds(hints), embeddings)).toEqual(wanted);
});

test.each<[SpeakerHints, number, string[]]>([
  [{}, 0, []],
  [{}, 7, []],
  [{ numSpeakers: 4 }, 4, []],
  [{ numSpeakers: 4 }, 2, ["4 speakers were asked for, the result has 2."]],
  [{ numSpeakers: 1 }, 0, ["1 speaker was asked for, the result has 0."]],
  [{ numSpeakers: 2 }, 3, ["2 speakers were asked for, the result has 3."]],
  [{ minSpeakers: 2 }, 0, ["At least 2 speakers were asked for, the result has 0."]],
  [{ minSpeakers: 2, maxSpeakers: 2 }, 1, ["2 speakers were asked for, the result has 1."]],
  [{ minSpeakers: 2, maxSpeakers: 5 }, 1, ["At least 2 speakers were asked for, the result has 1."]],
  [{ maxSpeakers: 1 }, 0, []],
  [{ maxSpeakers: 1 }, 2, ["At most 1 speaker was asked for, the result has 2."]],
  [{ maxSpeakers: Infinity }, 2, []],
  [{ numSpeakers: 3, maxSpeakers: 2 }, 3, ["The exact number of speakers, 3, overrides the most, 2."]],
  [{ numSpeakers: 3, minSpeakers: 4 }, 2, [
    "The exact number of speakers, 3, overrides the least, 4.",
    "3 speakers were asked for, the result has 2.",
  ]],
  [{ numSpeakers: 3, minSpeakers: 3, maxSpeakers: 3 }, 3, []],
])("%j, found %d: %j", (hints, found, warnings) => {
  expect(hintWarnings(hints, found)).toEqual(warnings);
});
