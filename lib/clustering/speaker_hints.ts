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

/**
 * Bounds that so many embeddings can meet: none above their number, as pyannote 3 cut them (`set_num_clusters`). KMeans could not make
 * more clusters, and pyannote 4 ends in its error.
 *
 * @param bounds What was asked for.
 * @param embeddings How many there are, at least one.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { reachableBounds, speakerBounds } from "#lib/clustering/speaker_hints.ts";
 * assert.deepEqual(reachableBounds(speakerBounds({ numSpeakers: 20 }), 14), { exact: 14, min: 14, max: 14 });
 * ```
 */
export function reachableBounds({ exact, min, max }: SpeakerBounds, embeddings: number): SpeakerBounds {
  return {
    exact: exact === undefined ? undefined : Math.min(exact, embeddings),
    min: Math.min(min, embeddings),
    max: Math.min(max, embeddings),
  };
}

/**
 * What a run must tell of its hints: those that contradict each other, and those that its result does not meet (pyannote warns of "the
 * detected number of speakers", too).
 *
 * @param hints What was asked for.
 * @param found Speakers of the result.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { hintWarnings } from "#lib/clustering/speaker_hints.ts";
 * assert.deepEqual(hintWarnings({ numSpeakers: 4 }, 2), ["4 speakers were asked for, the result has 2."]);
 * assert.deepEqual(hintWarnings({ minSpeakers: 2 }, 2), []);
 * ```
 */
export function hintWarnings(hints: SpeakerHints, found: number): string[] {
  const { numSpeakers, minSpeakers = 0, maxSpeakers = Infinity } = hints;
  const warnings: string[] = [];
  if (numSpeakers !== undefined && numSpeakers < minSpeakers) {
    warnings.push(`The exact number of speakers, ${numSpeakers}, overrides the least, ${minSpeakers}.`);
  }
  if (numSpeakers !== undefined && numSpeakers > maxSpeakers) {
    warnings.push(`The exact number of speakers, ${numSpeakers}, overrides the most, ${maxSpeakers}.`);
  }
  // Not of `speakerBounds`: who says nothing does not ask for one speaker, and silence has none.
  const least = numSpeakers ?? minSpeakers, most = numSpeakers ?? maxSpeakers;
  if (found < least || found > most) {
    const [limit, asked] = found < least ? [least, "At least "] : [most, "At most "];
    const wanted = `${least === most ? "" : asked}${limit} ${limit === 1 ? "speaker was" : "speakers were"}`;
    warnings.push(`${wanted} asked for, the result has ${found}.`);
  }
  return warnings;
}
