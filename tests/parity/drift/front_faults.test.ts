/** Faults planted before the clustering, in decoding and fbank, are found from the audio, with real networks. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fbank } from "#kernels/fbank/mod.ts";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { readAudio } from "#lib/audio/read_audio.ts";
import { writeWav } from "#lib/audio/write_wav.ts";
import type { Compute } from "#lib/compute/compute.ts";
import { openCompute } from "#lib/compute/open_compute.ts";
import { diarize } from "#lib/diarization/diarize.ts";
import { presetNamed } from "#lib/diarization/presets.ts";
import { FrontStages } from "#lib/diarization/front_stages.ts";
import type { Bisection } from "#lib/parity/drift/bisection.ts";
import { bisectRuns } from "#lib/parity/drift/bisect_runs.ts";
import { compareTurns } from "#lib/parity/drift/compare_turns.ts";
import { decisionMargins } from "#lib/parity/drift/decision_margins.ts";
import { type DriftRecipe, runRecipe } from "#lib/parity/drift/drift_run.ts";
import type { CommunityOptionsInput } from "#lib/pipeline/options.ts";
import { replaceStage } from "#lib/pipeline/replace_stage.ts";
import type { AnyStage } from "#lib/pipeline/stage.ts";
import { describeWith, fixture, model } from "#tests/harness/shared_data.ts";

const SLOW = 300_000, RATE = 16_000;

/** The stages that have a difference of their own. */
const differing = ({ stages }: Bisection) =>
  stages.filter(({ differs }) => differs.length > 0).map(({ stage }) => stage);

/** fbank with another pre-emphasis than 0.97. */
function preEmphasis(stage: AnyStage, preemphasis: number): AnyStage {
  return {
    ...stage,
    async run(artefacts, context) {
      const { fbank: sound } = await stage.run(artefacts, context);
      const [chunks, windows, bins] = sound!.shape;
      const data = new Float32Array(sound!.data.length);
      for (let c = 0; c < chunks; c++) {
        const samples = new Float32Array(10 * RATE);
        samples.set(artefacts.waveform.data.subarray(c * RATE, (c + 10) * RATE));
        const { features } = await fbank(context.compute, samples, { preemphasis, removeMean: true });
        data.set(features, c * windows * bins);
      }
      return { fbank: ndArray("f4", sound!.shape, data) };
    },
  };
}

/** Decoding that divides positive 16-bit samples by 32767, as some decoders do. */
function dividedBy32767(stage: AnyStage): AnyStage {
  return {
    ...stage,
    async run(artefacts, context) {
      const { waveform } = await stage.run(artefacts, context);
      const data = waveform!.data.map((sample) => sample > 0 ? sample * 32768 / 32767 : sample);
      return { waveform: ndArray("f4", waveform!.shape, data) };
    },
  };
}

