import { setImmediate } from "node:timers/promises";
import { type ComputeOption, SCALAR } from "#lib/compute/scalar_compute.ts";
import type { Artefacts } from "./artefacts.ts";
import { type CommunityOptionsInput, parseOptions } from "./options.ts";
import type { AnyStage, Models, StageContext } from "./stage.ts";

/**
 * Told of every stage: with nothing when it begins, with what it gave when it has ended (pyannote's hook). `total` is 0 where it is not
 * known.
 */
export type Hook = (
  stageName: string,
  artefact: Partial<Artefacts> | undefined,
  progress: { readonly completed: number; readonly total: number },
) => void;

/** Settings of `runStages`. */
export interface RunOptions extends ComputeOption {
  /** Settings of the stages; defaults are community-1's. */
  readonly options?: CommunityOptionsInput;
  readonly models?: Models;
  /** Name of the recording. */
  readonly uri?: string;
  readonly hook?: Hook;
  /** Stops the run at the next stage, with the signal's own reason. */
  readonly signal?: AbortSignal;
}

/** What a run gave. */
export interface RunResult {
  /** What was handed in, and what every stage gave. */
  readonly artefacts: Partial<Artefacts>;
  /** Seconds per stage. */
  readonly seconds: Record<string, number>;
  /** What stages could not do as asked: hints that were not met. */
  readonly warnings: readonly string[];
}

/**
 * Run stages one after the other on a growing set of artefacts. Nothing that was handed in is changed; an artefact that is
 * handed in is overwritten by a stage that gives it.
 *
 * @throws {TypeError} when a stage needs an artefact that is not there, or does not give what it says.
 * @throws {OptionsError} on a wrong option.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { runStages } from "#lib/pipeline/run_stages.ts";
 * import { speakerCounting } from "#lib/pipeline/stages/speaker_counting.ts";
 * const segmentations = ndArray("f4", [1, 589, 3], new Float32Array(589 * 3));
 * const { artefacts } = await runStages([speakerCounting], { segmentations });
 * assert.deepEqual(artefacts.count?.shape, [594, 1]);
 * ```
 */
export async function runStages(
  stages: readonly AnyStage[],
  given: Partial<Artefacts>,
  settings: RunOptions = {},
): Promise<RunResult> {
  const { models = {}, compute = SCALAR, uri, hook, signal } = settings;
  const options = parseOptions(settings.options);
  const artefacts: Partial<Artefacts> = { ...given };
  const seconds: Record<string, number> = {};
  const warnings: string[] = [];
  const warn = (warning: string) => void warnings.push(warning);
  for (const stage of stages) {
    await setImmediate(); // lets an abort or a progress display in between stages
    signal?.throwIfAborted();
    const lacking = stage.needs.filter((name) => !(name in artefacts));
    if (lacking.length > 0) {
      throw new TypeError(
        `Stage "${stage.name}" needs ${lacking.join(", ")}, which no stage before it gave.`,
      );
    }
    const progress = (completed: number, total: number) =>
      hook?.(stage.name, undefined, { completed, total });
    const context: StageContext = { options, models, compute, uri, signal, warn, progress };
    progress(0, 1);
    const start = performance.now();
    const output = await stage.run(artefacts as Artefacts, context);
    seconds[stage.name] = (performance.now() - start) / 1000;
    const missing = stage.gives.filter((name) => !(name in output));
    if (missing.length > 0) throw new TypeError(`Stage "${stage.name}" did not give ${missing.join(", ")}.`);
    Object.assign(artefacts, output);
    hook?.(stage.name, output, { completed: 1, total: 1 });
  }
  signal?.throwIfAborted(); // a run that was cancelled during its last stage is cancelled too
  return { artefacts, seconds, warnings };
}
