import type { ArtefactName, Artefacts } from "#lib/pipeline/artefacts.ts";
import { parseOptions } from "#lib/pipeline/options.ts";
import type { AnyStage } from "#lib/pipeline/stage.ts";
import type { Bisection, HybridOutcome, StageBisection } from "./bisection.ts";
import { compareRuns } from "./compare_runs.ts";
import { compareTurns } from "./compare_turns.ts";
import { DRIFT_QUANTITIES } from "./drift_quantities.ts";
import { completeRun, type DriftRecipe, type DriftRun, runRecipe } from "./drift_run.ts";
import { HybridOutcomes } from "./hybrid_outcomes.ts";
import { HybridRuns } from "./hybrid_runs.ts";
import { sameArtefact } from "./same_artefact.ts";
import { smallestPart } from "./smallest_part.ts";
import { verdictOf } from "./bisection_verdict.ts";

/** How far a bisection is. */
export interface BisectProgress {
  readonly phase: "stages" | "smallest part";
  readonly stage: string;
  readonly completed: number;
  /** 0 where it is not known. */
  readonly total: number;
}

/** Settings of `bisectRuns`. */
export interface BisectRunsOptions {
  /** Runs that the search for the smallest part may take; 0 leaves it out. @default {200} */
  readonly maxTests?: number;
  readonly onProgress?: (progress: BisectProgress) => void;
  readonly signal?: AbortSignal;
}

/**
 * Find the stage that makes the difference between two runs. Each stage in turn is run as B on what A fed its own, and the rest of the
 * pipeline as A (its *own* difference); and B's run is handed over to A after each stage. Then the least of the first guilty
 * stage's result that is enough is looked for.
 *
 * @param a Needs a recipe. Where it was recorded and its replay gives other turns, the replay is taken in its place.
 * @param b One that was recorded cannot run its stages again: what it recorded is handed over instead.
 * @throws {RangeError} when A has no recipe, no turns, or lacks a stage of B.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readPlda } from "#lib/clustering/read_plda.ts";
 * import { bisectRuns } from "#lib/parity/drift/bisect_runs.ts";
 * import { recordedRun, runRecipe } from "#lib/parity/drift/drift_run.ts";
 * import { COMMUNITY_1 } from "#lib/pipeline/community_1.ts";
 * import { projectRoot } from "#lib/places/places.ts";
 * import { readCapture } from "#lib/parity/read_capture.ts";
 * const fixtures = `${projectRoot()}/fixtures`;
 * const capture = await readCapture(`${fixtures}/captures/a_two_speakers`);
 * const { segmentations, embeddings } = capture.artefacts;
 * const recipe = {
 *   stages: COMMUNITY_1,
 *   given: { segmentations, embeddings },
 *   models: { plda: await readPlda(`${fixtures}/models/plda`) },
 *   uri: capture.uri,
 * };
 * const b = await runRecipe("B", { ...recipe, options: { annotation: { minDurationOff: 1 } } });
 * const { culprit, smallest } = await bisectRuns(recordedRun(capture, recipe), b);
 * assert.deepEqual([culprit, smallest?.artefact], ["annotation", "diarization"]);
 * ```
 */
export async function bisectRuns(
  a: DriftRun,
  b: DriftRun,
  options: BisectRunsOptions = {},
): Promise<Bisection> {
  const { maxTests = 200, onProgress, signal } = options;
  const { run, notes } = await rerunnable(a, signal);
  const recipe = run.recipe!;
  const runs = new HybridRuns(recipe, run.artefacts, { signal });
  const outcomes = new HybridOutcomes(run, runs);
  const again = b.recorded || b.recipe === undefined ? undefined : b.recipe;
  if (again === undefined) {
    notes.push(`${b.name} is a recording: its artefacts are handed over, no stage of it is run`);
  }
  const parts = stageParts(recipe, b);

  const stages: StageBisection[] = [];
  const versions = new Map<string, Partial<Artefacts>>();
  let handed: Partial<Artefacts> = {};
  for (const [i, { name, gives, stageOfB }] of parts.entries()) {
    onProgress?.({ phase: "stages", stage: name, completed: i, total: parts.length });
    const recorded = pick(b.artefacts, gives);
    const version = again && stageOfB ? await runs.stage(stageOfB, again) : recorded;
    versions.set(name, version);
    handed = { ...handed, ...recorded };
    const by = again && stageOfB ? "rerun" : Object.keys(version).length > 0 ? "recording" : "nothing";
    stages.push({
      stage: name,
      by,
      differs: differences(run, version, b),
      own: await outcomes.of(version, name),
      handOver: await outcomes.of(handed, name),
    });
  }

  const changes = ({ identical, fault }: HybridOutcome) => !identical && fault === undefined;
  const culprit = stages.find(({ own }) => changes(own))?.stage;
  const firstHandOver = stages.find(({ handOver }) => changes(handOver))?.stage;
  const firstBeyond = stages.find(({ differs }) => differs.some(({ beyondTolerance }) => beyondTolerance))
    ?.stage;
  const firstDiffering = stages.find(({ differs }) => differs.length > 0)?.stage;
  const { grid } = parseOptions(run.options);
  const smallest = culprit === undefined || maxTests === 0
    ? undefined
    : await smallestPart(run.artefacts, versions.get(culprit)!, {
      stage: culprit,
      gives: usedAfter(recipe, culprit, parts.find(({ name }) => name === culprit)!.gives),
      outcome: (exchanged) => {
        onProgress?.({ phase: "smallest part", stage: culprit, completed: runs.stagesRun, total: 0 });
        return outcomes.of(exchanged, culprit);
      },
      scale: {
        chunks: grid.chunks,
        frames: { ...grid.frames, startSec: grid.chunks.startSec },
        training: run.artefacts.training,
      },
      maxTests,
    });
  const found = {
    a: a.name,
    b: b.name,
    whole: outcomes.against(b.artefacts),
    stages,
    ...(culprit !== undefined && { culprit }),
    ...(firstHandOver !== undefined && { firstHandOver }),
    ...(firstBeyond !== undefined && { firstBeyondTolerance: firstBeyond }),
    ...(firstDiffering !== undefined && { firstDiffering }),
    ...(smallest && { smallest }),
  };
  return { ...found, verdict: verdictOf(found), notes, stagesRun: runs.stagesRun };
}

