import type { Compute } from "#lib/compute/compute.ts";
import type { PldaModel } from "#lib/clustering/plda_model.ts";
import type { ArtefactName, Artefacts } from "./artefacts.ts";
import type { Warn } from "#lib/warnings/warn.ts";
import type { CommunityOptions } from "./options.ts";

/** Weights that stages use. */
export interface Models {
  readonly plda?: PldaModel;
}

/** What a stage has besides its artefacts. */
export interface StageContext {
  readonly options: CommunityOptions;
  readonly models: Models;
  /** What computes. */
  readonly compute: Compute;
  /** Name of the recording. */
  readonly uri: string | undefined;
  readonly signal: AbortSignal | undefined;
  /** Tell what was not met or cut down; it stands in the run's `warnings`. */
  readonly warn: Warn;
  /** Tell how far the stage is; it may be called often. */
  readonly progress: (completed: number, total: number) => void;
}

/**
 * One step of a pipeline: it needs some artefacts and gives others. A stage keeps nothing between runs, so it can be run alone,
 * replaced, or run twice.
 */
export interface Stage<Needs extends ArtefactName = ArtefactName, Gives extends ArtefactName = ArtefactName> {
  readonly name: string;
  readonly needs: readonly Needs[];
  readonly gives: readonly Gives[];
  run(
    artefacts: Pick<Artefacts, Needs>,
    context: StageContext,
  ): Pick<Artefacts, Gives> | Promise<Pick<Artefacts, Gives>>;
}

/** A stage as it stands in a list: of some artefacts or other. */
export interface AnyStage {
  readonly name: string;
  readonly needs: readonly ArtefactName[];
  readonly gives: readonly ArtefactName[];
  run(artefacts: Artefacts, context: StageContext): Partial<Artefacts> | Promise<Partial<Artefacts>>;
}

/**
 * A stage, with the artefacts that `run` gets and gives inferred from their names.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { defineStage } from "#lib/pipeline/stage.ts";
 * const everyoneIsOne = defineStage({
 *   name: "ahc",
 *   needs: ["training"],
 *   gives: ["ahcLabels"],
 *   run: ({ training }) => {
 *     const labels = new Int32Array(training.chunkIndex.length);
 *     return { ahcLabels: ndArray("i4", [labels.length], labels) };
 *   },
 * });
 * assert.equal(everyoneIsOne.name, "ahc");
 * ```
 */
export function defineStage<const Needs extends ArtefactName, const Gives extends ArtefactName>(
  stage: Stage<Needs, Gives>,
): Stage<Needs, Gives> {
  return stage;
}
