import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ndArray } from "#lib/arrays/nd_array.ts";
import { openMaskedEmbedding } from "#lib/networks/masked_embedding.ts";
import type { NodeSpec } from "./build_onnx.ts";
import { maskedNetwork, type MaskedNetworkOptions, someNumbers } from "./masked_network.ts";

let folder = "";
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), "dialab-masked-"))));
afterAll(() => rm(folder, { recursive: true }));

async function file(options: MaskedNetworkOptions = {}): Promise<string> {
  const path = join(folder, `${crypto.randomUUID()}.onnx`);
  await writeFile(path, maskedNetwork(options));
  return path;
}

const fbank = ndArray("f4", [2, 30, 4], Float32Array.from(someNumbers(2 * 30 * 4, 5)));
const masks = ndArray(
  "f4",
  [2, 3, 31],
  Float32Array.from(someNumbers(2 * 3 * 31, 9), (x) => Math.max(0, Math.round(x))),
);
const bias = { name: "b", shape: [3], values: someNumbers(3, 2) };
const matrix = { name: "m", shape: [8, 3], values: someNumbers(24, 3) };
const norm = ["scale", "shift", "mean_", "variance_"].map((name, i) => ({
  name,
  shape: [3],
  values: someNumbers(3, i + 4).map((x) => i % 2 === 0 ? 1 + Math.abs(x) : Math.abs(x)),
}));
const normNode = (input: string, output: string): NodeSpec => ({
  op: "BatchNormalization",
  inputs: [input, "scale", "shift", "mean_", "variance_"],
  output,
  floats: { epsilon: 0.25 },
});

const TAILS: readonly [string, NonNullable<MaskedNetworkOptions["tail"]> | undefined][] = [
  ["one Gemm", undefined],
  ["MatMul and Add", {
    nodes: [
      { op: "MatMul", inputs: ["pooled", "m"], output: "t" },
      { op: "Add", inputs: ["b", "t"], output: "embedding" },
    ],
    weights: [matrix, bias],
  }],
  ["Gemm of a matrix not transposed, with factors", {
    nodes: [{
      op: "Gemm",
      inputs: ["pooled", "m", "b"],
      output: "embedding",
      floats: { alpha: 0.5, beta: 3 },
    }],
    weights: [matrix, bias],
  }],
  ["MatMul of a transposed weight, Add, batch norm, Gemm", {
    nodes: [
      { op: "Transpose", inputs: ["w"], output: "turned_w", lists: { perm: [1, 0] } },
      { op: "MatMul", inputs: ["pooled", "turned_w"], output: "t" },
      { op: "Add", inputs: ["t", "b"], output: "t2" },
      normNode("t2", "t3"),
      { op: "Gemm", inputs: ["t3", "last"], output: "embedding" },
    ],
    weights: [
      { name: "w", shape: [3, 8], values: someNumbers(24, 3) },
      bias,
      ...norm,
      { name: "last", shape: [3, 5], values: someNumbers(15, 8) },
    ],
  }],
];

describe("cutting a network before its pooling", () => {
  test.each(TAILS)("gives what the whole network gives: %s", async (_title, tail) => {
    const path = await file({ tail });
    await using cut = await openMaskedEmbedding(path);
    await using whole = await openMaskedEmbedding(path, { pooling: "network" });
    expect(cut.dimension).toBe(whole.dimension);
    expect(cut.melBins).toBe(4);
    const [ours, theirs] = [await cut.run(fbank, masks), await whole.run(fbank, masks)];
    expect(ours.shape).toEqual([2, 3, cut.dimension]);
    const worst = ours.data.reduce((most, value, i) => Math.max(most, Math.abs(value - theirs.data[i])), 0);
    expect(worst).toBeLessThan(2e-6); // measured: 6e-7
  });

  test("refuses another pooling, by a trial run", async () => {
    for (const options of [{ swapped: true }, { population: true }]) {
      const path = await file(options);
      await expect(openMaskedEmbedding(path)).rejects.toThrow(
        /pooling is not pyannote's: cut and whole network differ by/,
      );
      await using whole = await openMaskedEmbedding(path, { pooling: "network" });
      expect(whole.dimension).toBe(3);
    }
  });

  test("refuses a last layer that is not linear, and none at all", async () => {
    const tanh = { op: "Tanh", inputs: ["pooled"], output: "embedding" };
    await expect(openMaskedEmbedding(await file({ tail: { nodes: [tanh], weights: [] } }))).rejects.toThrow(
      /only linear layers and batch norms.*found Tanh at embedding/,
    );
    const nothing = { op: "Identity", inputs: ["pooled"], output: "embedding" };
    await expect(openMaskedEmbedding(await file({ tail: { nodes: [nothing], weights: [] } }))).rejects
      .toThrow(/no linear layer/);
  });

  test("keeps masks of no frame and of one finite", async () => {
    await using network = await openMaskedEmbedding(await file());
    const one = ndArray("f4", [1, 2, 30], new Float32Array(60));
    one.data[30 + 7] = 1;
    const { data } = await network.run(ndArray("f4", [1, 30, 4], fbank.data.slice(0, 120)), one);
    expect(data.every(Number.isFinite)).toBe(true);
    expect([...data.subarray(0, 3)]).toEqual(someNumbers(3, 2).map(Math.fround)); // the bias alone
  });

  test("tells shapes that do not fit", async () => {
    await using network = await openMaskedEmbedding(await file());
    const other = ndArray("f4", [1, 3, 31], new Float32Array(93));
    await expect(network.run(fbank, other)).rejects.toThrow(/fbank \(2, 30, 4\) and masks \(1, 3, 31\)/);
    const bins = ndArray("f4", [2, 30, 5], new Float32Array(300));
    await expect(network.run(bins, masks)).rejects.toThrow(/\(batch, frames, 4\)/);
  });

  test("gives the same bits in any company", async () => {
    await using network = await openMaskedEmbedding(await file());
    const together = await network.run(fbank, masks);
    const alone = await network.run(
      ndArray("f4", [1, 30, 4], fbank.data.slice(120)),
      ndArray("f4", [1, 1, 31], masks.data.slice(5 * 31)),
    );
    expect([...together.data.subarray(15)]).toEqual([...alone.data]);
  });
});
