import type { ArtefactName, Artefacts } from "#lib/pipeline/artefacts.ts";
import type { Amplification, AmplificationStep, AmplifiedError } from "./amplification.ts";
import { compareRuns } from "./compare_runs.ts";
import { compareTurns } from "./compare_turns.ts";
import { type Disturbance, disturbArtefact } from "./disturb_artefact.ts";
import { DRIFT_QUANTITIES } from "./drift_quantities.ts";
import { type DriftRun, runRecipe } from "./drift_run.ts";
import { HybridRuns } from "./hybrid_runs.ts";
import type { QuantityDifference } from "./run_difference.ts";

/** Settings of `amplify`. */
export interface AmplifyOptions {
  /** The stage whose results are disturbed; "inputs" for what the first stages are given. */
  readonly stage: string;
  /** Which of its results; all that later stages need by default. */
  readonly artefacts?: readonly ArtefactName[];
  /** @default {0} */
  readonly seed?: number;
  /** Relative sizes of the noise. @default from 1e-8 to 1, two in each power of ten */
  readonly sizes?: readonly number[];
  /** The size at which the turns change is found to within this factor. @default {1.05} */
  readonly within?: number;
  readonly onProgress?: (progress: { readonly completed: number; readonly total: number }) => void;
  readonly signal?: AbortSignal;
}

/** 1e-8, 3.2e-8, 1e-7, ... 1. */
const SIZES: readonly number[] = Array.from(
  { length: 17 },
  (_, i) => Number((10 ** (i / 2 - 8)).toPrecision(2)),
);

/**
 * Put noise of growing size in at a stage and see how it grows through the later ones, and at which size the turns change. The pattern
 * of the noise is the same at every size.
 *
 * @param run Needs a recipe.
 * @throws {RangeError} when there is no such stage, or nothing of it to disturb.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readPlda } from "#lib/clustering/read_plda.ts";
 * import { amplify } from "#lib/parity/drift/amplify.ts";
 * import { runRecipe } from "#lib/parity/drift/drift_run.ts";
 * import { COMMUNITY_1 } from "#lib/pipeline/community_1.ts";
 * import { projectRoot } from "#lib/places/places.ts";
 * import { readCapture } from "#lib/parity/read_capture.ts";
 * const fixtures = `${projectRoot()}/fixtures`;
 * const { artefacts: { segmentations, embeddings } } = await readCapture(`${fixtures}/captures/a_two_speakers`);
 * const models = { plda: await readPlda(`${fixtures}/models/plda`) };
 * const run = await runRecipe("A", { stages: COMMUNITY_1, given: { segmentations, embeddings }, models });
 * const { steps, flip } = await amplify(run, { stage: "vbx", sizes: [1e-6, 10], seed: 4 });
 * assert.deepEqual([steps[0].identical, steps.at(-1)!.identical], [true, false]);
 * assert(flip!.above <= 1.05 * flip!.below);
 * ```
 */
export async function amplify(run: DriftRun, options: AmplifyOptions): Promise<Amplification> {
  const { stage, seed = 0, within = 1.05, onProgress, signal } = options;
  const sizes = [...options.sizes ?? SIZES].sort((x, y) => x - y);
  if (run.recipe === undefined) {
    throw new RangeError(`The run "${run.name}" has no recipe: its stages cannot be run.`);
  }
  // Of a recording the replay is disturbed, so that nothing but the noise makes a difference.
  const whole = run.recorded ? await runRecipe(run.name, run.recipe, { signal }) : run;
  const plain = new HybridRuns(run.recipe, whole.artefacts, { signal });
  const disturbances = disturbancesOf(whole, options, seed);
  const last = stage === "inputs" ? undefined : stage;
  const decimals = run.decimals;
  const step = async (size: number, refining: boolean): Promise<AmplificationStep> => {
    const exchanged = Object.assign({}, ...disturbances.map(({ at }) => at(size))) as Partial<Artefacts>;
    const artefacts = await plain.with(exchanged, last);
    const turns = compareTurns(whole.artefacts.diarization!, artefacts.diarization!, {
      decimals,
      maxErrors: 0,
    });
    const { identical, der, first } = turns;
    const errors = errorsOf(whole, { ...whole, artefacts });
    return { size, errors, identical, der, ...(first && { startSec: first.startSec }), refining };
  };

  const steps: AmplificationStep[] = [];
  for (const [i, size] of sizes.entries()) {
    onProgress?.({ completed: i, total: sizes.length });
    steps.push(await step(size, false));
  }
  const at = steps.findIndex(({ identical }) => !identical);
  const found = { run: run.name, stage, disturbed: disturbances.map(({ artefact }) => artefact), seed };
  if (at < 0) return { ...found, steps };
  let below = at === 0 ? 0 : steps[at - 1].size, above = steps[at];
  while (below > 0 && above.size > below * within) {
    const middle = await step(Math.sqrt(below * above.size), true);
    steps.push(middle);
    if (middle.identical) below = middle.size;
    else above = middle;
  }
  steps.sort((x, y) => x.size - y.size);
  const { startSec } = above;
  return { ...found, steps, flip: { below, above: above.size, ...(startSec !== undefined && { startSec }) } };
}

function disturbancesOf(
  { recipe, artefacts }: DriftRun,
  options: AmplifyOptions,
  seed: number,
): Disturbance[] {
  const { stages, given } = recipe!;
  const { stage } = options;
  const at = stages.findIndex(({ name }) => name === stage);
  if (at < 0 && stage !== "inputs") {
    const names = ["inputs", ...stages.map(({ name }) => name)].join(", ");
    throw new RangeError(`There is no stage "${stage}"; there are ${names}.`);
  }
  const gives = at < 0 ? Object.keys(given) as ArtefactName[] : stages[at].gives;
  const needed = new Set(stages.slice(at + 1).flatMap(({ needs }) => needs));
  const names = options.artefacts ?? gives.filter((name) => needed.has(name));
  const disturbances = names.flatMap((name, i) => {
    const disturbance = disturbArtefact(name, artefacts, { seed: seed + i });
    return disturbance === undefined ? [] : [disturbance];
  });
  if (disturbances.length === 0) {
    throw new RangeError(`Stage "${stage}" gives nothing that noise can be put on.`);
  }
  return disturbances;
}

function errorsOf(plain: DriftRun, noisy: DriftRun): AmplifiedError[] {
  const stages = plain.recipe!.stages;
  const { diarization: _a, ...before } = plain.artefacts;
  const { diarization: _b, ...after } = noisy.artefacts;
  const quantities = DRIFT_QUANTITIES.filter(({ artefact, stage }) =>
    artefact !== "tree" &&
    (artefact in (plain.recipe?.given ?? {}) || stages.some(({ name }) => name === stage))
  );
  const compared = compareRuns({ ...plain, artefacts: before }, { ...noisy, artefacts: after }, {
    quantities,
  });
  return compared.quantities.map((entry) => ({
    stage: entry.stage,
    artefact: entry.quantity,
    error: errorOf(entry),
  }));
}

function errorOf({ type, decisions, relativeRms, quantity }: QuantityDifference): number | null {
  const counts = type === "i4" || type === "u1" || quantity === "segmentations" ||
    quantity === "discreteDiarization";
  if (!counts || decisions === undefined) return relativeRms;
  return decisions.total === 0 ? 0 : decisions.changed / decisions.total;
}
