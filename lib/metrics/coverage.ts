/** Coverage: how far each reference speaker is kept together in one hypothesis speaker. */
import type { Annotation } from "#lib/timeline/annotation.ts";
import { purityOf } from "./purity.ts";
import { type ScoredRegions, scoredRegions } from "./scored_regions.ts";
import type { ScoringOptions } from "./scoring_options.ts";

/** Coverage and the two sums it is the quotient of, in seconds. */
export interface Coverage {
  /** dominant / total, in [0, 1]; NaN where total is 0. */
  readonly coverage: number;
  /** Time of the reference speakers; two at once count twice. */
  readonly total: number;
  /** Of that, the time each shares with the one hypothesis speaker it shares most with. */
  readonly dominant: number;
}

/**
 * Coverage of the reference's speakers, as pyannote.metrics' `DiarizationCoverage`: purity with the two sides exchanged, with
 * all that is said there.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { coverage } from "#lib/metrics/coverage.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const reference = new Annotation().add(new Segment(0, 10), "ann");
 * const hypothesis = new Annotation().add(new Segment(0, 6), "x").add(new Segment(6, 10), "y");
 * assert.equal(coverage(reference, hypothesis).coverage, 0.6);
 * ```
 */
export function coverage(
  reference: Annotation,
  hypothesis: Annotation,
  options: Pick<ScoringOptions, "uem"> = {},
): Coverage {
  return coverageOf(scoredRegions(reference, hypothesis, { uem: options.uem }));
}

/**
 * Coverage over all of the UEM that the regions were cut from, scored or not.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { coverageOf } from "#lib/metrics/coverage.ts";
 * import { scoredRegions } from "#lib/metrics/scored_regions.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const reference = new Annotation().add(new Segment(0, 8), "ann");
 * const hypothesis = new Annotation().add(new Segment(6, 10), "x");
 * assert.equal(coverageOf(scoredRegions(reference, hypothesis, { collarSec: 1 })).coverage, 0.25);
 * ```
 */
export function coverageOf(regions: ScoredRegions): Coverage {
  return rateCoverage(
    purityOf({ ...regions, reference: regions.hypothesis, hypothesis: regions.reference }),
  );
}

/**
 * Put the quotient to its sums; NaN when there is no time.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { rateCoverage } from "#lib/metrics/coverage.ts";
 * assert.equal(rateCoverage({ total: 4, dominant: 3 }).coverage, 0.75);
 * ```
 */
export function rateCoverage({ total, dominant }: Omit<Coverage, "coverage">): Coverage {
  return { coverage: total > 0 ? dominant / total : NaN, total, dominant };
}
