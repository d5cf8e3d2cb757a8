/** One sweep over all boundaries: the regions in which nothing changes, from which every measure is a sum. */
import type { Annotation } from "#lib/timeline/annotation.ts";
import { SEGMENT_PRECISION } from "#lib/timeline/segment.ts";
import type { Intervals } from "./intervals.ts";
import { resolveScoringOptions, type ScoringOptions } from "./scoring_options.ts";
import { scoringZones } from "./scoring_zones.ts";
import { ascendingOrder } from "./ascending_order.ts";
import { type SpeakerTurns, speakerTurns } from "./speaker_turns.ts";

/** The speakers of one side, region by region; region i owns the entries offsets[i] to offsets[i + 1]. */
export interface RegionSpeakers {
  /** Speaker names, ascending; `speakers` are indices into it. */
  readonly labels: readonly string[];
  readonly offsets: Int32Array;
  readonly speakers: Int32Array;
  /** Turns that the speaker has open at once; always 1 when `selfOverlap` is `nist`. */
  readonly counts: Int32Array;
}

/** Ascending regions of the UEM in which at least one side has a speaker; within each, nobody starts or stops. */
export interface ScoredRegions {
  readonly durationSec: Float64Array;
  /** 1 where the region is scored, 0 in a collar or in skipped overlap. */
  readonly scored: Uint8Array;
  readonly reference: RegionSpeakers;
  readonly hypothesis: RegionSpeakers;
  /** Which regions decide the speaker mapping. */
  readonly mapOver: "scored" | "uem";
}

/**
 * Cut the evaluated time at every boundary of either side and of the scored zones. For n turns this takes n log n, and memory
 * for each region's speakers.
 *
 * Regions up to SEGMENT_PRECISION are rounding (0.1 + 0.2 ends after 0.3 starts) and not counted, as pyannote.core has it.
 *
 * @throws {RangeError} when an option is out of range.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { scoredRegions } from "#lib/metrics/scored_regions.ts";
 * import { Annotation } from "#lib/timeline/annotation.ts";
 * import { Segment } from "#lib/timeline/segment.ts";
 * const reference = new Annotation().add(new Segment(0, 4), "ann");
 * const hypothesis = new Annotation().add(new Segment(1, 6), "x");
 * const regions = scoredRegions(reference, hypothesis, { collarSec: 1 });
 * assert.deepEqual([...regions.durationSec], [0.5, 0.5, 2.5, 0.5, 0.5, 1.5]);
 * assert.deepEqual([...regions.scored], [0, 1, 1, 0, 0, 1]);
 * ```
 */
export function scoredRegions(
  reference: Annotation,
  hypothesis: Annotation,
  options: ScoringOptions = {},
): ScoredRegions {
  const settings = resolveScoringOptions(options);
  const referenceTurns = speakerTurns(reference);
  const hypothesisTurns = speakerTurns(hypothesis);
  const { uem, noScore } = scoringZones(referenceTurns, hypothesisTurns, settings);

  const once = settings.selfOverlap === "nist";
  const referenceSide = new Side(referenceTurns, once);
  const hypothesisSide = new Side(hypothesisTurns, once);
  const inUem = new Cursor(uem);
  const inNoScore = new Cursor(noScore);
  const durationSec: number[] = [];
  const scored: number[] = [];

  const cuts = boundaries([referenceTurns, hypothesisTurns, uem, noScore]);
  for (let i = 0; i + 1 < cuts.length; i++) {
    const t = cuts[i];
    referenceSide.advance(t);
    hypothesisSide.advance(t);
    if (!inUem.covers(t) || !(cuts[i + 1] - t > SEGMENT_PRECISION)) continue;
    if (referenceSide.silent && hypothesisSide.silent) continue;
    durationSec.push(cuts[i + 1] - t);
    scored.push(inNoScore.covers(t) ? 0 : 1);
    referenceSide.record();
    hypothesisSide.record();
  }
  return {
    durationSec: new Float64Array(durationSec),
    scored: new Uint8Array(scored),
    reference: referenceSide.regions(),
    hypothesis: hypothesisSide.regions(),
    mapOver: settings.mapOver,
  };
}

/** All distinct times, ascending. */
function boundaries(columns: readonly Intervals[]): Float64Array {
  const all = new Float64Array(columns.reduce((sum, { startSec }) => sum + 2 * startSec.length, 0));
  let length = 0;
  for (const { startSec, endSec } of columns) {
    all.set(startSec, length);
    all.set(endSec, length + startSec.length);
    length += 2 * startSec.length;
  }
  all.sort();
  let distinct = 0;
  for (let i = 0; i < all.length; i++) {
    if (i === 0 || all[i] !== all[i - 1]) all[distinct++] = all[i];
  }
  return all.subarray(0, distinct);
}

/** Walks disjoint ascending stretches along with ascending times. */
class Cursor {
  #at = 0;
  constructor(readonly intervals: Intervals) {}

  covers(t: number): boolean {
    const { startSec, endSec } = this.intervals;
    while (this.#at < endSec.length && endSec[this.#at] <= t) this.#at++;
    return this.#at < startSec.length && startSec[this.#at] <= t;
  }
}

/** The open turns of one side while time goes on, and what was recorded of them. */
class Side {
  readonly #turns: SpeakerTurns;
  readonly #once: boolean;
  readonly #byStart: Uint32Array;
  readonly #byEnd: Uint32Array;
  readonly #open: Int32Array;
  readonly #active: number[] = [];
  readonly #offsets: number[] = [0];
  readonly #speakers: number[] = [];
  readonly #counts: number[] = [];
  #started = 0;
  #ended = 0;

  constructor(turns: SpeakerTurns, once: boolean) {
    this.#turns = turns;
    this.#once = once;
    const { startSec, endSec } = turns;
    this.#byStart = ascendingOrder(startSec);
    this.#byEnd = ascendingOrder(endSec);
    this.#open = new Int32Array(turns.labels.length);
  }

  advance(t: number): void {
    const { startSec, endSec, speaker } = this.#turns;
    for (; this.#started < startSec.length && startSec[this.#byStart[this.#started]] <= t; this.#started++) {
      const who = speaker[this.#byStart[this.#started]];
      if (this.#open[who]++ === 0) this.#active.push(who);
    }
    for (; this.#ended < endSec.length && endSec[this.#byEnd[this.#ended]] <= t; this.#ended++) {
      const who = speaker[this.#byEnd[this.#ended]];
      if (--this.#open[who] === 0) this.#active.splice(this.#active.indexOf(who), 1);
    }
  }

  get silent(): boolean {
    return this.#active.length === 0;
  }

  record(): void {
    for (const who of this.#active) {
      this.#speakers.push(who);
      this.#counts.push(this.#once ? 1 : this.#open[who]);
    }
    this.#offsets.push(this.#speakers.length);
  }

  regions(): RegionSpeakers {
    return {
      labels: this.#turns.labels,
      offsets: new Int32Array(this.#offsets),
      speakers: new Int32Array(this.#speakers),
      counts: new Int32Array(this.#counts),
    };
  }
}
