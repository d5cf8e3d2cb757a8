import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Annotation, annotationToJson, parseAnnotationJson, Timeline } from "#lib/timeline/mod.ts";
import { annotations, quarters, timelines, writtenAnnotations } from "./arbitraries.ts";

const settings = { numRuns: 300, seed: 4 };

/** The most seconds any one-to-one mapping of rows to columns can share, by trying them all. */
function bestByTrying(
  of: { rows: readonly string[]; columns: readonly string[]; seconds: Float64Array },
): number {
  const { rows, columns, seconds } = of;
  const best = (row: number, taken: ReadonlySet<number>): number => {
    if (row === rows.length) return 0;
    let most = best(row + 1, taken);
    for (let column = 0; column < columns.length; column++) {
      if (taken.has(column)) continue;
      const shared = seconds[row * columns.length + column];
      most = Math.max(most, shared + best(row + 1, new Set([...taken, column])));
    }
    return most;
  };
  return best(0, new Set());
}

describe("Annotation, on a grid of quarter seconds", () => {
  test("the optimal mapping is one-to-one and shares as much as any", () => {
    fc.assert(
      fc.property(annotations, annotations, (hypothesis, reference) => {
        const shared = hypothesis.cooccurrence(reference);
        const mapping = hypothesis.optimalMapping(reference);
        expect(new Set(mapping.values()).size).toBe(mapping.size);
        let sum = 0;
        for (const [from, to] of mapping) {
          const seconds =
            shared.seconds[shared.rows.indexOf(from) * shared.columns.length + shared.columns.indexOf(to)];
          expect(seconds).toBeGreaterThan(0);
          sum += seconds;
        }
        expect(sum).toBe(bestByTrying(shared));
      }),
      settings,
    );
  });

  test("co-occurrence is the sum over all pairs of tracks, and its mirror is its transpose", () => {
    fc.assert(
      fc.property(annotations, annotations, (a, b) => {
        const { rows, columns, seconds } = a.cooccurrence(b);
        const mirror = b.cooccurrence(a).seconds;
        rows.forEach((row, r) =>
          columns.forEach((column, c) => {
            let naive = 0;
            for (const [one, , label] of a.itertracks({ yieldLabel: true })) {
              for (const [two, , other] of b.itertracks({ yieldLabel: true })) {
                if (label === row && other === column) naive += one.intersection(two).duration;
              }
            }
            expect(seconds[r * columns.length + c]).toBe(naive);
            expect(mirror[c * rows.length + r]).toBe(naive);
          })
        );
      }),
      { numRuns: 100, seed: 5 },
    );
  });

  test("the chart's seconds are the labels', falling; its fractions sum to 1", () => {
    fc.assert(
      fc.property(annotations, (annotation) => {
        const chart = annotation.chart();
        expect(chart.map(([label]) => label).sort()).toEqual(annotation.labels());
        for (const [label, seconds] of chart) {
          expect(seconds).toBe(quarters(annotation.labelTimeline(label)).size / 4);
        }
        for (let i = 1; i < chart.length; i++) expect(chart[i][1]).toBeLessThanOrEqual(chart[i - 1][1]);
        const whole = annotation.chart({ percent: true }).reduce((sum, [, part]) => sum + part, 0);
        expect(whole).toBeCloseTo(chart.length > 0 ? 1 : 0, 12);
      }),
      settings,
    );
  });

  test("overlap is where two labels or more are active", () => {
    fc.assert(
      fc.property(annotations, (annotation) => {
        const supports = annotation.labels().flatMap((
          label,
        ) => [...quarters(annotation.labelSupport(label))]);
        const twice = supports.filter((k, i) => supports.indexOf(k) < i);
        const sorted = (list: Iterable<number>) => [...new Set(list)].sort((a, b) => a - b);
        expect(sorted(quarters(annotation.getOverlap()))).toEqual(sorted(twice));
      }),
      settings,
    );
  });

  test("crop keeps every label's crop, and as many tracks as meet the support", () => {
    fc.assert(
      fc.property(annotations, timelines, (annotation, support) => {
        const cropped = annotation.crop(support);
        for (const label of annotation.labels()) {
          expect(cropped.labelTimeline(label).equals(annotation.labelTimeline(label).crop(support))).toBe(
            true,
          );
        }
        const parts = [...support.support()];
        const met = [...annotation.itertracks()].flatMap(([segment]) =>
          parts.filter((part) => part.intersects(segment))
        );
        expect([...cropped.itertracks()].length).toBe(met.length);
      }),
      settings,
    );
  });

  test("support leaves each label's own support, in disjoint tracks", () => {
    fc.assert(
      fc.property(annotations, (annotation) => {
        const support = annotation.support();
        expect(support.labels()).toEqual(annotation.labels());
        for (const label of annotation.labels()) {
          expect(support.labelTimeline(label).equals(annotation.labelSupport(label))).toBe(true);
        }
        const names = [...support.itertracks()].map(([, track]) => track);
        expect(new Set(names).size).toBe(names.length);
      }),
      settings,
    );
  });

  test("order of setting does not matter, JSON gives the same back", () => {
    fc.assert(
      fc.property(fc.oneof(annotations, writtenAnnotations), (annotation) => {
        const backwards = [...annotation.itertracks({ yieldLabel: true })].reverse();
        expect(Annotation.fromTracks(backwards).equals(annotation)).toBe(true);
        const read = parseAnnotationJson(annotationToJson(annotation));
        expect(read.equals(annotation)).toBe(true);
        expect(read.uri).toBe(annotation.uri);
      }),
      settings,
    );
  });

  test("a frame of a quarter second is active when the quarter is", () => {
    fc.assert(
      fc.property(annotations, (annotation) => {
        const start = annotation.extent().start;
        const { active, frames, labels } = annotation.discretize({ resolutionSec: 0.25 });
        labels.forEach((label, column) => {
          const spoken = quarters(new Timeline(annotation.labelTimeline(label)));
          for (let frame = 0; frame < frames; frame++) {
            if (spoken.has(start * 4 + frame)) expect(active[frame * labels.length + column]).toBe(1);
          }
        });
      }),
      settings,
    );
  });
});
