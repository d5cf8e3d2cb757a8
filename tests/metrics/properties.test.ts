import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { coverage } from "#lib/metrics/coverage.ts";
import { detectionErrorRate } from "#lib/metrics/detection_error_rate.ts";
import { diarizationErrorRate, diarizationErrorRateOf } from "#lib/metrics/diarization_error_rate.ts";
import { jaccardErrorRate } from "#lib/metrics/jaccard_error_rate.ts";
import { purity } from "#lib/metrics/purity.ts";
import { scoredRegions } from "#lib/metrics/scored_regions.ts";
import type { ScoringOptions } from "#lib/metrics/scoring_options.ts";
import { speakerMapping } from "#lib/metrics/speaker_mapping.ts";
import { speakerTimes } from "#lib/metrics/speaker_times.ts";
import { Annotation } from "#lib/timeline/annotation.ts";
import { Segment } from "#lib/timeline/segment.ts";
import { Timeline } from "#lib/timeline/timeline.ts";
import { oracle } from "./frames_oracle.ts";
import { annotationOf, turnsArbitrary } from "./turns.ts";

const reference = turnsArbitrary("r");
const hypothesis = turnsArbitrary("h");
const options: fc.Arbitrary<ScoringOptions> = fc.record({
  collarSec: fc.constantFrom(0, 0.25, 0.5, 1, 2.5),
  collarKind: fc.constantFrom("total", "side"),
  skipOverlap: fc.boolean(),
  selfOverlap: fc.constantFrom("pyannote", "nist"),
  mapOver: fc.constantFrom("scored", "uem"),
});

describe("the diarization error rate", () => {
  test("agrees with a count over frames and a search over all mappings", () => {
    const settings = fc.record({
      // On the frames' grid, so that the count is exact.
      halfCollar: fc.constantFrom(0, 0.5, 1),
      skipOverlap: fc.boolean(),
      once: fc.boolean(),
      uem: fc.constantFrom<[number, number]>([0, 40], [5, 25], [0, 12]),
    });
    fc.assert(fc.property(reference, hypothesis, settings, (r, h, s) => {
      const regions = scoredRegions(annotationOf(r), annotationOf(h), {
        uem: new Timeline([new Segment(...s.uem)]),
        collarSec: s.halfCollar,
        collarKind: "side",
        skipOverlap: s.skipOverlap,
        selfOverlap: s.once ? "nist" : "pyannote",
      });
      const expected = oracle(r, h, s);
      const mapping = speakerMapping(regions);
      const { total, missed, falseAlarm } = diarizationErrorRateOf(regions, mapping);
      expect({ total, missed, falseAlarm }).toEqual({
        total: expected.total,
        missed: expected.missed,
        falseAlarm: expected.falseAlarm,
      });
      const { shared } = speakerTimes(regions, { over: "scored", merged: false });
      const width = regions.reference.labels.length;
      const mapped = mapping.reduce(
        (sum, column, row) => sum + (column < 0 ? 0 : shared[row * width + column]),
        0,
      );
      expect(mapped).toBe(expected.mostShared);
    }));
  });

  test("is 0 or more, and its parts add up", () => {
    fc.assert(fc.property(reference, hypothesis, options, (r, h, o) => {
      const { der, total, correct, missed, falseAlarm, confusion } = diarizationErrorRate(
        annotationOf(r),
        annotationOf(h),
        o,
      );
      for (const part of [total, correct, missed, falseAlarm, confusion]) {
        expect(part).toBeGreaterThanOrEqual(0);
      }
      expect(der).toBe(total > 0 ? (missed + falseAlarm + confusion) / total : NaN);
      expect(missed + confusion + correct).toBe(total);
    }));
  });

  test("is 0 against the reference itself and 1 against nothing", () => {
    fc.assert(fc.property(turnsArbitrary("r", 1), options, (r, o) => {
      const truth = annotationOf(r);
      const silence = diarizationErrorRate(truth, new Annotation(), o);
      expect(silence.der).toBe(silence.total > 0 ? 1 : NaN);
      expect(diarizationErrorRate(truth, truth, o).der).toBe(silence.total > 0 ? 0 : NaN);
      expect(diarizationErrorRate(truth, new Annotation()).der).toBe(1);
    }));
  });

  test("does not know names", () => {
    const renamed = new Map([["h0", "h2"], ["h1", "h0"], ["h2", "h3"], ["h3", "h1"]]);
    fc.assert(fc.property(reference, hypothesis, options, (r, h, o) => {
      const truth = annotationOf(r);
      const claim = annotationOf(h);
      // Names may decide between equally good mappings. Those agree in what is correct when the mapping rests on just that:
      // scored time, each speaker counted once.
      const nist = { ...o, selfOverlap: "nist", mapOver: "scored" } as const;
      const { mapping: _before, ...before } = diarizationErrorRate(truth, claim, nist);
      const { mapping: _after, ...after } = diarizationErrorRate(truth, claim.renameLabels(renamed), nist);
      expect(after).toEqual(before);
    }));
  });

  test("scores no more under a wider collar", () => {
    fc.assert(fc.property(reference, hypothesis, options, (r, h, o) => {
      const [truth, claim] = [annotationOf(r), annotationOf(h)];
      const totals = [0, 0.5, 1, 2, 5].map((collarSec) =>
        diarizationErrorRate(truth, claim, { ...o, collarSec }).total
      );
      expect(totals).toEqual(totals.toSorted((a, b) => b - a));
    }));
  });

  test("adds up over the pieces of a UEM under one mapping", () => {
    fc.assert(fc.property(reference, hypothesis, options, fc.integer({ min: 1, max: 39 }), (r, h, o, at) => {
      const [truth, claim] = [annotationOf(r), annotationOf(h)];
      const within = (...uem: Segment[]) => scoredRegions(truth, claim, { ...o, uem: new Timeline(uem) });
      const whole = within(new Segment(0, 40));
      const mapping = speakerMapping(whole);
      const all = diarizationErrorRateOf(whole, mapping);
      const head = diarizationErrorRateOf(within(new Segment(0, at)), mapping);
      const tail = diarizationErrorRateOf(within(new Segment(at, 40)), mapping);
      for (const part of ["total", "correct", "missed", "falseAlarm", "confusion"] as const) {
        expect(head[part] + tail[part]).toBe(all[part]);
      }
    }));
  });
});

