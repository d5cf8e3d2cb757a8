import { type CommunityOptionsInput, OptionsError, parseOptions } from "#lib/pipeline/options.ts";
import { stagesOf } from "#lib/pipeline/run_provenance.ts";
import { assertHeardGrid } from "./assert_heard_grid.ts";
import type { Preset } from "./presets.ts";

/** What a back end has to give so that there is a result. */
const RESULTS = ["diarization", "exclusive"] as const;

/**
 * Refuses a preset that cannot end in turns, before any weights are loaded: a clustering that is not registered or does not give what a
 * result is made of, one that needs a PLDA where the preset names none, options that are wrong.
 *
 * @param preset Its name is told in errors.
 * @param options All that are set.
 * @throws {UnknownClusteringError} The clustering is not registered.
 * @throws {OptionsError} An option is wrong, moves the grid, or contradicts another.
 * @throws {RangeError} The clustering lacks a result, or its PLDA.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { assertRunnable } from "#lib/diarization/assert_runnable.ts";
 * import { presetNamed } from "#lib/diarization/presets.ts";
 * const own = presetNamed("own");
 * assertRunnable(own, own.options);
 * assert.throws(() => assertRunnable({ ...own, plda: undefined }, own.options), /"vbx" needs a PLDA/);
 * ```
 */
export function assertRunnable(
  { name, clustering, plda }: Pick<Preset, "name" | "clustering" | "plda">,
  options: CommunityOptionsInput,
): void {
  assertHeardGrid(options);
  const { numSpeakers, minSpeakers = 1, maxSpeakers = Infinity } = parseOptions(options).hints;
  if (numSpeakers === undefined && minSpeakers > maxSpeakers) {
    throw new OptionsError(
      `hints.minSpeakers is ${minSpeakers}, which must not exceed hints.maxSpeakers, ${maxSpeakers}.`,
    );
  }
  const stages = stagesOf({ clustering, options });
  if (plda === undefined && stages.some((stage) => stage.name === "plda")) {
    throw new RangeError(
      `Preset ${name} cannot be run: its clustering "${clustering}" needs a PLDA, and it names none; "ahc" needs none.`,
    );
  }
  const given = new Set(stages.flatMap(({ gives }) => gives));
  const lacking = RESULTS.filter((result) => !given.has(result));
  if (lacking.length > 0) {
    throw new RangeError(
      `Preset ${name} cannot be run: no stage of its clustering "${clustering}" gives ${
        lacking.join(" or ")
      }.`,
    );
  }
}
