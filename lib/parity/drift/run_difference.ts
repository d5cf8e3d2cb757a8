/** What a comparison of two runs gives. Everything is plain data that JSON takes. */
import type { SlidingWindow } from "#lib/timeline/sliding_window.ts";

/** What the places along an axis are. `frame` is one of a chunk where there is a chunk, else one of the recording. */
export type DriftAxis =
  | ("chunk" | "frame" | "slot" | "dimension" | "class" | "bin" | "window" | "sample")
  | ("embedding" | "cluster" | "speaker" | "iteration" | "merge");

/** A value's place in an array, in words and in time. */
export interface DriftSpot {
  /** Index by axis, outermost first; for a training embedding its `chunk` and `slot` as well. */
  readonly at: Readonly<Record<string, number>>;
  /** Seconds that the value speaks of; absent where it is of no time. */
  readonly startSec?: number;
  readonly endSec?: number;
}

/** Both values at a place; null stands for what JSON has no number for. */
export interface ValueSpot extends DriftSpot {
  readonly a: number | null;
  readonly b: number | null;
  /** How many values of the array's own type lie between them, plus one; null for whole numbers, and where steps say nothing (`tellingUlps`). */
  readonly ulps: number | null;
}

/** How many values are how many steps of their type apart. */
export interface UlpHistogram {
  readonly type: "f4" | "f8";
  readonly equal: number;
  /** `counts[i]` values are 2^i to 2^(i+1) - 1 steps apart. */
  readonly counts: readonly number[];
  /** Values that steps do not tell apart: of other signs, one of them 0, NaN or infinite. */
  readonly apart: number;
}

/** Errors along the recording. */
export interface DriftSeries {
  readonly startSec: number;
  readonly stepSec: number;
  /** Largest error in each step; null where it is infinite. */
  readonly values: readonly (number | null)[];
}

/** Errors by two axes. */
export interface DriftMap {
  readonly rows: { readonly axis: DriftAxis; readonly startSec: number; readonly stepSec: number };
  readonly columns: { readonly axis: DriftAxis };
  /** Chunks in a row. */
  readonly chunksPerRow: number;
  /** Largest error by row and column; null where it is infinite. */
  readonly values: readonly (readonly (number | null)[])[];
}

/** Decisions that came out differently. */
export interface DecisionChange {
  /** What was decided, in the plural: "frames", "slots". */
  readonly what: string;
  readonly changed: number;
  readonly total: number;
}

/** One artefact of both runs, compared. */
export interface QuantityDifference {
  readonly stage: string;
  /** The artefact's name. */
  readonly quantity: string;
  readonly axes: readonly DriftAxis[];
  /** Sizes in A and in B. */
  readonly shapeA: readonly number[];
  readonly shapeB: readonly number[];
  readonly type: "f4" | "f8" | "i4" | "u1";
  /** Values that were compared, and how many of them differ. */
  readonly compared: number;
  readonly differing: number;
  /** Largest absolute difference, 1 where names differ; null where NaN meets a number. */
  readonly maxAbs: number | null;
  /** Mean absolute difference of the values that can be subtracted. */
  readonly meanAbs: number;
  /** Root mean square of the difference over that of A's values; null for names, and where there is no number for it. */
  readonly relativeRms: number | null;
  /** Absolute differences that so many percent of the values do not exceed; null as `maxAbs`. */
  readonly percentiles: Readonly<Record<"50" | "90" | "99" | "99.9", number | null>>;
  /** For floating-point values that are not all 0 or 1. */
  readonly ulps?: UlpHistogram;
  /** The first value that differs at all, the first beyond tolerance, and the one that differs most. */
  readonly first?: ValueSpot;
  readonly firstBeyond?: ValueSpot;
  readonly worst?: ValueSpot;
  readonly decisions?: DecisionChange;
  /** Largest difference that rounding explains, and whether this one exceeds it; decisions have 0. */
  readonly tolerance: number;
  readonly beyondTolerance: boolean;
  /** What was put in order before comparing: other names of clusters, other signs, missing counterparts. */
  readonly notes: readonly string[];
  readonly overTime?: DriftSeries;
  readonly map?: DriftMap;
}

/** A stretch of time in which the turns differ. */
export interface TurnError {
  readonly startSec: number;
  readonly endSec: number;
  readonly kind: "missed" | "false alarm" | "confusion";
}

/** Where who speaks differs, under the naming of B's speakers by A's that agrees longest over the whole recording. */
export interface SpeakerChange {
  readonly startSec: number;
  readonly endSec: number;
  /** Who speaks there in A and not in B. */
  readonly onlyA: readonly string[];
  /** Who speaks there in B and not in A: B's name, and A's for the same speaker, where A has one. */
  readonly onlyB: readonly { readonly b: string; readonly a?: string }[];
  /** The same in words. */
  readonly words: string;
}

/** The turns of both runs, A being the reference. */
export interface TurnsDifference {
  /** The same RTTM line for line. */
  readonly identical: boolean;
  /** Not identical, but so if B's speakers had A's names. */
  readonly namesOnly: boolean;
  readonly turns: readonly [a: number, b: number];
  readonly speakers: readonly [a: number, b: number];
  readonly der: number;
  /** Seconds. */
  readonly missed: number;
  readonly falseAlarm: number;
  readonly confusion: number;
  readonly total: number;
  /** The first stretch in which other speakers speak in B than in A; absent where only lines differ, or names. */
  readonly firstChange?: SpeakerChange;
  /** A's speaker for each of B's that has one, by B's names. */
  readonly mapping: Readonly<Record<string, string>>;
  /** The first line of RTTM that differs; it may be of the same speakers, under other names or cut otherwise. */
  readonly first?: {
    readonly line: number;
    readonly a: string;
    readonly b: string;
    readonly startSec: number;
  };
  /** Where they differ, by time; the longest `errors.length` of `errorCount`. */
  readonly errors: readonly TurnError[];
  readonly errorCount: number;
}

/** Two runs compared, stage by stage. */
export interface RunDifference {
  readonly a: string;
  readonly b: string;
  /** The same turns. */
  readonly identical: boolean;
  /** In the order of the stages. */
  readonly quantities: readonly QuantityDifference[];
  /** The first stage with a value that differs at all, and the first with one beyond tolerance. */
  readonly firstDiffering?: string;
  readonly firstBeyondTolerance?: string;
  /** Artefacts that only one run has. */
  readonly onlyIn: { readonly a: readonly string[]; readonly b: readonly string[] };
  /** Why both are hardly of one recording, where something speaks against it. */
  readonly doubt?: string;
  /** Absent where a run has no turns. */
  readonly turns?: TurnsDifference;
  readonly chunks: SlidingWindow;
  readonly frames: SlidingWindow;
}
