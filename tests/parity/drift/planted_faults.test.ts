/** Faults planted in a stage of the back end are found there, by the turns that they change. */
import { describe, expect, test } from "bun:test";
import { bisectRuns } from "#lib/parity/drift/bisect_runs.ts";
import type { Bisection } from "#lib/parity/drift/bisection.ts";
import { type DriftRecipe, runRecipe } from "#lib/parity/drift/drift_run.ts";
import { replaceStage } from "#lib/pipeline/replace_stage.ts";
import type { AnyStage } from "#lib/pipeline/stage.ts";
import { captureRecipe, conversationRecipe, faultyCut, recordedCapture, stageNamed } from "./back_end.ts";
import { faultyVbx } from "./plain_vbx.ts";

/** A sound run against one with a faulty stage, or other options. */
async function bisect(recipe: DriftRecipe, wrong: Partial<DriftRecipe>, maxTests = 40): Promise<Bisection> {
  const a = await runRecipe("sound", recipe);
  const b = await runRecipe("faulty", { ...recipe, ...wrong });
  return await bisectRuns(a, b, { maxTests });
}

const withStage = ({ stages }: DriftRecipe, stage: AnyStage) => ({ stages: replaceStage(stages, stage) });

/** The stages that have a difference of their own. */
const differing = ({ stages }: Bisection) =>
  stages.filter(({ differs }) => differs.length > 0).map(({ stage }) => stage);

function expectOnly(found: Bisection, stage: string): void {
  expect([found.culprit, differing(found)]).toEqual([stage, [stage]]);
  expect(found.whole.identical).toBe(false);
  // Up to the stage, handing over changes nothing; from it on, everything is B's.
  const at = found.stages.findIndex((entry) => entry.stage === stage);
  found.stages.forEach(({ own, handOver }, i) => {
    expect([own.identical, handOver.identical]).toEqual([i !== at, i < at]);
    if (i >= at) expect(handOver.der).toBe(found.whole.der);
  });
}

describe("a planted fault changes the turns and is found:", () => {
  test("the start of a frame in place of its middle, in the annotation", async () => {
    const recipe = await captureRecipe("a_two_speakers");
    const startOfFrames: AnyStage = {
      ...stageNamed("annotation"),
      run(artefacts, context) {
        const { grid } = context.options;
        const frames = { ...grid.frames, durationSec: 1e-9 };
        return stageNamed("annotation").run(artefacts, {
          ...context,
          options: { ...context.options, grid: { ...grid, frames } },
        });
      },
    };
    const found = await bisect(recipe, withStage(recipe, startOfFrames));
    expectOnly(found, "annotation");
    expect(found.smallest).toMatchObject({ artefact: "diarization", unit: "turn", differing: 25, enough: 1 });
  });

  test("VBx in float32, in a recording where it comes to that", async () => {
    const made = { speakers: 4, durationSec: 60, seed: 11, dimension: 24, overlap: 0.1 };
    const recipe = conversationRecipe(made, {
      ahc: { threshold: 0.5 },
      vbx: { fa: 0.3, maxIterations: 100, elboEpsilon: 1e-5 },
    });
    const found = await bisect(recipe, withStage(recipe, faultyVbx({ round: Math.fround })));
    expectOnly(found, "vbx");
    expect(found.whole.der).toBeGreaterThan(0.01);
    expect(found.smallest?.artefact).toBe("q");
  });

  test("the 1e-8 left out of VBx's priors, in a recording where speakers die slowly", async () => {
    const made = { speakers: 4, durationSec: 40, seed: 5, dimension: 24, overlap: 0.1, withinSpread: 5 };
    const recipe = conversationRecipe(made, { ahc: { threshold: 0.4 }, vbx: { fa: 0.03, fb: 3 } });
    const found = await bisect(recipe, withStage(recipe, faultyVbx({ floor: 0 })));
    expectOnly(found, "vbx");
    expect(found.smallest).toMatchObject({ artefact: "pi", unit: "cluster" });
  });

  test("the cut at 'merge if below the threshold', where an inversion tells it from SciPy's", async () => {
    const made = { speakers: 6, durationSec: 60, seed: 3, dimension: 24, overlap: 0.1, withinSpread: 4 };
    const recipe = conversationRecipe(made);
    const found = await bisect(recipe, withStage(recipe, faultyCut));
    expectOnly(found, "ahc");
    expect(found.whole.der).toBeGreaterThan(0.1);
    expect(found.smallest).toMatchObject({ artefact: "ahcLabels", unit: "embedding" });
  });

  test("KMeans with another seed, where a hint calls for it", async () => {
    const recipe = await captureRecipe("a_two_speakers", { hints: { numSpeakers: 3 } });
    const found = await bisect(recipe, { options: { ...recipe.options, kmeans: { seed: 43 } } });
    expectOnly(found, "centroids");
    expect(found.whole.der).toBeGreaterThan(0.05);
  });
});

