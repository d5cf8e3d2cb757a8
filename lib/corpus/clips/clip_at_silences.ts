/** A stretch of a recording, in seconds. */
export interface StretchInput {
  readonly onset: number;
  readonly offset: number;
}

/** Options of {@linkcode clipAtSilences}. */
export interface ClipAtSilencesOptions {
  /** What a clip is to last, in seconds. Default 30. */
  readonly targetSec?: number;
  /** How far from the target a silence is looked for, before and behind it, in seconds. Default 10. */
  readonly searchSec?: number;
  /** Silences shorter than this are no place to cut, in seconds. Default 0.3. */
  readonly leastSilenceSec?: number;
}

/** How a recording is cut. */
export interface Clipping {
  /** One behind the other, from 0 to the recording's end, in seconds. */
  readonly clips: readonly StretchInput[];
  /** The clips that are longer than target and search together, for want of a silence. */
  readonly overlong: readonly StretchInput[];
}

/**
 * Tiles a recording with clips that end in silences: each at the point of a silence that is nearest the target, at most the search away
 * on either side; where there is none, at the first one behind, or the recording's end. A cut is never inside a segment, and has half
 * of the least silence on both sides. What is left at the end and no longer than target and search is one clip.
 *
 * @param recording `durationSec`, and the `segments` of a VAD in any order, which may overlap.
 * @throws {RangeError} A time is not finite or negative, a segment ends before it begins, or the search is longer than the target.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { clipAtSilences } from "#lib/corpus/clips/clip_at_silences.ts";
 * const segments = [{ onset: 0, offset: 28 }, { onset: 29, offset: 60 }, { onset: 61, offset: 75 }];
 * const { clips } = clipAtSilences({ durationSec: 75, segments });
 * assert.deepEqual(clips, [{ onset: 0, offset: 28.85 }, { onset: 28.85, offset: 60.15 }, { onset: 60.15, offset: 75 }]);
 * ```
 */
export function clipAtSilences(
  recording: { readonly durationSec: number; readonly segments: readonly StretchInput[] },
  options: ClipAtSilencesOptions = {},
): Clipping {
  const { targetSec = 30, searchSec = 10, leastSilenceSec = 0.3 } = options;
  const { durationSec, segments } = recording;
  if (!(durationSec >= 0) || !Number.isFinite(durationSec)) {
    throw new RangeError(`A recording's duration is a number of seconds from 0, not ${durationSec}.`);
  }
  if (!(targetSec > 0) || !(searchSec >= 0) || !(searchSec < targetSec) || !(leastSilenceSec > 0)) {
    throw new RangeError(
      `Target and least silence are positive, and the search is shorter than the target; they were ${targetSec}, ${leastSilenceSec}, ${searchSec} s.`,
    );
  }
  const silences = silencesOf(segments, { durationSec, leastSilenceSec });
  const clips: StretchInput[] = [];
  let onset = 0;
  let first = 0;
  while (durationSec - onset > targetSec + searchSec) {
    const target = onset + targetSec;
    while (first < silences.length && silences[first].offset < target - searchSec) first++;
    const offset = nearest(silences, { first, target, searchSec });
    if (offset === undefined) break;
    clips.push({ onset, offset });
    onset = offset;
  }
  if (durationSec > onset) clips.push({ onset, offset: durationSec });
  return { clips, overlong: clips.filter((clip) => clip.offset - clip.onset > targetSec + searchSec) };
}

/** Where cuts may be: silences without half of the least silence at both of their ends. */
function silencesOf(
  segments: readonly StretchInput[],
  { durationSec, leastSilenceSec }: { durationSec: number; leastSilenceSec: number },
): StretchInput[] {
  const places: StretchInput[] = [];
  const margin = leastSilenceSec / 2;
  const add = (onset: number, offset: number) => {
    // What is lost to arithmetic does not make a silence too short.
    if (offset - onset < leastSilenceSec - 1e-9) return;
    const [least, most] = [round(onset + margin), round(offset - margin)];
    places.push({ onset: least, offset: Math.max(least, most) });
  };
  let end = 0;
  for (const { onset, offset } of [...segments].sort((a, b) => a.onset - b.onset)) {
    if (!Number.isFinite(onset) || !Number.isFinite(offset) || offset < onset) {
      throw new RangeError(`A segment runs from ${onset} to ${offset} s; finite times in order are needed.`);
    }
    add(end, Math.min(onset, durationSec));
    end = Math.max(end, offset);
  }
  add(end, durationSec);
  return places;
}

/** The place nearest the target; behind the search the first one. */
function nearest(
  places: readonly StretchInput[],
  { first, target, searchSec }: { first: number; target: number; searchSec: number },
): number | undefined {
  let best: number | undefined;
  for (let i = first; i < places.length; i++) {
    const { onset, offset } = places[i];
    const point = Math.min(Math.max(target, onset), offset);
    if (point - target > searchSec) return best ?? point;
    if (
      Math.abs(point - target) <= searchSec &&
      (best === undefined || Math.abs(point - target) < Math.abs(best - target))
    ) {
      best = point;
    }
  }
  return best;
}

/** To microseconds: sums of decimal seconds stay what one would write. */
const round = (seconds: number) => Math.round(seconds * 1e6) / 1e6;
