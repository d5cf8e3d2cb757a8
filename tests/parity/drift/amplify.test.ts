/** Noise put in at a stage: how it grows, where the turns change, and that a seed decides all of it. */
import { beforeAll, describe, expect, test } from "bun:test";
import { amplify } from "#lib/parity/drift/amplify.ts";
import { type DriftRun, runRecipe } from "#lib/parity/drift/drift_run.ts";
import { captureRecipe, recordedCapture } from "./back_end.ts";

let run: DriftRun;
beforeAll(async () => void (run = await runRecipe("A", await captureRecipe("a_two_speakers"))));

const SIZES = [1e-9, 1e-6, 1e-3, 1];

describe("noise", () => {
  test("reaches the stages after it and none before, and grows with its size", async () => {
    const { steps, disturbed } = await amplify(run, { stage: "plda", sizes: SIZES });
    expect(disturbed).toEqual(["postPlda", "phi"]);
    const errors = (artefact: string) =>
      steps.filter(({ refining }) => !refining).map((step) =>
        step.errors.find((entry) => entry.artefact === artefact)!.error!
      );
    for (const before of ["segmentations", "embeddings", "count", "training", "ahcLabels", "postXvec"]) {
      expect(errors(before)).toEqual([0, 0, 0, 0]);
    }
    const postPlda = errors("postPlda");
    SIZES.slice(0, 3).forEach((size, i) => expect(Math.abs(postPlda[i] / size - 1)).toBeLessThan(0.2));
    const q = errors("q");
    expect(q).toEqual(q.toSorted((a, b) => a - b));
    expect(q[1] / q[0]).toBeGreaterThan(100);
  });

  test("changes the turns between the two sizes that are told, to within 5 %", async () => {
    const { steps, flip } = await amplify(run, {
      stage: "inputs",
      artefacts: ["embeddings"],
      sizes: [1e-3, 5],
    });
    expect(flip!.above / flip!.below).toBeLessThanOrEqual(1.05);
    const at = (size: number) => steps.find((step) => step.size === size)!;
    expect([at(flip!.below).identical, at(flip!.above).identical]).toEqual([true, false]);
    expect(flip!.startSec).toBe(at(flip!.above).startSec!);
    expect(steps.map(({ size }) => size)).toEqual(steps.map(({ size }) => size).sort((a, b) => a - b));
  });

  test("of one seed is always the same, of another another", async () => {
    const of = async (seed: number) =>
      JSON.stringify((await amplify(run, { stage: "scores", sizes: [1e-3], seed })).steps[0].errors);
    expect(await of(3)).toBe(await of(3));
    expect(await of(3)).not.toBe(await of(4));
  });

  test("on decisions turns a share of them into others", async () => {
    const { steps: [{ errors }] } = await amplify(run, {
      stage: "inputs",
      artefacts: ["segmentations"],
      sizes: [0.01],
    });
    const frames = errors.find(({ artefact }) => artefact === "segmentations")!.error!;
    expect(Math.abs(frames - (1 - 0.99 ** 3))).toBeLessThan(0.005); // frames of three slots
  });

  test("that changes no turn has no flip", async () => {
    expect((await amplify(run, { stage: "vbx", sizes: [1e-12] })).flip).toBeUndefined();
  });

  test("is put on a recording's replay, so that only the noise shows", async () => {
    const recorded = await recordedCapture("a_two_speakers");
    const { steps: [{ errors }] } = await amplify(recorded, { stage: "scores", sizes: [1e-6] });
    expect(errors.find(({ artefact }) => artefact === "postPlda")!.error).toBe(0);
  });
});

describe("refused are", () => {
  test("a stage that is not there, one that gives nothing to disturb, a run without a recipe", async () => {
    await expect(amplify(run, { stage: "vby" })).rejects.toThrow(
      /no stage "vby"; there are inputs, speaker_counting/,
    );
    await expect(amplify(run, { stage: "annotation" })).rejects.toThrow(/nothing that noise can be put on/);
    await expect(amplify({ ...run, recipe: undefined }, { stage: "vbx" })).rejects.toThrow(/has no recipe/);
  });
});
