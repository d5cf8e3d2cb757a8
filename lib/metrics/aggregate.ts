/** The scores of a corpus. */
import { NeumaierSum } from "#lib/numerics/neumaier_sum.ts";
import { rateCoverage } from "./coverage.ts";
import { rateDetectionErrors } from "./detection_error_rate.ts";
import { rateDiarizationErrors } from "./diarization_error_rate.ts";
import { fMeasure } from "./f_measure.ts";
import { rateJaccardErrors } from "./jaccard_error_rate.ts";
import { ratePurity } from "./purity.ts";
import type { Scores } from "./score_file.ts";

/**
 * The scores of many recordings as of one long one: the seconds (for JER, the speakers) are added up and the rates taken from
 * the sums, so a recording weighs by what was said in it. Rates are never averaged. Where nothing is
 * scored, rates are NaN.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { aggregate } from "#lib/metrics/aggregate.ts";
 * import { scoreFile } from "#lib/metrics/score_file.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const long = new Annotation().add(new Segment(0, 9), "ann");
 * const short = new Annotation().add(new Segment(0, 1), "ann");
 * const right = scoreFile(long, long, { uri: "long" });
 * const wrong = scoreFile(short, new Annotation(), { uri: "short" });
 * assert.equal(aggregate([right, wrong]).diarization.der, 0.1);
 * ```
 */
export function aggregate(files: readonly Scores[]): Scores {
  const sum = (pick: (scores: Scores) => number): number =>
    files.reduce((total, scores) => total.add(pick(scores)), new NeumaierSum()).value;
  const purity = ratePurity({
    total: sum((s) => s.purity.total),
    dominant: sum((s) => s.purity.dominant),
  });
  const coverage = rateCoverage({
    total: sum((s) => s.coverage.total),
    dominant: sum((s) => s.coverage.dominant),
  });
  return {
    diarization: rateDiarizationErrors({
      total: sum((s) => s.diarization.total),
      correct: sum((s) => s.diarization.correct),
      missed: sum((s) => s.diarization.missed),
      falseAlarm: sum((s) => s.diarization.falseAlarm),
      confusion: sum((s) => s.diarization.confusion),
    }),
    jaccard: rateJaccardErrors({
      speakerError: sum((s) => s.jaccard.speakerError),
      speakers: sum((s) => s.jaccard.speakers),
      hypothesisSpeakers: sum((s) => s.jaccard.hypothesisSpeakers),
    }),
    purity,
    coverage,
    purityCoverageF: fMeasure(purity.purity, coverage.coverage),
    detection: rateDetectionErrors({
      detected: sum((s) => s.detection.detected),
      missed: sum((s) => s.detection.missed),
      falseAlarm: sum((s) => s.detection.falseAlarm),
    }),
  };
}
