import { describe, expect, test } from "bun:test";
import {
  coverage,
  detectionErrorRate,
  diarizationErrorRate,
  fMeasure,
  jaccardErrorRate,
  nistConventions,
  purity,
  pyannoteErrorRate,
  scoreFile,
} from "#lib/metrics/mod.ts";
import { Annotation } from "#lib/timeline/annotation.ts";
import { Segment } from "#lib/timeline/segment.ts";
import { Timeline } from "#lib/timeline/timeline.ts";
import { annotationOf } from "./turns.ts";

const nobody = new Annotation();
const ann = annotationOf([[0, 10, "ann"]]);

describe("silence", () => {
  test("against silence has no rates", () => {
    expect(diarizationErrorRate(nobody, nobody)).toEqual({
      der: NaN,
      total: 0,
      correct: 0,
      missed: 0,
      falseAlarm: 0,
      confusion: 0,
      mapping: new Map(),
    });
    expect(pyannoteErrorRate(diarizationErrorRate(nobody, nobody))).toBe(0);
    expect(jaccardErrorRate(nobody, nobody).jer).toBe(NaN);
    expect(purity(nobody, nobody).purity).toBe(NaN);
    expect(coverage(nobody, nobody).coverage).toBe(NaN);
    expect(detectionErrorRate(nobody, nobody)).toMatchObject({ rate: NaN, precision: NaN, recall: NaN });
  });

  test("in the reference leaves nothing to divide by", () => {
    expect(diarizationErrorRate(nobody, ann)).toMatchObject({ der: NaN, total: 0, falseAlarm: 10 });
    expect(pyannoteErrorRate(diarizationErrorRate(nobody, ann))).toBe(1);
    expect(jaccardErrorRate(nobody, ann).jer).toBe(NaN);
    expect(purity(nobody, ann).purity).toBe(0);
    expect(coverage(nobody, ann).coverage).toBe(NaN);
    expect(detectionErrorRate(nobody, ann)).toMatchObject({ rate: NaN, precision: 0, recall: NaN });
  });

  test("in the hypothesis misses all", () => {
    expect(diarizationErrorRate(ann, nobody)).toMatchObject({ der: 1, missed: 10 });
    expect(jaccardErrorRate(ann, nobody).jer).toBe(1);
    expect(purity(ann, nobody).purity).toBe(NaN);
    expect(coverage(ann, nobody).coverage).toBe(0);
    expect(detectionErrorRate(ann, nobody)).toMatchObject({ rate: 1, precision: NaN, recall: 0 });
  });

  test("is all an empty UEM holds", () => {
    const scores = scoreFile(ann, nobody, { uri: "x", uem: new Timeline() });
    const { diarization, jaccard, purity, warnings } = scores;
    expect([diarization.der, diarization.total, jaccard.jer, purity.purity]).toEqual([NaN, 0, NaN, NaN]);
    expect(warnings).toEqual(["nothing of x is scored: its UEM is empty."]);
  });
});

describe("the evaluated time", () => {
  const late = annotationOf([[2, 4, "x"], [12, 15, "x"]]);

  test("without a UEM reaches from the first start to the last end of both", () => {
    expect(diarizationErrorRate(ann, late)).toMatchObject({ total: 10, missed: 8, falseAlarm: 3 });
  });

  test("is the UEM's union where its segments overlap, and may have no end", () => {
    const uem = new Timeline([new Segment(0, 5), new Segment(3, 6), new Segment(13, Infinity)]);
    expect(diarizationErrorRate(ann, late, { uem })).toMatchObject({ total: 6, missed: 4, falseAlarm: 2 });
    expect(purity(ann, late, { uem })).toEqual({ purity: 0.5, total: 4, dominant: 2 });
  });

  test("leaves speakers who do not speak in it out of JER", () => {
    const two = annotationOf([[0, 10, "ann"], [20, 30, "bob"]]);
    expect(jaccardErrorRate(two, ann).jer).toBe(0.5);
    const uem = new Timeline([new Segment(0, 10)]);
    expect(jaccardErrorRate(two, ann, { uem })).toMatchObject({ jer: 0, speakers: 1 });
  });
});