describe("the other measures", () => {
  test("JER lies in [0, 1], is 0 against itself", () => {
    fc.assert(fc.property(reference, hypothesis, options, (r, h, o) => {
      const { jer, speakers } = jaccardErrorRate(annotationOf(r), annotationOf(h), o);
      expect(speakers > 0 ? jer >= 0 && jer <= 1 : Number.isNaN(jer)).toBe(true);
      const itself = jaccardErrorRate(annotationOf(r), annotationOf(r), o);
      expect(itself.jer).toBe(itself.speakers > 0 ? 0 : NaN);
    }));
  });

  test("purity one way is coverage the other way", () => {
    fc.assert(fc.property(reference, hypothesis, (r, h) => {
      const [a, b] = [annotationOf(r), annotationOf(h)];
      const pure = purity(a, b);
      expect(coverage(b, a)).toEqual({ coverage: pure.purity, total: pure.total, dominant: pure.dominant });
      expect(pure.total > 0 ? pure.purity <= 1 : Number.isNaN(pure.purity)).toBe(true);
      expect(purity(a, a).purity).toBe(r.length > 0 ? 1 : NaN);
    }));
  });

  test("detection agrees with a count over frames", () => {
    fc.assert(fc.property(reference, hypothesis, fc.boolean(), (r, h, skipOverlap) => {
      const uem: [number, number] = [0, 40];
      const { missed, falseAlarm, precision, recall } = detectionErrorRate(annotationOf(r), annotationOf(h), {
        uem: new Timeline([new Segment(...uem)]),
        skipOverlap,
      });
      const expected = oracle(r, h, { uem, skipOverlap, halfCollar: 0, once: false });
      expect([missed, falseAlarm]).toEqual([expected.speechMissed, expected.speechInvented]);
      const { detected } = detectionErrorRate(annotationOf(r), annotationOf(h), {
        uem: new Timeline([new Segment(...uem)]),
        skipOverlap,
      });
      expect(precision).toBe(detected + falseAlarm > 0 ? detected / (detected + falseAlarm) : NaN);
      expect(recall).toBe(detected + missed > 0 ? detected / (detected + missed) : NaN);
    }));
  });
});