describeWith(
  "from the audio",
  model("segmentation-3.0.from-fp16.onnx") && fixture("captures/02_pyannote_sample/clip_16k.wav"),
  (clip) => {
    const folder = mkdtempSync(join(tmpdir(), "dialab-drift-"));
    const preset = presetNamed("hybrid");
    let compute: Compute, front: FrontStages;
    beforeAll(async () => {
      compute = await openCompute({ backend: "wasm" });
      front = await FrontStages.open({ preset, compute });
    });
    afterAll(async () => {
      await front[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true });
    });

    /** A part of the clip, as a recording of its own. */
    async function excerpt(start: number, seconds: number): Promise<string> {
      const { samples } = await readAudio(clip);
      const file = join(folder, `${start}_${seconds}.wav`);
      await writeWav(file, samples.slice(start, start + seconds * RATE), { sampleRate: RATE });
      return file;
    }
    const recipeOf = (file: string, options: CommunityOptionsInput = {}): DriftRecipe => ({
      stages: front.stages(file),
      given: {},
      options: { ...front.options, ...options },
      models: front.models,
      compute,
      uri: "excerpt",
    });
    async function bisect(
      file: string,
      fault: (stages: readonly AnyStage[]) => AnyStage,
      settings: { maxTests: number; options?: CommunityOptionsInput },
    ) {
      const recipe = recipeOf(file, settings.options);
      const stages = replaceStage(recipe.stages, fault(recipe.stages));
      const sound = await runRecipe("sound", recipe);
      return await bisectRuns(sound, await runRecipe("faulty", { ...recipe, stages }), settings);
    }
    const dividedIn = ([decoding]: readonly AnyStage[]) => dividedBy32767(decoding);
    const emphasizedBy = (factor: number) => (stages: readonly AnyStage[]) =>
      preEmphasis(stages.find(({ name }) => name === "fbank")!, factor);

    test("the stages give the turns that diarize gives, and margins of the powerset", async () => {
      const file = await excerpt(5 * RATE, 12);
      await using hybrid = await FrontStages.open({ preset, compute });
      const run = await runRecipe("stages", { ...recipeOf(file), stages: hybrid.stages(file) });
      const { stages: { diarization } } = await diarize(file, { preset, compute, uri: "excerpt" });
      expect(diarization!.labels().length).toBeGreaterThan(0);
      expect(compareTurns(diarization!, run.artefacts.diarization!).identical).toBe(true);
      const { lists, missing } = decisionMargins(run);
      const powerset = lists.find(({ kind }) => kind === "powerset argmax")!;
      expect([missing, powerset.total]).toEqual([[], run.artefacts.segmentations!.shape[0] * 589]);
      expect(powerset.nearest[0].distance).toBeLessThan(0.1);
    }, SLOW);

    test("no pre-emphasis: turns change, and fbank is named", async () => {
      const found = await bisect(clip, emphasizedBy(0), { maxTests: 2 });
      expect([found.culprit, differing(found)]).toEqual(["fbank", ["fbank"]]);
      expect(found.smallest).toMatchObject({ artefact: "fbank", unit: "chunk", differing: 21 });
      expect(found.smallest!.enough).toBeLessThan(21);
    }, SLOW);

    test(
      "a pre-emphasis of 0.9 changes no turn: fbank is the first that differs beyond tolerance",
      async () => {
        const found = await bisect(await excerpt(5 * RATE, 11), emphasizedBy(0.9), { maxTests: 0 });
        expect([found.culprit, found.firstBeyondTolerance, differing(found)]).toEqual([
          ...[undefined, "fbank", ["fbank"]],
        ]);
      },
      SLOW,
    );

    test(
      "samples divided by 32767: turns change where a frame hangs on it, and decoding is named",
      async () => {
        // Found by search: a frame's best two classes are 4e-5 nats apart, and the fault moves them by 2e-4. Its slots train the
        // clustering only if they need not speak long; Fa and Fb are community-1's.
        const options = { training: { minActiveRatio: 0.02 }, vbx: { fa: 0.07, fb: 0.8 } };
        const found = await bisect(await excerpt(18_900, 10), dividedIn, { maxTests: 4, options });
        expect([found.culprit, differing(found)]).toEqual(["decoding", ["decoding"]]);
        expect(found.smallest).toMatchObject({ artefact: "waveform", unit: "second", differing: 10 });
      },
      SLOW,
    );

    test("and where none does, decoding is the first that differs beyond tolerance", async () => {
      const found = await bisect(await excerpt(5 * RATE, 10), dividedIn, { maxTests: 0 });
      expect([found.culprit, found.firstBeyondTolerance, differing(found)]).toEqual([
        ...[undefined, "decoding", ["decoding"]],
      ]);
    }, SLOW);
  },
);

describe("front stages", () => {
  test("are of presets with masks only", async () => {
    await expect(FrontStages.open({ preset: "compact" })).rejects.toThrow(
      /masked embeddings are needed/,
    );
  });
});
