import { SCALAR } from "#lib/compute/scalar_compute.ts";
import type { ArtefactName, Artefacts } from "#lib/pipeline/artefacts.ts";
import { runStages } from "#lib/pipeline/run_stages.ts";
import type { AnyStage } from "#lib/pipeline/stage.ts";
import type { DriftRecipe } from "./drift_run.ts";
import { sameArtefact } from "./same_artefact.ts";

/**
 * Runs that are one run but for some artefacts: only the stages that what was exchanged reaches are run again, and what comes out as
 * before reaches no further. Stages must give the same for the same.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { HybridRuns } from "#lib/parity/drift/hybrid_runs.ts";
 * import { speakerCounting } from "#lib/pipeline/stages/speaker_counting.ts";
 * const speech = (value: number) => ndArray("f4", [1, 589, 1], new Float32Array(589).fill(value));
 * const given = { segmentations: speech(0) };
 * const hybrids = new HybridRuns({ stages: [speakerCounting], given }, given);
 * const { count } = await hybrids.with({ segmentations: speech(1) });
 * assert.deepEqual([count!.data[0], hybrids.stagesRun], [1, 1]);
 * ```
 */
export class HybridRuns {
  readonly artefacts: Partial<Artefacts>;
  readonly #recipe: DriftRecipe;
  readonly #signal: AbortSignal | undefined;
  #stagesRun = 0;

  /**
   * @param recipe How the run is made.
   * @param artefacts All that it made.
   */
  constructor(
    recipe: DriftRecipe,
    artefacts: Partial<Artefacts>,
    options: { readonly signal?: AbortSignal } = {},
  ) {
    this.#recipe = recipe;
    this.artefacts = artefacts;
    this.#signal = options.signal;
  }

  /** How many stages were run so far. */
  get stagesRun(): number {
    return this.#stagesRun;
  }

  /**
   * The run with other artefacts.
   *
   * @param exchanged What is put in place of the run's own.
   * @param after The last stage that is not run again; all may be by default.
   */
  async with(exchanged: Partial<Artefacts>, after?: string): Promise<Partial<Artefacts>> {
    const { stages } = this.#recipe;
    const artefacts: Partial<Artefacts> = { ...this.artefacts, ...exchanged };
    const touched = new Set<ArtefactName>();
    const note = (name: ArtefactName) => {
      if (sameArtefact(artefacts[name], this.artefacts[name])) touched.delete(name);
      else touched.add(name);
    };
    for (const name of Object.keys(exchanged) as ArtefactName[]) note(name);
    for (const stage of stages.slice(stages.findIndex(({ name }) => name === after) + 1)) {
      if (!stage.needs.some((name) => touched.has(name))) continue;
      Object.assign(artefacts, await this.stage(stage, this.#recipe, artefacts));
      for (const name of stage.gives) note(name);
    }
    return artefacts;
  }

  /** What one stage gives under the settings of a recipe. */
  async stage(
    stage: AnyStage,
    { options, models, compute = SCALAR, uri }: DriftRecipe,
    artefacts: Partial<Artefacts> = this.artefacts,
  ): Promise<Partial<Artefacts>> {
    this.#stagesRun++;
    const settings = { options, models, compute, uri, signal: this.#signal };
    const result = await runStages([stage], artefacts, settings);
    return Object.fromEntries(stage.gives.map((name) => [name, result.artefacts[name]]));
  }
}
