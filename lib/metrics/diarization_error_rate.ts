/** Diarization error rate: how much speaker time is missed, invented or given to somebody else. */
import { NeumaierSum } from "#lib/numerics/neumaier_sum.ts";
import type { Annotation } from "#lib/timeline/annotation.ts";
import { type RegionSpeakers, type ScoredRegions, scoredRegions } from "./scored_regions.ts";
import type { ScoringOptions } from "./scoring_options.ts";
import { speakerMapping } from "./speaker_mapping.ts";

/** The parts of the diarization error rate; all but `der` are seconds of speaker time. */
export interface DiarizationErrors {
  /** (missed + falseAlarm + confusion) / total; from 0 upwards, may exceed 1. NaN where total is 0. */
  readonly der: number;
  /** Reference speaker time; two who speak at once count twice. */
  readonly total: number;
  readonly correct: number;
  readonly missed: number;
  readonly falseAlarm: number;
  /** Given to another speaker than the one it is mapped to. */
  readonly confusion: number;
}

/** The error rate of one recording and the mapping it rests on. */
export interface DiarizationErrorRate extends DiarizationErrors {
  /** Hypothesis speaker to reference speaker; speakers without a partner are absent. */
  readonly mapping: ReadonlyMap<string, string>;
}

/**
 * The diarization error rate, as pyannote.metrics' `DiarizationErrorRate` and, with `nistConventions`, as NIST md-eval-22.
 *
 * In each region with R reference and H hypothesis speakers, of which C are mapped to one another, R is the total, C is
 * correct, max(0, R - H) missed, max(0, H - R) false alarm and min(R, H) - C confusion. A reference without scored speech
 * has no rate, NaN (pyannote says 0 if nothing was claimed, else 1; see `pyannoteErrorRate`).
 *
 * @throws {RangeError} when an option is out of range.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { diarizationErrorRate } from "#lib/metrics/diarization_error_rate.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const reference = new Annotation().add(new Segment(0, 6), "ann").add(new Segment(6, 10), "bob");
 * const hypothesis = new Annotation().add(new Segment(0, 7), "x").add(new Segment(7, 11), "y");
 * const { der, confusion, falseAlarm, mapping } = diarizationErrorRate(reference, hypothesis);
 * assert.deepEqual([der, confusion, falseAlarm], [0.2, 1, 1]);
 * assert.equal(mapping.get("y"), "bob");
 * ```
 */
export function diarizationErrorRate(
  reference: Annotation,
  hypothesis: Annotation,
  options: ScoringOptions = {},
): DiarizationErrorRate {
  return diarizationErrorRateOf(scoredRegions(reference, hypothesis, options));
}

/**
 * The diarization error rate of regions that are already cut.
 *
 * @param mapping Reference speaker of each hypothesis speaker or -1; by default the optimal one for these regions.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { diarizationErrorRateOf } from "#lib/metrics/diarization_error_rate.ts";
 * import { scoredRegions } from "#lib/metrics/scored_regions.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const reference = new Annotation().add(new Segment(0, 6), "ann");
 * const regions = scoredRegions(reference, reference);
 * assert.equal(diarizationErrorRateOf(regions).correct, 6);
 * assert.equal(diarizationErrorRateOf(regions, Int32Array.of(-1)).confusion, 6);
 * ```
 */
export function diarizationErrorRateOf(
  regions: ScoredRegions,
  mapping: Int32Array = speakerMapping(regions),
): DiarizationErrorRate {
  const { reference, hypothesis, durationSec, scored } = regions;
  const total = new NeumaierSum();
  const correct = new NeumaierSum();
  const missed = new NeumaierSum();
  const falseAlarm = new NeumaierSum();
  const confusion = new NeumaierSum();
  for (let i = 0; i < durationSec.length; i++) {
    if (!scored[i]) continue;
    const nRef = openTurns(reference, i);
    const nHyp = openTurns(hypothesis, i);
    const nCorrect = correctTurns(regions, i, mapping);
    total.add(nRef * durationSec[i]);
    correct.add(nCorrect * durationSec[i]);
    missed.add(Math.max(0, nRef - nHyp) * durationSec[i]);
    falseAlarm.add(Math.max(0, nHyp - nRef) * durationSec[i]);
    confusion.add((Math.min(nRef, nHyp) - nCorrect) * durationSec[i]);
  }
  const named = new Map<string, string>();
  mapping.forEach((r, h) => {
    if (r >= 0) named.set(hypothesis.labels[h], reference.labels[r]);
  });
  const errors = rateDiarizationErrors({
    total: total.value,
    correct: correct.value,
    missed: missed.value,
    falseAlarm: falseAlarm.value,
    confusion: confusion.value,
  });
  return { ...errors, mapping: named };
}

/**
 * Put the rate to its parts: NaN where there is no speech to divide by, so that nothing scored is never taken for perfect.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { rateDiarizationErrors } from "#lib/metrics/diarization_error_rate.ts";
 * const none = { total: 0, correct: 0, missed: 0, falseAlarm: 0, confusion: 0 };
 * assert.equal(rateDiarizationErrors(none).der, NaN);
 * assert.equal(rateDiarizationErrors({ ...none, total: 8, falseAlarm: 2 }).der, 0.25);
 * ```
 */
export function rateDiarizationErrors(parts: Omit<DiarizationErrors, "der">): DiarizationErrors {
  const { total, correct, missed, falseAlarm, confusion } = parts;
  const der = total > 0 ? (missed + falseAlarm + confusion) / total : NaN;
  return { der, total, correct, missed, falseAlarm, confusion };
}

function openTurns({ offsets, counts }: RegionSpeakers, region: number): number {
  let open = 0;
  for (let k = offsets[region]; k < offsets[region + 1]; k++) open += counts[k];
  return open;
}

/** Turns of both sides that pair off under the mapping. */
function correctTurns({ reference, hypothesis }: ScoredRegions, region: number, mapping: Int32Array): number {
  let correct = 0;
  for (let h = hypothesis.offsets[region]; h < hypothesis.offsets[region + 1]; h++) {
    const wanted = mapping[hypothesis.speakers[h]];
    for (let r = reference.offsets[region]; r < reference.offsets[region + 1]; r++) {
      if (reference.speakers[r] === wanted) correct += Math.min(hypothesis.counts[h], reference.counts[r]);
    }
  }
  return correct;
}
