/** Where annotations differ, against the diarization error rate, which counts the same by another way. */
import { describe, expect, test } from "bun:test";
import { diarizationErrorRate } from "#lib/metrics/diarization_error_rate.ts";
import { laneGroups } from "#lib/plots/lane_rows.ts";
import { lanesFigure } from "#lib/plots/lanes_figure.ts";
import { DIFFERENCE_KINDS, turnDifferences } from "#lib/plots/turn_differences.ts";
import { Random } from "#lib/synthesis/random.ts";
import { Annotation } from "#lib/timeline/annotation.ts";
import { Segment } from "#lib/timeline/segment.ts";

function madeUp(random: Random, speakers: number): Annotation {
  const annotation = new Annotation();
  for (let turn = 0; turn < 12; turn++) {
    const start = random.integer(60);
    annotation.add(new Segment(start, start + 1 + random.integer(9)), `s${random.integer(speakers)}`);
  }
  return annotation;
}

describe("differences of turns", () => {
  test("last as long as the error rate says, where at most one speaker is wrong at a time", () => {
    const reference = new Annotation().add(new Segment(0, 10), "a").add(new Segment(12, 20), "b");
    const hypothesis = new Annotation().add(new Segment(2, 13), "x").add(new Segment(13, 22), "y");
    const { turns, rate } = turnDifferences(reference, hypothesis);
    for (const kind of DIFFERENCE_KINDS) {
      expect(turns[kind].reduce((sum, { startSec, endSec }) => sum + endSec - startSec, 0)).toBe(rate[kind]);
    }
    expect(turns.missed).toEqual([{ startSec: 0, endSec: 2 }]);
    expect(turns.falseAlarm).toEqual([{ startSec: 10, endSec: 12 }, { startSec: 20, endSec: 22 }]);
    expect(turns.confusion).toEqual([{ startSec: 12, endSec: 13 }]);
  });

  // Cropped to one moment, the rate's own parts say whether that moment is wrong, and how.
  test("stand where the rate of a moment has an error, in 40 made-up pairs", () => {
    const random = new Random(11);
    for (let round = 0; round < 40; round++) {
      const reference = madeUp(random, 3), hypothesis = madeUp(random, 4);
      const { turns, rate } = turnDifferences(reference, hypothesis);
      const partners = hypothesis.renameLabels(
        new Map(hypothesis.labels().map((label) => [label, rate.mapping.get(label) ?? `nobody, ${label}`])),
      );
      for (let t = 0; t < 72; t++) {
        const moment = new Segment(t, t + 1);
        const count = (annotation: Annotation) => {
          const found = new Map<string, number>();
          for (const [segment, , label] of annotation.itertracks({ yieldLabel: true })) {
            if (segment.start <= t && segment.end >= t + 1) found.set(label, (found.get(label) ?? 0) + 1);
          }
          return found;
        };
        const [r, h] = [count(reference), count(partners)];
        const total = (counts: Map<string, number>) => [...counts.values()].reduce((sum, n) => sum + n, 0);
        const same = [...h].reduce((sum, [label, n]) => sum + Math.min(n, r.get(label) ?? 0), 0);
        const wrong = {
          missed: total(r) > total(h),
          falseAlarm: total(h) > total(r),
          confusion: Math.min(total(r), total(h)) > same,
        };
        for (const kind of DIFFERENCE_KINDS) {
          const here = turns[kind].some(({ startSec, endSec }) =>
            startSec <= moment.start && endSec >= moment.end
          );
          expect([round, t, kind, here]).toEqual([round, t, kind, wrong[kind]]);
        }
      }
    }
  });

  test("are none between equals, whatever the names", () => {
    const reference = madeUp(new Random(5), 4);
    const renamed = reference.renameLabels(new Map(reference.labels().map((label) => [label, `x${label}`])));
    const { groups, differences } = laneGroups({ reference, hypothesis: renamed });
    expect(differences!.rate.der).toBe(0);
    expect(groups[2].rows.every(({ turns }) => turns.length === 0)).toBe(true);
    expect(groups[1].rows.map(({ speaker }) => speaker)).toEqual(reference.labels());
    expect(lanesFigure({ reference, hypothesis: renamed }).description).toContain("They do not differ");
  });

  test("have the rate of lib/metrics", () => {
    const random = new Random(2);
    const [reference, hypothesis] = [madeUp(random, 2), madeUp(random, 3)];
    expect(turnDifferences(reference, hypothesis).rate).toEqual(diarizationErrorRate(reference, hypothesis));
  });

  test("need an annotation", () => expect(() => lanesFigure({})).toThrow(TypeError));
});
