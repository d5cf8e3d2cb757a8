import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { openMaskedEmbedding } from "#lib/networks/masked_embedding.ts";
import { openSession } from "#lib/networks/open_session.ts";
import { openSegmentation } from "#lib/networks/segmentation.ts";
import { openWindowEmbedding } from "#lib/networks/window_embedding.ts";
import { buildOnnx } from "./build_onnx.ts";
import { maskedNetwork } from "./masked_network.ts";

let folder = "";
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "dialab-networks-"))));
afterAll(() => rm(folder, { recursive: true }));

async function file(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

/** Log-probabilities of as many frames as there are samples: (batch, 1, samples) to (batch, samples, classes). */
function toySegmentation(classes: number, op = "LogSoftmax"): Uint8Array<ArrayBuffer> {
  return buildOnnx({
    inputs: [{ name: "x", shape: ["batch", 1, "samples"] }],
    outputs: [{ name: "y", shape: ["batch", "frames", classes] }],
    nodes: [
      { op: "Transpose", inputs: ["x"], output: "t", lists: { perm: [0, 2, 1] } },
      { op: "Mul", inputs: ["t", "w"], output: "s" },
      { op, inputs: ["s"], output: "y" },
    ],
    weights: [{ name: "w", shape: [classes], values: Array.from({ length: classes }, (_, i) => i - 1) }],
  });
}

const toy = { chunkSamples: 5, frames: 5, powerset: { speakers: 2, maxSetSize: 2 } };

describe("a session", () => {
  test("refuses outputs that are not finite or have another shape", async () => {
    await using session = await openSession(toySegmentation(4, "Log"), { path: "log.onnx" });
    const feed = { x: ndArray("f4", [1, 1, 2], new Float32Array([-1, 1])) };
    await expect(session.run(feed, { y: [1, 2, 4] })).rejects.toThrow(
      /log\.onnx gave (NaN|-?Infinity) at index \d+ of y/,
    );
    const fine = { x: ndArray("f4", [1, 1, 2], new Float32Array([2, 1])) };
    await expect(session.run(fine, { y: [1, 3, 4] })).rejects.toThrow(/shape \(1, 2, 4\); \(1, 3, 4\)/);
  });

  test("does not run after it was released, and may be released twice", async () => {
    const session = await openSession(toySegmentation(4), { path: "toy.onnx" });
    await session[Symbol.asyncDispose]();
    await session[Symbol.asyncDispose]();
    const feed = { x: ndArray("f4", [1, 1, 2], new Float32Array(2)) };
    await expect(session.run(feed, { y: [null, null, null] })).rejects.toThrow(/has been released/);
  });

  test("says which operation onnxruntime does not know", async () => {
    const bytes = toySegmentation(4, "Frobnicate");
    await expect(openSession(bytes, { path: "odd.onnx" })).rejects.toThrow(
      /odd\.onnx: onnxruntime cannot load it.*Frobnicate/s,
    );
  });

  test("names the cure where a provider is missing", async () => {
    await expect(openSession(toySegmentation(4), { path: "toy.onnx", provider: "cuda" })).rejects.toThrow(
      /toy\.onnx cannot be run by provider cuda: .*CUDA/s,
    );
  });
});

describe("opening a network", () => {
  test("takes a segmentation of any names, runs it, and decides", async () => {
    await using network = await openSegmentation(await file("toy.onnx", toySegmentation(4)), toy);
    expect([network.slots, network.classes, network.frames]).toEqual([2, 4, 5]);
    const { scores, segmentations } = await network.run(new Float32Array([-1, 0, 1, 2, -2]));
    expect(scores.shape).toEqual([1, 5, 4]);
    expect([...segmentations.data]).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 0, 0]);
    await expect(network.run(new Float32Array(7))).rejects.toThrow(/7 samples is given; chunks have 5/);
  });

  test("is done once per file and options, and undone when all have let go", async () => {
    const path = await file("shared.onnx", toySegmentation(4));
    const [first, second] = await Promise.all([openSegmentation(path, toy), openSegmentation(path, toy)]);
    await first[Symbol.asyncDispose]();
    await first[Symbol.asyncDispose]();
    expect((await second.run(new Float32Array(5))).scores.shape).toEqual([1, 5, 4]);
    await second[Symbol.asyncDispose]();
    await expect(second.run(new Float32Array(5))).rejects.toThrow(/released/);
  });

  test("tells another number of frames or classes, by running a chunk", async () => {
    const path = await file("frames.onnx", toySegmentation(4));
    await expect(openSegmentation(path, { ...toy, frames: 6 })).rejects.toThrow(
      /5 samples give \(1, 5, 4\); \(1, 6, 4\)/,
    );
    await expect(openSegmentation(path, { chunkSamples: 5, frames: 5 })).rejects.toThrow(
      /\(1, 5, 7\) is needed/,
    );
  });

  test("tells what a file of another contract has, and what is needed", async () => {
    const masked = await file("masked.onnx", maskedNetwork());
    const seg = await file("seg.onnx", toySegmentation(4));
    await expect(openSegmentation(masked)).rejects.toThrow(
      /masked\.onnx: not a segmentation network\. It has the inputs fbank float32 \(batch, frames, 4\), weights .*needed are the inputs input_values/,
    );
    await expect(openMaskedEmbedding(seg)).rejects.toThrow(
      /not a masked embedding network.*needed are the inputs fbank/,
    );
    await expect(openWindowEmbedding(seg)).rejects.toThrow(
      /needed are the inputs feats float32 \(free, 1, 80, 128\)/,
    );
  });

  test("refuses a size that is fixed where it must be free", async () => {
    const fixed = buildOnnx({
      inputs: [{ name: "x", shape: [1, 1, 160000] }],
      outputs: [{ name: "y", shape: [1, 589, 7] }],
      nodes: [{ op: "Relu", inputs: ["x"], output: "y" }],
    });
    await expect(openSegmentation(await file("fixed.onnx", fixed))).rejects.toThrow(
      /x float32 \(1, 1, 160000\).*\(free, free, free\)/,
    );
  });

  test("refuses what is no ONNX file, an empty one, a folder, and one that is not there", async () => {
    const text = await file("text.onnx", new TextEncoder().encode("not a model"));
    const empty = await file("empty.onnx", new Uint8Array(0));
    const cut = await file("cut.onnx", maskedNetwork().slice(0, 500));
    await mkdir(join(folder, "folder.onnx"));
    for (const open of [openSegmentation, openMaskedEmbedding, openWindowEmbedding]) {
      await expect(open(text)).rejects.toThrow(/text\.onnx: not an ONNX model/);
      await expect(open(empty)).rejects.toThrow(/empty\.onnx: .*empty/);
      await expect(open(cut)).rejects.toThrow(/cut\.onnx: .*truncated/);
      await expect(open(join(folder, "folder.onnx"))).rejects.toThrow(/EISDIR|directory/i);
      await expect(open(join(folder, "absent.onnx"))).rejects.toThrow(/ENOENT|No such file/i);
    }
  });

  test("that failed can be tried again", async () => {
    const path = await file("again.onnx", new TextEncoder().encode("not a model"));
    await expect(openSegmentation(path, toy)).rejects.toThrow(/not an ONNX/);
    await writeFile(path, toySegmentation(4));
    await using network = await openSegmentation(path, toy);
    expect(network.frames).toBe(5);
  });
});
