/** Where two annotations differ: speech missed, speech invented, speech given to another. */
import { type DiarizationErrorRate, diarizationErrorRate } from "#lib/metrics/diarization_error_rate.ts";
import { resolveScoringOptions, type ScoringOptions } from "#lib/metrics/scoring_options.ts";
import { scoringZones } from "#lib/metrics/scoring_zones.ts";
import { speakerTurns } from "#lib/metrics/speaker_turns.ts";
import type { Annotation } from "#lib/timeline/annotation.ts";
import { SEGMENT_PRECISION } from "#lib/timeline/segment.ts";
import type { Turn } from "./thin_turns.ts";

/** What can be wrong with a stretch of time, in the order in which figures show it. */
export const DIFFERENCE_KINDS = ["missed", "falseAlarm", "confusion"] as const;

/** One of {@link DIFFERENCE_KINDS}. */
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

/** Two annotations compared. */
export interface TurnDifferences {
  /** Stretches of each kind, ascending and disjoint. One stretch may stand in two kinds. */
  readonly turns: Readonly<Record<DifferenceKind, readonly Turn[]>>;
  /** The rate and its parts, and which speaker stands for which. */
  readonly rate: DiarizationErrorRate;
}

/**
 * Where a hypothesis differs from its reference, under the best mapping of speakers. With R speakers in the reference, H in the hypothesis
 * and C of them the same, max(0, R - H) are missed, max(0, H - R) a false alarm and min(R, H) - C confused, as in the diarization
 * error rate. No collar, unless the options say so: what is not scored is no difference.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { turnDifferences } from "#lib/plots/turn_differences.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const reference = new Annotation().add(new Segment(0, 6), "ann").add(new Segment(6, 10), "bob");
 * const hypothesis = new Annotation().add(new Segment(0, 7), "x").add(new Segment(7, 11), "y");
 * const { turns } = turnDifferences(reference, hypothesis);
 * assert.deepEqual(turns.confusion, [{ startSec: 6, endSec: 7 }]);
 * assert.deepEqual(turns.falseAlarm, [{ startSec: 10, endSec: 11 }]);
 * ```
 */
export function turnDifferences(
  reference: Annotation,
  hypothesis: Annotation,
  options: ScoringOptions = {},
): TurnDifferences {
  const rate = diarizationErrorRate(reference, hypothesis, options);
  const counted = (side: Annotation) => options.selfOverlap === "nist" ? side.support() : side;
  const events = [
    ...eventsOf(counted(reference), "reference"),
    ...eventsOf(counted(hypothesis), "hypothesis", rate.mapping),
    ...zoneEvents(reference, hypothesis, options),
  ];
  events.sort((a, b) => a.sec - b.sec);
  const turns: Record<DifferenceKind, Turn[]> = { missed: [], falseAlarm: [], confusion: [] };
  const open = { reference: new Map<string, number>(), hypothesis: new Map<string, number>() };
  let inReference = 0, inHypothesis = 0;
  const within = { uem: 0, noScore: 0 };
  for (let i = 0; i < events.length; i++) {
    const { sec, side, speaker, change } = events[i];
    if (side === "uem" || side === "noScore") within[side] += change;
    else open[side].set(speaker, (open[side].get(speaker) ?? 0) + change);
    if (side === "reference") inReference += change;
    if (side === "hypothesis") inHypothesis += change;
    if (within.uem === 0 || within.noScore > 0) continue;
    const until = events[i + 1]?.sec ?? sec;
    if (!(until - sec > SEGMENT_PRECISION)) continue;
    let same = 0;
    for (const [name, count] of open.hypothesis) same += Math.min(count, open.reference.get(name) ?? 0);
    if (inReference > inHypothesis) extend(turns.missed, sec, until);
    if (inHypothesis > inReference) extend(turns.falseAlarm, sec, until);
    if (Math.min(inReference, inHypothesis) > same) extend(turns.confusion, sec, until);
  }
  return { turns, rate };
}

interface Event {
  readonly sec: number;
  readonly side: "reference" | "hypothesis" | "uem" | "noScore";
  readonly speaker: string;
  readonly change: 1 | -1;
}

/** Speakers of the hypothesis go by the name of their partner; those without one by a name that no speaker has. */
function eventsOf(
  annotation: Annotation,
  side: Event["side"],
  mapping?: ReadonlyMap<string, string>,
): Event[] {
  return [...annotation.itertracks({ yieldLabel: true })].flatMap(([segment, , label]): Event[] => {
    const speaker = mapping === undefined
      ? `=${label}`
      : mapping.has(label)
      ? `=${mapping.get(label)}`
      : `+${label}`;
    return [
      { sec: segment.start, side, speaker, change: 1 },
      { sec: segment.end, side, speaker, change: -1 },
    ];
  });
}

/** Where what is scored begins and ends. */
function zoneEvents(reference: Annotation, hypothesis: Annotation, options: ScoringOptions): Event[] {
  const { uem, noScore } = scoringZones(
    speakerTurns(reference),
    speakerTurns(hypothesis),
    resolveScoringOptions(options),
  );
  return ([["uem", uem], ["noScore", noScore]] as const).flatMap(([side, { startSec, endSec }]) =>
    Array.from(startSec, (sec, i): Event[] => [
      { sec, side, speaker: "", change: 1 },
      { sec: endSec[i], side, speaker: "", change: -1 },
    ]).flat()
  );
}

function extend(turns: Turn[], startSec: number, endSec: number): void {
  const last = turns.at(-1);
  if (last !== undefined && startSec - last.endSec <= SEGMENT_PRECISION) {
    turns[turns.length - 1] = { startSec: last.startSec, endSec };
  } else turns.push({ startSec, endSec });
}
