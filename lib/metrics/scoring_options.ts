/** What every score is taken over, and by which conventions. */
import type { Timeline } from "#lib/timeline/timeline.ts";

/** Options shared by the diarization and detection measures. The defaults are pyannote.metrics' own. */
export interface ScoringOptions {
  /** The evaluated parts of the recording. @default {from the first start to the last end of both sides} */
  readonly uem?: Timeline;
  /** Seconds not scored around each boundary of a reference turn. @default {0} */
  readonly collarSec?: number;
  /** Whether `collarSec` is the collar's whole width (pyannote) or its width on each side (NIST). @default {"total"} */
  readonly collarKind?: "total" | "side";
  /** Leave out what two or more reference turns share. @default {false} */
  readonly skipOverlap?: boolean;
  /**
   * What counts where a speaker's own turns overlap: each turn (`pyannote`) or the speaker once (`nist`, as md-eval).
   * @default {"pyannote"}
   */
  readonly selfOverlap?: "pyannote" | "nist";
  /**
   * The time that decides who is mapped to whom: what is scored (`scored`, pyannote) or all of the UEM, collars and skipped
   * overlap included (`uem`, md-eval). @default {"scored"}
   */
  readonly mapOver?: "scored" | "uem";
  /** Parts that are not evaluated at all, as if cut out of the UEM: NIST's NOSCORE. @default {none} */
  readonly noEval?: Timeline;
  /**
   * Parts that are not scored, though they count for the mapping over the UEM, purity and coverage: NIST's NON-LEX; see
   * `nistNoScore`. @default {none}
   */
  readonly noScore?: Timeline;
}

/** NIST md-eval's conventions, to be spread into `ScoringOptions`. */
export const nistConventions = {
  collarKind: "side",
  selfOverlap: "nist",
  mapOver: "uem",
} as const satisfies ScoringOptions;

/** Every option decided. */
export type ResolvedScoringOptions =
  & Required<Omit<ScoringOptions, "uem" | "noEval" | "noScore">>
  & Pick<ScoringOptions, "uem" | "noEval" | "noScore">;

const choices = {
  collarKind: ["total", "side"],
  selfOverlap: ["pyannote", "nist"],
  mapOver: ["scored", "uem"],
} as const;

/**
 * Fill in the defaults and check the rest.
 *
 * @throws {RangeError} on a negative or non-finite collar, and on a word that is not among an option's choices.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { nistConventions, resolveScoringOptions } from "#lib/metrics/scoring_options.ts";
 * assert.equal(resolveScoringOptions({}).collarKind, "total");
 * assert.equal(resolveScoringOptions({ ...nistConventions, collarSec: 0.25 }).collarKind, "side");
 * assert.throws(() => resolveScoringOptions({ collarSec: -1 }), RangeError);
 * ```
 */
export function resolveScoringOptions(options: ScoringOptions): ResolvedScoringOptions {
  const resolved: ResolvedScoringOptions = {
    uem: options.uem,
    noEval: options.noEval,
    noScore: options.noScore,
    collarSec: options.collarSec ?? 0,
    collarKind: options.collarKind ?? "total",
    skipOverlap: options.skipOverlap ?? false,
    selfOverlap: options.selfOverlap ?? "pyannote",
    mapOver: options.mapOver ?? "scored",
  };
  if (!Number.isFinite(resolved.collarSec) || resolved.collarSec < 0) {
    throw new RangeError(`A collar is a number of seconds from 0 upwards, not ${resolved.collarSec}.`);
  }
  for (const name of ["collarKind", "selfOverlap", "mapOver"] as const) {
    const allowed: readonly string[] = choices[name];
    if (!allowed.includes(resolved[name])) {
      throw new RangeError(`Option ${name} is ${allowed.join(" or ")}, not ${resolved[name]}.`);
    }
  }
  return resolved;
}
