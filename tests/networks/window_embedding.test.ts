import { describe, expect, test } from "bun:test";
import { asFloat64 } from "#lib/arrays/as_float64.ts";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { readNpz } from "#lib/arrays/read_npz.ts";
import { averageEmbeddings } from "#lib/networks/average_embeddings.ts";
import { thinResNetFeatures } from "#lib/networks/thinresnet_features.ts";
import { openWindowEmbedding } from "#lib/networks/window_embedding.ts";
import { describeWith, fixture, model } from "../harness/shared_data.ts";
import { readClip } from "./wave_file.ts";

const reference = fixture("reference/thinresnet_02_pyannote_sample.npz");
const clip = fixture("captures/02_pyannote_sample/clip_16k.wav");

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])));
}

describe("ThinResNet's features", () => {
  test("take what lies outside the recording as zeros", () => {
    const tone = Float32Array.from({ length: 30000 }, (_, n) => Math.sin(n / 3));
    const padded = new Float32Array(50000);
    padded.set(tone, 10000);
    expect([...thinResNetFeatures(tone, [-10000, 15000]).data]).toEqual([
      ...thinResNetFeatures(padded, [0, 25000]).data,
    ]);
  });

  test("let NaN through, and refuse a start between samples", () => {
    expect(thinResNetFeatures(new Float32Array(20720).fill(NaN), [0]).data.some(Number.isNaN)).toBe(true);
    expect(() => thinResNetFeatures(new Float32Array(9), [0.5])).toThrow(/sample 0\.5/);
  });
});

describeWith("ThinResNet", reference && clip && model("thinresnet_voxceleb2_64d.onnx"), (path) => {
  test("gives the features and embeddings of torch and onnxruntime", async () => {
    const data = await readNpz(reference ?? "");
    const features = thinResNetFeatures(readClip(clip ?? ""), [...asFloat64(data.start_sample)]);
    expect(features.shape).toEqual([...data.features.shape]);
    expect(largestDifference(features.data, asFloat64(data.features))).toBeLessThan(1e-6); // measured: 1.5e-8
    await using network = await openWindowEmbedding(path);
    expect(network.dimension).toBe(64);
    const embeddings = await network.run(features);
    expect(largestDifference(embeddings.data, asFloat64(data.embeddings))).toBeLessThan(1e-6); // measured: 1.0e-7
    const lengths = averageEmbeddings(embeddings, [[0, 1, 2], [5]]).data;
    expect(Math.hypot(...lengths.subarray(0, 64))).toBeCloseTo(1, 6);
    expect(largestDifference(lengths.subarray(64), embeddings.data.subarray(320))).toBeLessThan(1e-6);
    await expect(network.run(ndArray("f4", [1, 80, 128], new Float32Array(80 * 128)))).rejects.toThrow(
      /windows, 1, 80, 128/,
    );
  });
});