describe("collars", () => {
  const off = annotationOf([[0.5, 10, "x"]]);

  test("are 0.5 s wide or 0.5 s on each side", () => {
    expect(diarizationErrorRate(ann, off, { collarSec: 0.5 })).toMatchObject({ total: 9.5, missed: 0.25 });
    expect(diarizationErrorRate(ann, off, { collarSec: 0.5, collarKind: "side" })).toMatchObject({
      total: 9,
      missed: 0,
    });
  });

  test("lie where two turns of one speaker touch too", () => {
    const touching = annotationOf([[0, 5, "ann"], [5, 10, "ann"]]);
    expect(diarizationErrorRate(touching, touching, { collarSec: 1 }).total).toBe(8);
  });

  test("may swallow a speaker, who is then not counted", () => {
    const brief = annotationOf([[0, 10, "ann"], [12, 12.5, "bob"]]);
    // 16.1 - 0.25 lies 1.8e-15 s after 15.6 + 0.25: a sliver that must not count as a speaker.
    expect(16.1 - 0.25).toBeGreaterThan(15.6 + 0.25);
    const shifted = annotationOf([[0, 10, "ann"], [15.6, 16.1, "bob"]]);
    for (const truth of [brief, shifted]) {
      expect(jaccardErrorRate(truth, ann, { collarSec: 0.5 })).toMatchObject({ jer: 0, speakers: 1 });
    }
  });

  test.each([-0.1, NaN, Infinity])("of %d s are refused", (collarSec) => {
    expect(() => diarizationErrorRate(ann, off, { collarSec })).toThrow(RangeError);
  });
});

describe("one speaker over itself", () => {
  const twice = annotationOf([[0, 10, "x"], [4, 8, "x"]]);

  test("is two turns to pyannote and one speaker to NIST", () => {
    expect(diarizationErrorRate(ann, twice)).toMatchObject({ der: 0.4, falseAlarm: 4 });
    expect(diarizationErrorRate(ann, twice, nistConventions)).toMatchObject({ der: 0, falseAlarm: 0 });
    expect(diarizationErrorRate(twice, ann)).toMatchObject({ total: 14, missed: 4 });
    expect(diarizationErrorRate(twice, ann, nistConventions)).toMatchObject({ total: 10, missed: 0 });
  });

  test("is overlap to both, and one speaker in JER, purity and coverage", () => {
    expect(diarizationErrorRate(twice, ann, { skipOverlap: true }).total).toBe(6);
    expect(diarizationErrorRate(twice, ann, { ...nistConventions, skipOverlap: true }).total).toBe(6);
    expect(jaccardErrorRate(ann, twice).jer).toBe(0);
    expect([purity(ann, twice).purity, coverage(twice, ann).coverage]).toEqual([1, 1]);
  });
});

test("speakers who share no time are not mapped", () => {
  const apart = diarizationErrorRate(ann, annotationOf([[0, 8, "x"], [20, 22, "y"]]));
  expect(apart.mapping).toEqual(new Map([["x", "ann"]]));
  expect(diarizationErrorRate(ann, annotationOf([[20, 22, "y"]])).mapping.size).toBe(0);
});

test("the mapping may rest on what is not scored", () => {
  // Under the collar x and ann share most; outside it y and ann do.
  const truth = annotationOf([[0, 2, "ann"], [2, 4, "ann"], [4, 10, "ann"]]);
  const claim = annotationOf([[0, 5.5, "x"], [5.5, 10, "y"]]);
  expect(diarizationErrorRate(truth, claim, { collarSec: 2 }).mapping).toEqual(new Map([["y", "ann"]]));
  expect(diarizationErrorRate(truth, claim, { collarSec: 2, mapOver: "uem" }).mapping).toEqual(
    new Map([["x", "ann"]]),
  );
});

test("fMeasure leans to the second rate as beta grows", () => {
  expect(fMeasure(0.5, 1, { beta: 2 })).toBeCloseTo(5 * 0.5 / 3, 15);
  expect(fMeasure(0.5, 1, { beta: 0.5 })).toBeCloseTo(1.25 * 0.5 / 1.125, 15);
});
