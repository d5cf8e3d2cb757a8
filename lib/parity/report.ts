import type { Precision } from "#lib/compute/compute.ts";

/** Whether a stage was fed what pyannote fed it, or what the stages before it gave. */
export type Mode = "isolated" | "chained";

/** One quantity of one stage, compared. */
export interface StageReport {
  readonly stage: string;
  readonly mode: Mode;
  readonly quantity: string;
  /** Largest absolute difference; null when there is no number for it (shapes differ, NaN meets a number). */
  readonly maxAbs: number | null;
  readonly meanAbs: number | null;
  readonly tolerance: number;
  readonly ok: boolean;
  /** Largest difference in float64 steps; null where steps say nothing: of labels, other signs, values far apart or not finite. */
  readonly ulps: number | null;
  /** A failure in words: where, both values, how far. */
  readonly fault?: string;
}

/** What a stage gives and the capture does not hold, so that it was not compared. */
export interface NotCompared {
  readonly stage: string;
  /** Its name in a capture. */
  readonly quantity: string;
}

/** Two diarizations, compared turn by turn. */
export interface RttmReport {
  /** Same turns in the same order, same labels, times equal at the reference's number of decimals. */
  readonly identical: boolean;
  readonly turns: number;
  readonly referenceTurns: number;
  readonly speakers: number;
  readonly referenceSpeakers: number;
  readonly der: number;
  /** The first line that differs: ours and the reference's. */
  readonly firstDifference?: { readonly line: number; readonly actual: string; readonly expected: string };
}

/** One hint replayed. */
export interface HintReport {
  /** Such as `num2` or `min2max3`. */
  readonly hint: string;
  readonly identical: boolean;
  /** Undefined when no exclusive reference was found. */
  readonly exclusiveIdentical?: boolean;
  /** Whether KMeans gave the same labels; undefined when it was not asked for by the reference. */
  readonly kmeansLabelsEqual?: boolean;
  readonly ok: boolean;
}

/** A capture replayed on one backend. */
export interface CaptureReport {
  readonly name: string;
  readonly backend: string;
  /** What the backend computed in. */
  readonly precision: Precision;
  /** The GPU's name, on `webgpu`. */
  readonly adapter?: string;
  readonly ok: boolean;
  readonly stages: readonly StageReport[];
  /** In the order of the stages; empty where the capture holds everything. */
  readonly notCompared: readonly NotCompared[];
  /** Of the chained run. */
  readonly rttm: RttmReport;
  /** Whether the isolated run's turns, from the captured frames, are the reference's too. */
  readonly isolatedRttm: RttmReport;
  /** Seconds per stage of the chained run, and `total`. */
  readonly seconds: Readonly<Record<string, number>>;
  readonly hints?: readonly HintReport[];
}
