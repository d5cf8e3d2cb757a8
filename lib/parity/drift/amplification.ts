/** How noise put in at one stage grows through the later ones. Everything is plain data that JSON takes. */

/** What noise of one size did to one artefact. */
export interface AmplifiedError {
  readonly stage: string;
  readonly artefact: string;
  /**
   * For numbers: root mean square of the change over that of the values. For decisions (labels, frames, counts, chosen slots): the share
   * that changed. Null where it is infinite.
   */
  readonly error: number | null;
}

/** What noise of one size did. */
export interface AmplificationStep {
  /** As `AmplifiedError.error` of what was disturbed. */
  readonly size: number;
  /** Of the disturbed stage and of all after it, in order. */
  readonly errors: readonly AmplifiedError[];
  /** Whether the turns are those without noise. */
  readonly identical: boolean;
  readonly der: number;
  readonly startSec?: number;
  /** Whether the size was not asked for, but tried to find where the turns change. */
  readonly refining: boolean;
}

/** The answer of a recording to noise at a stage. */
export interface Amplification {
  readonly run: string;
  /** "inputs", or the stage whose results were disturbed, and those results. */
  readonly stage: string;
  readonly disturbed: readonly string[];
  readonly seed: number;
  /** By ascending size. */
  readonly steps: readonly AmplificationStep[];
  /** The turns first change between these two sizes; absent where they never do. */
  readonly flip?: { readonly below: number; readonly above: number; readonly startSec?: number };
}
