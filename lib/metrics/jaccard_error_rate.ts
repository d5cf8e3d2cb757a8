/** Jaccard error rate: every reference speaker weighs the same, however little it speaks. */
import type { Annotation } from "#lib/timeline/annotation.ts";
import { type ScoredRegions, scoredRegions } from "./scored_regions.ts";
import type { ScoringOptions } from "./scoring_options.ts";
import { speakerMapping } from "./speaker_mapping.ts";
import { speakerTimes } from "./speaker_times.ts";

/** The Jaccard error rate and what it is the mean of. */
export interface JaccardErrorRate {
  /** speakerError / speakers, in [0, 1]; NaN without speakers. */
  readonly jer: number;
  /** Sum over reference speakers of 1 - |both| / |either|. */
  readonly speakerError: number;
  /** Reference speakers with scored time. */
  readonly speakers: number;
  /** Hypothesis speakers with scored time. */
  readonly hypothesisSpeakers: number;
}

/**
 * The Jaccard error rate of the second DIHARD challenge, as pyannote.metrics' `JaccardErrorRate`: over the reference speakers,
 * the mean of 1 - (time of speaker and partner together) / (time of either), and 1 for a speaker without partner. A
 * speaker's own overlap counts once; the mapping is the error rate's.
 *
 * A reference without scored speech has no rate, NaN (dscore says 0 or 1; pyannote divides by zero).
 *
 * @throws {RangeError} when an option is out of range.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { jaccardErrorRate } from "#lib/metrics/jaccard_error_rate.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const reference = new Annotation().add(new Segment(0, 6), "ann").add(new Segment(6, 10), "bob");
 * const hypothesis = new Annotation().add(new Segment(0, 8), "x");
 * assert.equal(jaccardErrorRate(reference, hypothesis).jer, (2 / 8 + 1) / 2);
 * ```
 */
export function jaccardErrorRate(
  reference: Annotation,
  hypothesis: Annotation,
  options: ScoringOptions = {},
): JaccardErrorRate {
  return jaccardErrorRateOf(scoredRegions(reference, hypothesis, options));
}

/**
 * The Jaccard error rate of regions that are already cut, under the optimal mapping or the one given.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { jaccardErrorRateOf } from "#lib/metrics/jaccard_error_rate.ts";
 * import { scoredRegions } from "#lib/metrics/scored_regions.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const reference = new Annotation().add(new Segment(0, 6), "ann");
 * const regions = scoredRegions(reference, reference);
 * assert.equal(jaccardErrorRateOf(regions).jer, 0);
 * assert.equal(jaccardErrorRateOf(regions, Int32Array.of(-1)).jer, 1);
 * ```
 */
export function jaccardErrorRateOf(
  regions: ScoredRegions,
  mapping: Int32Array = speakerMapping(regions),
): JaccardErrorRate {
  const { reference, hypothesis, shared } = speakerTimes(regions, { over: "scored", merged: true });
  const partner = new Int32Array(reference.length).fill(-1);
  mapping.forEach((r, h) => {
    if (r >= 0) partner[r] = h;
  });
  let speakerError = 0;
  for (let r = 0; r < reference.length; r++) {
    if (!(reference[r] > 0)) continue;
    const h = partner[r];
    if (h < 0) {
      speakerError += 1;
    } else {
      // Written as wrong / either rather than 1 - both / either: it cannot leave [0, 1] by rounding.
      const both = shared[h * reference.length + r];
      const wrong = (reference[r] - both) + (hypothesis[h] - both);
      speakerError += wrong / (both + wrong);
    }
  }
  return rateJaccardErrors({
    speakerError,
    speakers: reference.filter((seconds) => seconds > 0).length,
    hypothesisSpeakers: hypothesis.filter((seconds) => seconds > 0).length,
  });
}

/**
 * Put the mean to its parts; NaN without reference speakers.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { rateJaccardErrors } from "#lib/metrics/jaccard_error_rate.ts";
 * assert.equal(rateJaccardErrors({ speakerError: 0.5, speakers: 2, hypothesisSpeakers: 2 }).jer, 0.25);
 * assert.equal(rateJaccardErrors({ speakerError: 0, speakers: 0, hypothesisSpeakers: 1 }).jer, NaN);
 * ```
 */
export function rateJaccardErrors(parts: Omit<JaccardErrorRate, "jer">): JaccardErrorRate {
  const { speakerError, speakers, hypothesisSpeakers } = parts;
  const jer = speakers > 0 ? speakerError / speakers : NaN;
  return { jer, speakerError, speakers, hypothesisSpeakers };
}
