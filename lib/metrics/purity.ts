/** Purity: how far each hypothesis speaker keeps to one reference speaker. */
import type { Annotation } from "#lib/timeline/annotation.ts";
import { type ScoredRegions, scoredRegions } from "./scored_regions.ts";
import type { ScoringOptions } from "./scoring_options.ts";
import { speakerTimes } from "./speaker_times.ts";

/** Purity and the two sums it is the quotient of, in seconds. */
export interface Purity {
  /** dominant / total, in [0, 1]; NaN where total is 0. */
  readonly purity: number;
  /** Time of the hypothesis speakers; two at once count twice. */
  readonly total: number;
  /** Of that, the time each shares with the one reference speaker it shares most with. */
  readonly dominant: number;
}

/**
 * Purity of the hypothesis' speakers, as pyannote.metrics' `DiarizationPurity`. Neither collar nor skipped overlap enters it, a
 * speaker's own overlap counts once, and several hypothesis speakers may share one reference speaker. Time outside the
 * reference's speech counts against it. A hypothesis without speech has none, NaN (pyannote
 * says 1).
 *
 * pyannote does not look at the UEM here; this does, when one is given.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { purity } from "#lib/metrics/purity.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const reference = new Annotation().add(new Segment(0, 6), "ann").add(new Segment(6, 10), "bob");
 * const hypothesis = new Annotation().add(new Segment(0, 10), "x");
 * assert.equal(purity(reference, hypothesis).purity, 0.6);
 * ```
 */
export function purity(
  reference: Annotation,
  hypothesis: Annotation,
  options: Pick<ScoringOptions, "uem"> = {},
): Purity {
  return purityOf(scoredRegions(reference, hypothesis, { uem: options.uem }));
}

/**
 * Purity over all of the UEM that the regions were cut from, scored or not.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { purityOf } from "#lib/metrics/purity.ts";
 * import { scoredRegions } from "#lib/metrics/scored_regions.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const reference = new Annotation().add(new Segment(0, 6), "ann");
 * const hypothesis = new Annotation().add(new Segment(4, 8), "x");
 * assert.equal(purityOf(scoredRegions(reference, hypothesis, { collarSec: 1 })).purity, 0.5);
 * ```
 */
export function purityOf(regions: ScoredRegions): Purity {
  const { reference, hypothesis, shared } = speakerTimes(regions, { over: "uem", merged: true });
  let total = 0;
  let dominant = 0;
  for (let h = 0; h < hypothesis.length; h++) {
    total += hypothesis[h];
    let most = 0;
    for (let r = 0; r < reference.length; r++) most = Math.max(most, shared[h * reference.length + r]);
    dominant += most;
  }
  return ratePurity({ total, dominant });
}

/**
 * Put the quotient to its sums; NaN when there is no time.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ratePurity } from "#lib/metrics/purity.ts";
 * assert.equal(ratePurity({ total: 4, dominant: 3 }).purity, 0.75);
 * assert.equal(ratePurity({ total: 0, dominant: 0 }).purity, NaN);
 * ```
 */
export function ratePurity({ total, dominant }: Omit<Purity, "purity">): Purity {
  return { purity: total > 0 ? dominant / total : NaN, total, dominant };
}