/** A with all its artefacts; its replay where that gives other turns than were recorded. */
async function rerunnable(
  a: DriftRun,
  signal: AbortSignal | undefined,
): Promise<{ run: DriftRun; notes: string[] }> {
  if (a.recipe === undefined) {
    throw new RangeError(`The run "${a.name}" has no recipe: its stages cannot be run.`);
  }
  if (!a.recorded) return { run: a, notes: [] };
  const replay = await runRecipe(a.name, a.recipe, { signal });
  const { diarization } = a.artefacts;
  const same = diarization && replay.artefacts.diarization &&
    compareTurns(diarization, replay.artefacts.diarization, { decimals: a.decimals }).identical;
  if (same) {
    const run = await completeRun(a, { signal });
    // The recording has its times rounded; the same turns with all their digits are what a stage gives.
    const { diarization, exclusive } = replay.artefacts;
    return { run: { ...run, artefacts: { ...run.artefacts, diarization, exclusive } }, notes: [] };
  }
  const note = `${a.name} as recorded is not what its replay gives; the replay stands for it`;
  return { run: { ...replay, decimals: a.decimals }, notes: [note] };
}

/** A's stages in order with B's of the same name; before them what they are given, where B was given another. */
function stageParts({ stages, given }: DriftRecipe, b: DriftRun) {
  const ofB: readonly AnyStage[] = b.recipe?.stages ?? [];
  const lone = ofB.find(({ name }) => !stages.some((stage) => stage.name === name));
  if (lone !== undefined) throw new RangeError(`B has a stage "${lone.name}" that A has not.`);
  const names = Object.keys(given) as ArtefactName[];
  const inputs = names.filter((name) => name in b.artefacts && !sameArtefact(given[name], b.artefacts[name]));
  return [
    ...(inputs.length === 0 ? [] : [{ name: "inputs", gives: inputs, stageOfB: undefined }]),
    ...stages.map(({ name, gives }) => ({ name, gives, stageOfB: ofB.find((stage) => stage.name === name) })),
  ];
}

/** Those of a stage's artefacts that later stages need, or that are the turns. */
function usedAfter({ stages }: DriftRecipe, stage: string, gives: readonly ArtefactName[]): ArtefactName[] {
  const later = stages.slice(stages.findIndex(({ name }) => name === stage) + 1);
  return gives.filter((name) => name === "diarization" || later.some(({ needs }) => needs.includes(name)));
}

function pick(artefacts: Partial<Artefacts>, names: readonly ArtefactName[]): Partial<Artefacts> {
  return Object.fromEntries(names.filter((name) => name in artefacts).map((name) => [name, artefacts[name]]));
}

/** What a version of a stage gives another of, those beyond tolerance first. */
function differences(run: DriftRun, version: Partial<Artefacts>, b: DriftRun): StageBisection["differs"] {
  const names = (Object.keys(version) as ArtefactName[])
    .filter((name) => !sameArtefact(run.artefacts[name], version[name]));
  if (names.length === 0) return [];
  const artefacts = { ...run.artefacts, ...version };
  const quantities = DRIFT_QUANTITIES.filter(({ artefact }) => names.includes(artefact));
  const { quantities: compared } = compareRuns(
    { ...run, artefacts: withoutTurns(run.artefacts) },
    { ...b, artefacts: withoutTurns(artefacts) },
    { quantities },
  );
  const [before, after] = [run.artefacts.diarization, version.diarization];
  const sameTurns = !before || !after ||
    compareTurns(before, after, { decimals: run.decimals, maxErrors: 0 }).identical;
  const turns = sameTurns ? [] : [{ artefact: "diarization", maxAbs: null, beyondTolerance: true }];
  return [
    // Where nothing differs though the bits do, clusters have other numbers: those decide ties between speakers.
    ...compared
      .map(({ quantity, maxAbs, beyondTolerance }) => ({ artefact: quantity, maxAbs, beyondTolerance })),
    ...turns,
  ].sort((x, y) => Number(y.beyondTolerance) - Number(x.beyondTolerance));
}

/** Their comparison takes time and is not asked for. */
function withoutTurns({ diarization: _, ...rest }: Partial<Artefacts>): Partial<Artefacts> {
  return rest;
}
