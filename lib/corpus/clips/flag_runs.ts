/** A run of equal flags, from the first frame to behind the last one. */
export type FlagRun = readonly [start: number, end: number];

/** Where flags of a VAD say speech, and where they do not. */
export interface FlagRuns {
  readonly speech: readonly FlagRun[];
  readonly silence: readonly FlagRun[];
}

/**
 * The runs of speech and silence in a VAD's frames.
 *
 * @param flags One a frame: 0 is silence, all else speech.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { flagRuns } from "#lib/corpus/clips/flag_runs.ts";
 * assert.deepEqual(flagRuns([0, 0, 1, 1, 0]), { speech: [[2, 4]], silence: [[0, 2], [4, 5]] });
 * ```
 */
export function flagRuns(flags: ArrayLike<number | boolean>): FlagRuns {
  const speech: FlagRun[] = [];
  const silence: FlagRun[] = [];
  for (let start = 0; start < flags.length;) {
    const isSpeech = Boolean(flags[start]);
    let end = start + 1;
    while (end < flags.length && Boolean(flags[end]) === isSpeech) end++;
    (isSpeech ? speech : silence).push([start, end]);
    start = end;
  }
  return { speech, silence };
}

/** Seconds of speech, over its segments. */
export interface SegmentStatistics {
  readonly max: number;
  readonly min: number;
  readonly sum: number;
  readonly num: number;
  readonly avg: number;
}

/**
 * Longest, shortest, sum, count and mean of durations in seconds; all 0 where there is none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { segmentStatistics } from "#lib/corpus/clips/flag_runs.ts";
 * assert.deepEqual(segmentStatistics([1, 3]), { max: 3, min: 1, sum: 4, num: 2, avg: 2 });
 * ```
 */
export function segmentStatistics(durationsSec: readonly number[]): SegmentStatistics {
  const num = durationsSec.length;
  if (num === 0) return { max: 0, min: 0, sum: 0, num: 0, avg: 0 };
  const sum = durationsSec.reduce((total, duration) => total + duration, 0);
  const max = durationsSec.reduce((most, duration) => Math.max(most, duration));
  const min = durationsSec.reduce((least, duration) => Math.min(least, duration));
  return { max, min, sum, num, avg: sum / num };
}
