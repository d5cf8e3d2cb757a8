/** What is known of the number of speakers. */
export interface SpeakerHints {
  /** Exactly so many; overrides the others. */
  readonly numSpeakers?: number;
  /** At least so many. @default {1} */
  readonly minSpeakers?: number;
  /** At most so many. @default {Infinity} */
  readonly maxSpeakers?: number;
}

/** Hints made consistent. */
export interface SpeakerBounds {
  readonly exact: number | undefined;
  readonly min: number;
  readonly max: number;
}

/**
 * Bounds on the number of speakers from hints: an exact number overrides, equal bounds mean an exact number (pyannote
 * pipelines/utils/diarization.py, `set_num_speakers`).
 *
 * @throws {RangeError} when min exceeds max, or a hint is not a whole number from 1.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { speakerBounds } from "#lib/clustering/speaker_hints.ts";
 * assert.deepEqual(speakerBounds({ minSpeakers: 2, maxSpeakers: 2 }), { exact: 2, min: 2, max: 2 });
 * ```
 */
export function speakerBounds(hints: SpeakerHints = {}): SpeakerBounds {
  for (const [name, value] of Object.entries(hints)) {
    if (value !== undefined && value !== Infinity && (!Number.isInteger(value) || value < 1)) {
      throw new RangeError(`${name} must be a whole number from 1, not ${value}.`);
    }
  }
  const { numSpeakers } = hints;
  const min = numSpeakers ?? hints.minSpeakers ?? 1;
  const max = numSpeakers ?? hints.maxSpeakers ?? Infinity;
  if (min > max) throw new RangeError(`minSpeakers (${min}) must not exceed maxSpeakers (${max}).`);
  return { exact: min === max ? min : numSpeakers, min, max };
}

/**
 * How many clusters KMeans must make because the number that VBx found breaks the bounds, or undefined when it does not.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { forcedClusters, speakerBounds } from "#lib/clustering/speaker_hints.ts";
 * assert.equal(forcedClusters(2, speakerBounds({ minSpeakers: 4 })), 4);
 * assert.equal(forcedClusters(2, speakerBounds({ maxSpeakers: 4 })), undefined);
 * ```
 */
export function forcedClusters(found: number, bounds: SpeakerBounds): number | undefined {
  const wanted = found < bounds.min ? bounds.min : found > bounds.max ? bounds.max : bounds.exact;
  return wanted === found ? undefined : wanted;
}
