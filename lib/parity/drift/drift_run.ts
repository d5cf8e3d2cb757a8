import { type ComputeOption, SCALAR } from "#lib/compute/scalar_compute.ts";
import { AssignmentError } from "#lib/numerics/linear_sum_assignment.ts";
import type { Artefacts } from "#lib/pipeline/artefacts.ts";
import type { CommunityOptionsInput } from "#lib/pipeline/options.ts";
import { type Hook, runStages } from "#lib/pipeline/run_stages.ts";
import type { AnyStage, Models } from "#lib/pipeline/stage.ts";
import type { Capture } from "../capture.ts";

/** How a run came about, so that any of its stages can be run again. */
export interface DriftRecipe extends ComputeOption {
  /** In order; what they need and no stage gives is in `given`. */
  readonly stages: readonly AnyStage[];
  /** What the first stages are given. */
  readonly given: Partial<Artefacts>;
  readonly options?: CommunityOptionsInput;
  readonly models?: Models;
  readonly uri?: string;
}

/** One of two runs that are compared. */
export interface DriftRun {
  /** As it is shown: "01_dialogue", "01_dialogue@wasm". */
  readonly name: string;
  /** What it computed, as far as it is known; `diarization` at least where turns are compared. */
  readonly artefacts: Partial<Artefacts>;
  /** Decimals of its turns' times. @default {3} */
  readonly decimals?: number;
  /** When chunks and frames lie, and the other settings. @default community-1's */
  readonly options?: CommunityOptionsInput;
  /** How its stages can be run again; without it the run is only looked at. */
  readonly recipe?: DriftRecipe;
  /** Whether the artefacts were recorded elsewhere, so that the recipe is not what made them. @default {false} */
  readonly recorded?: boolean;
}

/** Settings of running a recipe. */
export interface RunRecipeOptions {
  readonly hook?: Hook;
  readonly signal?: AbortSignal;
}

/**
 * A capture as it was recorded. With a recipe, whatever was not recorded can be computed and stages can be run again.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { recordedRun } from "#lib/parity/drift/drift_run.ts";
 * import { projectRoot } from "#lib/places/places.ts";
 * import { readCapture } from "#lib/parity/read_capture.ts";
 * const run = recordedRun(await readCapture(`${projectRoot()}/fixtures/captures/a_two_speakers`));
 * assert.equal(run.artefacts.diarization!.labels().length, 2);
 * ```
 */
export function recordedRun(capture: Capture, recipe?: DriftRecipe): DriftRun {
  const { name, artefacts, reference, decimals, options } = capture;
  return {
    name,
    artefacts: { ...artefacts, diarization: reference },
    decimals,
    options,
    ...(recipe && { recipe }),
    recorded: true,
  };
}

/**
 * Runs all stages of a recipe.
 *
 * @param name What the run is called.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { runRecipe } from "#lib/parity/drift/drift_run.ts";
 * import { speakerCounting } from "#lib/pipeline/stages/speaker_counting.ts";
 * const segmentations = ndArray("f4", [1, 589, 3], new Float32Array(589 * 3).fill(1));
 * const { artefacts } = await runRecipe("all at once", { stages: [speakerCounting], given: { segmentations } });
 * assert.equal(artefacts.count!.data[0], 3);
 * ```
 */
export async function runRecipe(
  name: string,
  recipe: DriftRecipe,
  settings: RunRecipeOptions = {},
): Promise<DriftRun> {
  const { stages, given, options, models, compute = SCALAR, uri } = recipe;
  const { artefacts } = await runStages(stages, given, { options, models, compute, uri, ...settings });
  return { name, artefacts, options, recipe };
}

/**
 * The same run with every artefact: what was not recorded is computed by its recipe, each stage fed what was recorded where it was.
 *
 * @throws {RangeError} when something is missing and there is no recipe, or a stage cannot take what was recorded; the run and the stage
 * are named.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { completeRun } from "#lib/parity/drift/drift_run.ts";
 * await assert.rejects(completeRun({ name: "a", artefacts: {} }), /"a" is a recording/);
 * ```
 */
export async function completeRun(run: DriftRun, settings: RunRecipeOptions = {}): Promise<DriftRun> {
  const { name, artefacts: recorded, recipe } = run;
  if (recipe === undefined) {
    throw new RangeError(`The run "${name}" is a recording, and there is no recipe to compute the rest by.`);
  }
  const { stages, given, options, models, compute = SCALAR, uri } = recipe;
  let artefacts: Partial<Artefacts> = { ...given, ...recorded };
  for (const stage of stages) {
    if (stage.gives.every((artefact) => artefact in recorded)) continue;
    try {
      const result = await runStages([stage], artefacts, { options, models, compute, uri, ...settings });
      artefacts = { ...result.artefacts, ...recorded };
    } catch (cause) {
      // What a stage cannot take is told without a name.
      if (!(cause instanceof RangeError || cause instanceof AssignmentError)) throw cause;
      throw new RangeError(`${name}, stage ${stage.name}: ${cause.message}`, { cause });
    }
  }
  return { ...run, artefacts };
}
