/** What a diarizer says when something is missing, and that it stops when it is told to. */
import { afterAll, describe, expect, test } from "bun:test";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { audioFromSamples } from "#lib/audio/audio_from_samples.ts";
import { Diarizer } from "#lib/diarization/diarizer.ts";
import { type NetworkProviders, networkRuns } from "#lib/diarization/network_runs.ts";
import { type Preset, PRESETS } from "#lib/diarization/presets.ts";
import { ModelNotFoundError } from "#lib/networks/find_model.ts";
import { projectRoot } from "#lib/places/places.ts";
import { model } from "../harness/shared_data.ts";

/** Milliseconds that a test may take on a busy machine. */
const SLOW = 120_000;

/** The error that opening ends with. */
async function refusal(options: Parameters<typeof Diarizer.open>[0]): Promise<unknown> {
  try {
    await using _ = await Diarizer.open(options);
  } catch (error) {
    return error;
  }
  throw new Error("it opened");
}

test("one provider is for both networks", () => {
  const { segmentation, embedding } = networkRuns({ provider: "webgpu" });
  expect([segmentation.provider, embedding.provider]).toEqual(["webgpu", "webgpu"]);
  expect(networkRuns().embedding.provider).toBe("cpu");
});

describe("a diarizer", () => {
  const root = mkdtempSync(join(tmpdir(), "dialab-diarizer-"));
  afterAll(() => rmSync(root, { recursive: true, force: true }));

  test.skipIf(model("wespeaker_resnet34_lm.onnx") !== undefined)(
    "says which weights are missing and how to get them",
    async () => {
      const error = await refusal({ preset: "community-1" });
      expect(error).toBeInstanceOf(ModelNotFoundError);
      expect(`${error}`).toMatch(
        /wespeaker_resnet34_lm\.onnx.*npx dialab fetch models .*wespeaker-resnet34-lm/,
      );
      const absent = "wespeaker-resnet34-lm";
      const preset: Preset = {
        ...PRESETS["community-1"],
        segmentation: absent,
        plda: { model: absent, transform: absent },
      };
      expect(await refusal({ preset })).toHaveProperty("missing.length", 4);
    },
    SLOW,
  );

  test("refuses a PLDA whose other file is not beside it", async () => {
    mkdirSync(join(root, "own"));
    copyFileSync(join(projectRoot(), "models", "own", "plda.npz"), join(root, "own", "plda.npz"));
    const error = await refusal({ preset: "own", models: root });
    expect(error).toBeInstanceOf(ModelNotFoundError);
    expect(`${error}`).toContain(`no own/xvec_transform.npz in ${root} (flag)`);
  }, SLOW);

  test("refuses networks and presets that do not exist", async () => {
    expect(`${await refusal({ preset: "tiny" })}`).toContain('There is no preset "tiny"');
    expect(`${await refusal({ preset: { ...PRESETS.own, segmentation: "seg" } })}`).toContain(
      "No model is called seg",
    );
  }, SLOW);

  test("refuses a network of another contract", async () => {
    expect(`${await refusal({ preset: "own", embeddingModel: "thinresnet" })}`).toContain("thinresnet");
  }, SLOW);

  test("runs each network where it was told to", async () => {
    const missing = async (provider: NetworkProviders) =>
      `${await refusal({ preset: "own", provider, workers: 0 })}`;
    expect(await missing({ segmentation: "cuda" })).toMatch(
      /ProviderError.*segmentation.*cannot be run by provider cuda/,
    );
    expect(await missing({ embedding: "cuda" })).toMatch(
      /ProviderError.*embedding.*cannot be run by provider cuda/,
    );
  }, SLOW);

  test("tells a recording's length, known before or not", async () => {
    await using diarizer = await Diarizer.open({ preset: "own" });
    const audio = audioFromSamples(new Float32Array(11.25 * 8000), { sampleRate: 8000 });
    const { durationSec, segmentations } = await diarizer.hear({ ...audio, frames: undefined });
    expect([durationSec, segmentations.shape[0]]).toEqual([11.25, 3]);
  }, SLOW);

  test("runs no further batch once it is told to stop, and serves the next recording", async () => {
    await using diarizer = await Diarizer.open({ preset: "own", batchSize: 1 });
    const samples = Float32Array.from({ length: 25 * 16000 }, (_, i) => Math.sin(i * i / 1e5) / 4);
    const audio = (length: number) => audioFromSamples(samples.subarray(0, length), { sampleRate: 16000 });
    const stop = new AbortController();
    const seen: string[] = [];
    const reason = new Error("enough");
    const heard = diarizer.hear(audio(samples.length), {
      signal: stop.signal,
      hook: (stage, _, { completed, total }) => {
        seen.push(`${stage} ${completed}/${total}`);
        stop.abort(reason);
      },
    });
    await expect(heard).rejects.toBe(reason);
    const { segmentations, durationSec } = await diarizer.hear(audio(16000));
    expect([segmentations.shape, durationSec]).toEqual([[1, 589, 3], 1]);
    expect(seen).toEqual(["segmentation 1/16"]);
  }, SLOW);
});
