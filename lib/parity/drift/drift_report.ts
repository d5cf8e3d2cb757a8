import type { Environment } from "../environment.ts";
import type { Amplification } from "./amplification.ts";
import type { Bisection } from "./bisection.ts";
import type { Margins } from "./margins.ts";
import type { RunDifference } from "./run_difference.ts";

/** How a run was asked for. */
export interface DriftRunDescription {
  /** As on the command line. */
  readonly name: string;
  /** "recorded", or what it was computed on. */
  readonly computed: string;
  /** Where the capture or the recording lies. */
  readonly source: string;
  /** The GPU, where there was one. */
  readonly adapter?: string;
}

/** An option, a preset, a clustering or weights that are not the same in both runs. */
export interface DriftSetting {
  /** Such as "hints.numSpeakers". */
  readonly what: string;
  /** Both values in words; "none" where there is none. */
  readonly a: string;
  readonly b: string;
}

/** Everything that `drift` found: what is printed, written as JSON, and shown on a page. */
export interface DriftReport {
  readonly a: DriftRunDescription;
  readonly b: DriftRunDescription;
  readonly environment: Environment;
  /** What was set or taken otherwise for B than for A, as far as both tell; absent where nothing was. */
  readonly settings?: readonly DriftSetting[];
  readonly difference: RunDifference;
  /** The stage that makes the difference. */
  readonly bisection?: Bisection;
  /** Of A and of B. */
  readonly margins?: { readonly a: Margins; readonly b: Margins };
  /** A's answer to noise. */
  readonly amplification?: Amplification;
  /** What was guessed or passed over on the way. */
  readonly warnings?: readonly string[];
  /** Which networks were taken where none were named. */
  readonly notes?: readonly string[];
  /** Seconds that each part took. */
  readonly seconds: Readonly<Record<string, number>>;
}
