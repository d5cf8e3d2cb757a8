import { flagRuns } from "./flag_runs.ts";

/** Options of {@linkcode amelaSplits}. */
export interface AmelaSplitsOptions {
  /** Samples of a frame. Default 256. */
  readonly hop?: number;
  /** Hz. Default 16000. */
  readonly sampleRate?: number;
  /** What a piece is to last at least, in seconds. Default 30. */
  readonly targetSec?: number;
  /** Silences shorter than this are no place to cut, in seconds. Default 0.3. */
  readonly leastSilenceSec?: number;
  /** How far behind the target a silence is looked for at a time, in seconds. Default 10. */
  readonly lookAheadSec?: number;
}

/**
 * Where AMELA cuts a recording, in frames: from the target behind the last cut, the first silence that begins in the next ten seconds,
 * in its middle; a silence that has begun before counts from there. Without one the search goes on ten seconds later, so that a piece
 * may be longer than target and look-ahead. The last target is never cut. {@linkcode clipAtSilences} is the better rule.
 *
 * @param flags One a frame: 0 is silence.
 *
 * Source: AMELA (danieldager/AMELA ffbac5b), scripts/vad.py, find_splits.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { amelaSplits } from "#lib/corpus/clips/amela_splits.ts";
 * const flags = new Uint8Array(6250).fill(1).fill(0, 1937, 1968); // 100 s, silent from 31 to 31.5 s
 * assert.deepEqual(amelaSplits(flags), [1952]);
 * ```
 */
export function amelaSplits(flags: ArrayLike<number | boolean>, options: AmelaSplitsOptions = {}): number[] {
  const { hop = 256, sampleRate = 16_000, targetSec = 30, leastSilenceSec = 0.3, lookAheadSec = 10 } =
    options;
  const frames = (seconds: number) => Math.trunc(seconds * sampleRate / hop);
  const [target, least, ahead] = [targetSec, leastSilenceSec, lookAheadSec].map(frames);
  if (!(target > 0) || !(ahead > 0)) throw new RangeError("Target and look-ahead are at least one frame.");
  const silences = flagRuns(flags).silence;
  const splits: number[] = [];
  let next = 0;
  for (let position = target; position < flags.length - target;) {
    while (next < silences.length && silences[next][1] <= position) next++;
    let cut: number | undefined;
    for (let i = next; i < silences.length && silences[i][0] < position + ahead && cut === undefined; i++) {
      const start = Math.max(position, silences[i][0]);
      if (silences[i][1] - start >= least) cut = Math.floor((start + silences[i][1]) / 2);
    }
    if (cut === undefined) position += ahead;
    else {
      splits.push(cut);
      position = cut + target;
    }
  }
  return splits;
}
