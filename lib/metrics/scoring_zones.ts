/** Which time is evaluated, and which part of it is not scored. */
import { type Intervals, piledUp } from "./intervals.ts";
import type { ResolvedScoringOptions } from "./scoring_options.ts";
import type { SpeakerTurns } from "./speaker_turns.ts";

/** Two sets of disjoint ascending stretches. */
export interface ScoringZones {
  /**
   * What is evaluated: the UEM's union, or else everything from the first start to the last end of both sides; less what is
   * never evaluated.
   */
  readonly uem: Intervals;
  /** Collars and, when asked for, overlapped reference speech and given parts. May reach outside the UEM. */
  readonly noScore: Intervals;
}

/**
 * The zones of a score. Collars lie around every reference turn's start and end, also where two turns of one speaker touch;
 * skipped overlap is where two or more reference turns are open, also when both are one speaker's. Both are so in
 * pyannote.metrics (`utils.py`, `extrude`) and in md-eval, and both look at the reference outside the UEM too.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { resolveScoringOptions } from "#lib/metrics/scoring_options.ts";
 * import { scoringZones } from "#lib/metrics/scoring_zones.ts";
 * const turns = { labels: ["ann"], startSec: Float64Array.of(2), endSec: Float64Array.of(6), speaker: Int32Array.of(0) };
 * const { uem, noScore } = scoringZones(turns, turns, resolveScoringOptions({ collarSec: 0.5, collarKind: "side" }));
 * assert.deepEqual([...uem.startSec, ...uem.endSec], [2, 6]);
 * assert.deepEqual([...noScore.startSec, ...noScore.endSec], [1.5, 5.5, 2.5, 6.5]);
 * ```
 */
export function scoringZones(
  reference: SpeakerTurns,
  hypothesis: SpeakerTurns,
  settings: ResolvedScoringOptions,
): ScoringZones {
  const { uem, noEval, collarSec, collarKind, skipOverlap } = settings;
  const noScore: Intervals[] = [];
  if (collarSec > 0) {
    const half = collarKind === "total" ? 0.5 * collarSec : collarSec;
    for (const times of [reference.startSec, reference.endSec]) {
      noScore.push({ startSec: times.map((t) => t - half), endSec: times.map((t) => t + half) });
    }
  }
  if (skipOverlap) noScore.push(piledUp(reference, 2));
  if (settings.noScore !== undefined) noScore.push(intervalsOf(settings.noScore));
  const evaluated = uem === undefined ? extent([reference, hypothesis]) : piledUp(intervalsOf(uem), 1);
  return {
    uem: noEval === undefined ? evaluated : without(evaluated, piledUp(intervalsOf(noEval), 1)),
    noScore: piledUp(joined(noScore), 1),
  };
}

function intervalsOf(timeline: NonNullable<ResolvedScoringOptions["uem"]>): Intervals {
  const segments = [...timeline].filter(({ start, end }) => end > start);
  return {
    startSec: Float64Array.from(segments, ({ start }) => start),
    endSec: Float64Array.from(segments, ({ end }) => end),
  };
}

function joined(parts: readonly Intervals[]): Intervals {
  const size = parts.reduce((sum, { startSec }) => sum + startSec.length, 0);
  const all = { startSec: new Float64Array(size), endSec: new Float64Array(size) };
  let at = 0;
  for (const { startSec, endSec } of parts) {
    all.startSec.set(startSec, at);
    all.endSec.set(endSec, at);
    at += startSec.length;
  }
  return all;
}

function extent(sides: readonly Intervals[]): Intervals {
  const [first, last] = sides.reduce(([low, high], { startSec, endSec }) => [
    startSec.reduce((a, b) => Math.min(a, b), low),
    endSec.reduce((a, b) => Math.max(a, b), high),
  ], [Infinity, -Infinity]);
  const none = first > last;
  return {
    startSec: Float64Array.of(...none ? [] : [first]),
    endSec: Float64Array.of(...none ? [] : [last]),
  };
}

/** What is left of disjoint ascending stretches without others. */
function without(kept: Intervals, removed: Intervals): Intervals {
  const [startSec, endSec]: [number[], number[]] = [[], []];
  let at = 0;
  kept.startSec.forEach((start, i) => {
    const end = kept.endSec[i];
    let from = start;
    while (at < removed.endSec.length && removed.endSec[at] <= from) at++;
    for (let j = at; j < removed.startSec.length && removed.startSec[j] < end; j++) {
      if (removed.startSec[j] > from) {
        startSec.push(from);
        endSec.push(removed.startSec[j]);
      }
      from = Math.max(from, removed.endSec[j]);
    }
    if (from < end) {
      startSec.push(from);
      endSec.push(end);
    }
  });
  return { startSec: Float64Array.from(startSec), endSec: Float64Array.from(endSec) };
}
