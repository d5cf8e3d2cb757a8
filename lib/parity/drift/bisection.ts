/** What a bisection found. Everything is plain data that JSON takes. */
import type { DriftSpot } from "./run_difference.ts";

/** A run that is A but for something of B. */
export interface HybridOutcome {
  /** Whether its turns are A's. */
  readonly identical: boolean;
  /** Set when all that is different are the speakers' names. */
  readonly namesOnly?: boolean;
  /** Against A's turns; 1, all missed, where it could not be run. */
  readonly der: number;
  /** Where its turns first differ. */
  readonly startSec?: number;
  /** Why it could not be run: what was handed over does not fit what is A's. */
  readonly fault?: string;
}

/** What one stage has to do with the difference. */
export interface StageBisection {
  /** "inputs" stands for what the first stages are given. */
  readonly stage: string;
  /** B's stage was run on what A fed its own; or B's recording of it was handed over; or B has nothing of it. */
  readonly by: "rerun" | "recording" | "nothing";
  /**
   * What B's version of this stage alone gave another of than A's, the worst first; empty when all is the same to the bit. A `maxAbs` of 0
   * says that only clusters are numbered otherwise.
   */
  readonly differs: readonly {
    readonly artefact: string;
    readonly maxAbs: number | null;
    readonly beyondTolerance: boolean;
  }[];
  /** A's run with this stage as B's. */
  readonly own: HybridOutcome;
  /** B's run up to and with this stage, the rest as A's. */
  readonly handOver: HybridOutcome;
}

/** The least that is enough of B to change A's turns. */
export interface SmallestPart {
  readonly stage: string;
  readonly artefact: string;
  /** Other artefacts of the stage that must be B's as well, whole; empty when one is enough by itself. */
  readonly together: readonly string[];
  /** What was taken apart: "chunk", "chunk and slot", "embedding", "stretch of frames", "turn", "the whole". */
  readonly unit: string;
  /** Units in which B differs from A. */
  readonly differing: number;
  /** How many of them are enough, and where the first of them are. */
  readonly enough: number;
  readonly spots: readonly DriftSpot[];
  /** Whether each of them is needed; false when the search was cut short. */
  readonly minimal: boolean;
  /** A's run with nothing else of B. */
  readonly outcome: HybridOutcome;
  /** Runs that it took. */
  readonly tests: number;
}

/** Which stage makes the difference between two runs. */
export interface Bisection {
  readonly a: string;
  readonly b: string;
  /** The whole of B against A. */
  readonly whole: HybridOutcome;
  readonly stages: readonly StageBisection[];
  /** The first stage whose own difference changes the turns. */
  readonly culprit?: string;
  /** The first stage after which handing over to A does not give A's turns. */
  readonly firstHandOver?: string;
  /** The first stages whose own results differ beyond tolerance, and at all. */
  readonly firstBeyondTolerance?: string;
  readonly firstDiffering?: string;
  /** Of the culprit. */
  readonly smallest?: SmallestPart;
  /** All of this in a sentence. */
  readonly verdict: string;
  readonly notes: readonly string[];
  /** Stages that were run for it. */
  readonly stagesRun: number;
}