describe("without a fault", () => {
  test("nothing is found", async () => {
    const recipe = await captureRecipe("a_two_speakers");
    const found = await bisect(recipe, {});
    expect([found.culprit, found.firstDiffering, found.verdict]).toEqual([
      undefined,
      undefined,
      "nothing differs",
    ]);
  });

  test("another way of adding up is no fault: it stays within tolerance", async () => {
    const recipe = await captureRecipe("a_two_speakers");
    const found = await bisect(recipe, withStage(recipe, faultyVbx({})));
    expect([found.culprit, found.firstBeyondTolerance, found.firstDiffering]).toEqual([
      undefined,
      undefined,
      "vbx",
    ]);
    expect(found.verdict).toMatch(/no stage changes the turns, nor exceeds its tolerance.* vbx$/);
  });
});

describe("where a fault changes no turn", () => {
  test("the first stage beyond tolerance is named, and that no turn changes is said", async () => {
    const recipe = await captureRecipe("a_two_speakers");
    const found = await bisect(recipe, withStage(recipe, faultyVbx({ round: Math.fround })));
    expect([found.culprit, found.firstBeyondTolerance, found.smallest]).toEqual([
      undefined,
      "vbx",
      undefined,
    ]);
    expect(found.verdict).toBe("no stage changes the turns; the first that differs beyond tolerance is vbx");
  });

  test("names of speakers alone are told as such, and so are clusters that are only numbered otherwise", async () => {
    const recipe = await captureRecipe("b_five_speakers");
    const backwards: AnyStage = {
      ...stageNamed("ahc"),
      async run(artefacts, context) {
        const { tree, ahcLabels } = await stageNamed("ahc").run(artefacts, context);
        const last = Math.max(...ahcLabels!.data);
        return { tree, ahcLabels: { ...ahcLabels!, data: ahcLabels!.data.map((label) => last - label) } };
      },
    };
    const found = await bisect(recipe, withStage(recipe, backwards));
    expect([found.culprit, found.whole.namesOnly, found.whole.der]).toEqual(["ahc", true, 0]);
    expect(found.verdict).toMatch(/^ahc changes the names of speakers/);
    expect(found.stages.find(({ stage }) => stage === "ahc")!.differs).toEqual([
      { artefact: "ahcLabels", maxAbs: 0, beyondTolerance: false },
    ]);
  });
});

describe("a recording", () => {
  test("as A is held to its replay, and a fault of B is found all the same", async () => {
    const a = await recordedCapture("a_two_speakers");
    const b = await runRecipe("B", {
      ...a.recipe!,
      options: { ...a.recipe!.options, annotation: { minDurationOff: 1 } },
    });
    const found = await bisectRuns(a, b);
    expect([found.culprit, found.notes]).toEqual(["annotation", []]);
  });

  test("as A that its replay does not give is told, and the replay stands for it", async () => {
    const a = await recordedCapture("a_two_speakers");
    const other = { ...a, recipe: { ...a.recipe!, options: { annotation: { minDurationOff: 1 } } } };
    const { notes, verdict } = await bisectRuns(other, await runRecipe("B", other.recipe));
    expect(notes.join()).toMatch(/a_two_speakers as recorded is not what its replay gives/);
    expect(verdict).toBe("nothing differs");
  });

  test("as B has its artefacts handed over: the first stage that was recorded otherwise is named", async () => {
    const a = await recordedCapture("a_two_speakers");
    const wrong = await runRecipe("B", { ...a.recipe!, options: { training: { minActiveRatio: 0.5 } } });
    const b = { name: "B", artefacts: wrong.artefacts, recorded: true };
    const found = await bisectRuns(a, b);
    expect(found.stages.every(({ by }) => by === "recording")).toBe(true);
    expect(found.culprit).toBe("train_filter");
    expect(found.notes.join()).toMatch(/B is a recording/);
    // A stage's recording that does not fit what A has left says so instead of an answer.
    expect(found.stages.find(({ stage }) => stage === "vbx")!.own.fault).toMatch(/q/);
  });
});
