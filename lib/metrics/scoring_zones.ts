/** Which time is evaluated, and which part of it is not scored. */
import { type Intervals, piledUp } from "./intervals.ts";
import type { ResolvedScoringOptions } from "./scoring_options.ts";
import type { SpeakerTurns } from "./speaker_turns.ts";

/** Two sets of disjoint ascending stretches. */
export interface ScoringZones {
  /** What is evaluated: the UEM's union, or else everything from the first start to the last end of both sides. */
  readonly uem: Intervals;
  /** Collars and, when asked for, overlapped reference speech. May reach outside the UEM. */
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
  const { uem, collarSec, collarKind, skipOverlap } = settings;
  const noScore: Intervals[] = [];
  if (collarSec > 0) {
    const half = collarKind === "total" ? 0.5 * collarSec : collarSec;
    for (const times of [reference.startSec, reference.endSec]) {
      noScore.push({ startSec: times.map((t) => t - half), endSec: times.map((t) => t + half) });
    }
  }
  if (skipOverlap) noScore.push(piledUp(reference, 2));
  return {
    uem: uem === undefined ? extent(joined([reference, hypothesis])) : piledUp(uemIntervals(uem), 1),
    noScore: piledUp(joined(noScore), 1),
  };
}

function uemIntervals(uem: NonNullable<ResolvedScoringOptions["uem"]>): Intervals {
  const segments = [...uem].filter(({ start, end }) => end > start);
  return {
    startSec: Float64Array.from(segments, ({ start }) => start),
    endSec: Float64Array.from(segments, ({ end }) => end),
  };
}

function joined(parts: readonly Intervals[]): Intervals {
  return {
    startSec: Float64Array.from(parts.flatMap(({ startSec }) => [...startSec])),
    endSec: Float64Array.from(parts.flatMap(({ endSec }) => [...endSec])),
  };
}

function extent({ startSec, endSec }: Intervals): Intervals {
  if (startSec.length === 0) return { startSec, endSec };
  const first = startSec.reduce((a, b) => Math.min(a, b));
  const last = endSec.reduce((a, b) => Math.max(a, b));
  return { startSec: Float64Array.of(first), endSec: Float64Array.of(last) };
}
