/** Detection error rate: how well speech is told from non-speech, whoever speaks. */
import { NeumaierSum } from "#lib/numerics/neumaier_sum.ts";
import type { Annotation } from "#lib/timeline/annotation.ts";
import { fMeasure } from "./f_measure.ts";
import { type ScoredRegions, scoredRegions } from "./scored_regions.ts";
import type { ScoringOptions } from "./scoring_options.ts";

/** Detection figures; times in seconds. */
export interface DetectionErrorRate {
  /** (missed + falseAlarm) / total; from 0 upwards. NaN where total is 0. */
  readonly rate: number;
  /** Time in which the reference has speech. */
  readonly total: number;
  /** Speech in both. */
  readonly detected: number;
  /** Speech in the reference alone. */
  readonly missed: number;
  /** Speech in the hypothesis alone. */
  readonly falseAlarm: number;
  /** detected / (detected + falseAlarm); NaN where nothing is claimed. */
  readonly precision: number;
  /** detected / total; NaN where total is 0. */
  readonly recall: number;
  /** Harmonic mean of precision and recall. */
  readonly fMeasure: number;
}

/**
 * The detection error rate, as pyannote.metrics' `DetectionErrorRate`, with precision and recall. Speakers, and how many speak at
 * once, do not matter.
 *
 * Without reference speech rate and recall are NaN, without claims precision is (pyannote says 0 or 1, and 1).
 *
 * @throws {RangeError} when an option is out of range.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { detectionErrorRate } from "#lib/metrics/detection_error_rate.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const reference = new Annotation().add(new Segment(0, 8), "ann");
 * const hypothesis = new Annotation().add(new Segment(2, 12), "x");
 * const { rate, missed, falseAlarm, precision, recall } = detectionErrorRate(reference, hypothesis);
 * assert.deepEqual([rate, missed, falseAlarm, precision, recall], [0.75, 2, 4, 0.6, 0.75]);
 * ```
 */
export function detectionErrorRate(
  reference: Annotation,
  hypothesis: Annotation,
  options: ScoringOptions = {},
): DetectionErrorRate {
  return detectionErrorRateOf(scoredRegions(reference, hypothesis, options));
}

/**
 * The detection error rate of regions that are already cut.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { detectionErrorRateOf } from "#lib/metrics/detection_error_rate.ts";
 * import { scoredRegions } from "#lib/metrics/scored_regions.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const reference = new Annotation().add(new Segment(0, 8), "ann");
 * assert.equal(detectionErrorRateOf(scoredRegions(reference, new Annotation())).missed, 8);
 * ```
 */
export function detectionErrorRateOf(regions: ScoredRegions): DetectionErrorRate {
  const { reference, hypothesis, durationSec, scored } = regions;
  const detected = new NeumaierSum();
  const missed = new NeumaierSum();
  const falseAlarm = new NeumaierSum();
  for (let i = 0; i < durationSec.length; i++) {
    if (!scored[i]) continue;
    const inReference = reference.offsets[i + 1] > reference.offsets[i];
    const inHypothesis = hypothesis.offsets[i + 1] > hypothesis.offsets[i];
    if (inReference && inHypothesis) detected.add(durationSec[i]);
    else if (inReference) missed.add(durationSec[i]);
    else if (inHypothesis) falseAlarm.add(durationSec[i]);
  }
  return rateDetectionErrors({
    detected: detected.value,
    missed: missed.value,
    falseAlarm: falseAlarm.value,
  });
}

/**
 * Put the rates to their parts.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { rateDetectionErrors } from "#lib/metrics/detection_error_rate.ts";
 * const { rate, precision, recall } = rateDetectionErrors({ detected: 0, missed: 0, falseAlarm: 3 });
 * assert.deepEqual([rate, precision, recall], [NaN, 0, NaN]);
 * ```
 */
export function rateDetectionErrors(
  parts: Pick<DetectionErrorRate, "detected" | "missed" | "falseAlarm">,
): DetectionErrorRate {
  const { detected, missed, falseAlarm } = parts;
  const total = detected + missed;
  const claimed = detected + falseAlarm;
  const precision = claimed > 0 ? detected / claimed : NaN;
  const recall = total > 0 ? detected / total : NaN;
  return {
    rate: total > 0 ? (missed + falseAlarm) / total : NaN,
    total,
    detected,
    missed,
    falseAlarm,
    precision,
    recall,
    fMeasure: fMeasure(precision, recall),
  };
}
