/** Who speaks how long, and with whom. */
import type { RegionSpeakers, ScoredRegions } from "./scored_regions.ts";

/** Seconds per speaker and per pair of speakers. */
export interface SpeakerTimes {
  /** Seconds of each reference speaker. */
  readonly reference: Float64Array;
  /** Seconds of each hypothesis speaker. */
  readonly hypothesis: Float64Array;
  /** Seconds that a pair shares; row-major, one row per hypothesis speaker, one column per reference speaker. */
  readonly shared: Float64Array;
}

/** What `speakerTimes` counts. */
export interface SpeakerTimesOptions {
  /** All of the UEM, or what is scored of it. */
  readonly over: "scored" | "uem";
  /** Count a speaker who overlaps itself once instead of once per turn. */
  readonly merged: boolean;
}

/**
 * Add up the time of each speaker and the time each pair of speakers shares (pyannote.core's `Annotation.__mul__`, where n
 * turns of one against m turns of the other count n * m times unless merged).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { scoredRegions } from "#lib/metrics/scored_regions.ts";
 * import { speakerTimes } from "#lib/metrics/speaker_times.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const reference = new Annotation().add(new Segment(0, 4), "ann");
 * const hypothesis = new Annotation().add(new Segment(1, 6), "x");
 * const times = speakerTimes(scoredRegions(reference, hypothesis), { over: "scored", merged: false });
 * assert.deepEqual([...times.reference, ...times.hypothesis, ...times.shared], [4, 5, 3]);
 * ```
 */
export function speakerTimes(regions: ScoredRegions, options: SpeakerTimesOptions): SpeakerTimes {
  const { over, merged } = options;
  const { reference, hypothesis, durationSec, scored } = regions;
  const width = reference.labels.length;
  const times = {
    reference: new Float64Array(width),
    hypothesis: new Float64Array(hypothesis.labels.length),
    shared: new Float64Array(hypothesis.labels.length * width),
  };
  for (let i = 0; i < durationSec.length; i++) {
    if (over === "scored" && !scored[i]) continue;
    addEach(times.reference, reference, i, durationSec[i], merged);
    addEach(times.hypothesis, hypothesis, i, durationSec[i], merged);
    for (let h = hypothesis.offsets[i]; h < hypothesis.offsets[i + 1]; h++) {
      const row = hypothesis.speakers[h] * width;
      for (let r = reference.offsets[i]; r < reference.offsets[i + 1]; r++) {
        const weight = merged ? 1 : hypothesis.counts[h] * reference.counts[r];
        times.shared[row + reference.speakers[r]] += weight * durationSec[i];
      }
    }
  }
  return times;
}

function addEach(
  total: Float64Array,
  side: RegionSpeakers,
  region: number,
  durationSec: number,
  merged: boolean,
): void {
  for (let k = side.offsets[region]; k < side.offsets[region + 1]; k++) {
    total[side.speakers[k]] += (merged ? 1 : side.counts[k]) * durationSec;
  }
}
