/** Masked statistics pooling on every backend, beside NumPy's figures (make_pooling_vectors.py). */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { asFloat64 } from "#lib/arrays/as_float64.ts";
import { readNpz } from "#lib/arrays/read_npz.ts";
import { projectRoot } from "#lib/places/places.ts";
import { Random } from "#lib/synthesis/random.ts";
import { pooling, type PoolingOptions } from "#kernels/pooling/mod.ts";
import { nearestFrames } from "#kernels/pooling/nearest_frames.ts";
import { statisticsPooling } from "#kernels/pooling/scalar.ts";
import { wasmPooling } from "#kernels/pooling/wasm.ts";
import { poolingShader, webgpuPooling } from "#kernels/pooling/webgpu.ts";
import { describeTargets } from "#tests/harness/backends.ts";
import { damagedWasm, describeDamage } from "#tests/harness/damaged_wasm.ts";

/** Compilers and software GPUs are slow beside other work. */
const TIMEOUT_MS = 120_000;

interface Vector {
  readonly name: string;
  readonly features: Float32Array;
  readonly options: PoolingOptions;
  readonly pooled: Float64Array;
}

async function readVectors(): Promise<Vector[]> {
  const arrays = await readNpz(join(projectRoot(), "tests/kernels/samples/pooling.npz"));
  const names = new Set(Object.keys(arrays).map((key) => key.split("/")[0]));
  return [...names].map((name) => {
    const [items, channels, frames] = arrays[`${name}/features`].shape;
    const masks = arrays[`${name}/masks`];
    const sizes = { items, channels, frames };
    return {
      name,
      features: Float32Array.from(asFloat64(arrays[`${name}/features`])),
      options: masks
        ? { ...sizes, masks: Float32Array.from(asFloat64(masks)), masksPerItem: masks.shape[1] }
        : sizes,
      pooled: asFloat64(arrays[`${name}/pooled`]),
    };
  });
}

const vectors = await readVectors();

/** Whether a row's mask counts one frame only. */
function isLone({ options: { frames, masks, masksPerItem = 1, items } }: Vector, row: number): boolean {
  if (!masks) return frames === 1;
  const length = masks.length / (items * masksPerItem);
  return nearestFrames(length, frames).filter((t) => masks[row * length + t] !== 0).length === 1;
}

/** Largest difference from NumPy, in units of the features' largest value; infinite where NaN differs. */
function worst(found: Float64Array, vector: Vector, rows: "all" | "lone" | "others" = "all"): number {
  const { features, pooled, options: { channels } } = vector;
  const scale = features.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
  if (found.length !== pooled.length) return Infinity;
  let error = 0;
  for (let i = 0; i < found.length; i++) {
    if (rows !== "all" && isLone(vector, Math.floor(i / (2 * channels))) !== (rows === "lone")) continue;
    if (Number.isNaN(found[i]) !== Number.isNaN(pooled[i])) return Infinity;
    if (!Number.isNaN(found[i])) error = Math.max(error, Math.abs(found[i] - pooled[i]) / scale);
  }
  return error;
}

/** Measured: f64 5.4e-13, df64 3.6e-12, f32 8.2e-8. */
const BOUNDS = { f64: 1e-12, df64: 1e-11, f32: 5e-7 } as const;
/** A lone frame's deviation is sqrt(1e-16 / 3e-8) = 6e-5 of its value, of which float32 sees nothing: measured 8.2e-5. */
const LONE_BOUNDS = { ...BOUNDS, f32: 1e-4 } as const;

describeTargets("pooling", (target) => {
  test.each(vectors)("gives NumPy's statistics: $name", async (vector) => {
    const found = await pooling(target.compute, vector.features, vector.options);
    expect(worst(found, vector, "others")).toBeLessThan(BOUNDS[target.precision]);
    expect(worst(found, vector, "lone")).toBeLessThan(LONE_BOUNDS[target.precision]);
  }, TIMEOUT_MS);

  test("lets NaN travel to its own channel, and no further", async () => {
    const features = new Float32Array(40).fill(1);
    features[13] = NaN; // item 0, channel 1
    const options = {
      items: 2,
      channels: 2,
      frames: 10,
      masks: new Float32Array(40).fill(1),
      masksPerItem: 2,
    };
    const found = await pooling(target.compute, features, options);
    const bad = [...found].map((value, i) => Number.isNaN(value) ? i : -1).filter((i) => i >= 0);
    expect(bad).toEqual([1, 3, 5, 7]);
  });

  test("lets a NaN of a mask spoil that mask's row only", async () => {
    const masks = new Float32Array(30).fill(1);
    masks[12] = NaN;
    const options = { items: 1, channels: 2, frames: 10, masks, masksPerItem: 3 };
    const found = await pooling(target.compute, new Float32Array(20).fill(1), options);
    expect([...found].map(Number.isNaN)).toEqual([0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0].map(Boolean));
  });

  test("gives NaN for the deviation of one frame without masks, as torch does", async () => {
    const found = await pooling(target.compute, Float32Array.of(3, 4), { items: 1, channels: 2, frames: 1 });
    expect([...found]).toEqual([3, 4, NaN, NaN]);
  });

  test("gives zeros for an empty mask", async () => {
    const options = { items: 1, channels: 1, frames: 3, masks: new Float32Array(5) };
    expect([...await pooling(target.compute, Float32Array.of(1, 2, 3), options)]).toEqual([0, 0]);
  });

  test("of no items is empty", async () => {
    const options = { items: 0, channels: 4, frames: 3, masks: new Float32Array(0), masksPerItem: 3 };
    expect((await pooling(target.compute, new Float32Array(0), options)).length).toBe(0);
  });

  test("refuses what does not fit", async () => {
    const sizes = { items: 1, channels: 2, frames: 3 };
    const six = new Float32Array(6);
    const calls = [
      [new Float32Array(5), sizes, "1 x 2 x 3 = 6 values, not 5"],
      [six, { ...sizes, masks: new Float32Array(7), masksPerItem: 2 }, "7 mask values are not 1 x 2 masks"],
      [six, { ...sizes, masks: new Float32Array(0) }, "0 mask values"],
      [six, { ...sizes, masksPerItem: 2 }, "Without masks there cannot be 2"],
      [six, { ...sizes, frames: 0 }, "positive number of frames, not 0"],
      [six, { ...sizes, channels: 1.5 }, "number of channels, not 1.5"],
    ] as const;
    for (const [features, options, message] of calls) {
      await expect((async () => await pooling(target.compute, features, options))()).rejects.toThrow(message);
    }
  });
}, { precisions: ["df64", "f32"] });

test("WebAssembly's statistics are the scalar's, bit for bit", async () => {
  for (const { features, options } of vectors) {
    expect(await wasmPooling(features, options)).toEqual(statisticsPooling(features, options));
  }
});

test("as many masks as one likes are what one mask at a time gives", () => {
  const features = Float32Array.from(new Random(3).normals(2 * 3 * 17));
  const masks = Float32Array.from(new Random(4).normals(2 * 4 * 31), Math.abs);
  const all = statisticsPooling(features, { items: 2, channels: 3, frames: 17, masks, masksPerItem: 4 });
  for (let row = 0; row < 8; row++) {
    const item = Math.floor(row / 4);
    const one = statisticsPooling(features.subarray(item * 51, (item + 1) * 51), {
      items: 1,
      channels: 3,
      frames: 17,
      masks: masks.subarray(row * 31, (row + 1) * 31),
    });
    expect([...all.subarray(6 * row, 6 * row + 6)]).toEqual([...one]);
  }
});

describe("nearestFrames", () => {
  test("takes the frame before where float32 rounds below a whole number, as torch does", () => {
    const chosen = nearestFrames(125, 485);
    expect([chosen[97], chosen[194], chosen[291]]).toEqual([24, 49, 74]);
  });

  test("is the identity between equal lengths, and stays inside", () => {
    for (const frames of [1, 2, 589, 4096]) {
      expect([...nearestFrames(frames, frames)]).toEqual(Array.from({ length: frames }, (_, i) => i));
      expect(Math.max(...nearestFrames(frames, 3 * frames + 1))).toBe(frames - 1);
    }
  });
});

describeDamage("damage to simd.as.ts", () => {
  test.each(
    [
      ["an epsilon", "v1 - v2 / v1 + epsilon", "v1 - v2 / v1"],
      ["the mean", "f64x2.splat(v1)", "f64x2.splat(sum)"],
      ["a lane", "at + stride, v128.load32_zero(at), 1", "at, v128.load32_zero(at), 1"],
    ] as const,
  )("is noticed by the vectors: %s", async (_what, from, to) => {
    const code = await damagedWasm("kernels/pooling/simd.as.ts", [from, to]);
    let noticed = 0;
    for (const vector of vectors) {
      noticed += Number(
        !(worst(await wasmPooling(vector.features, vector.options, code), vector) < BOUNDS.f64),
      );
    }
    expect(noticed).toBeGreaterThan(0);
  }, TIMEOUT_MS);
});

describeTargets("damage to statistics.wgsl", (target) => {
  test.each(
    [
      ["nothing", "let index", "let index", 0],
      ["an epsilon", "square_sums[0], v1)), epsilon)", "square_sums[0], v1)), num_from(0.0, 0.0))", 1],
      ["the degrees of freedom", "num_add(num_sub(v1", "num_add(num_add(v1", 1],
      [
        "a barrier",
        "    workgroupBarrier();\n    if (thread < half) {\n      weight",
        "    if (thread < half) {\n      weight",
        1,
      ],
      [
        "the other barrier",
        "    workgroupBarrier();\n    if (thread < half) { value",
        "    if (thread < half) { value",
        1,
      ],
      ["the frame of a mask", "frame_of_mask[t]", "t", 1],
    ] as const,
  )("is noticed by the vectors: %s", async (_what, from, to, least) => {
    expect(poolingShader.split(from).length).toBe(2);
    let noticed = 0;
    for (const vector of vectors) {
      const damaged = poolingShader.replace(from, to);
      const found = await webgpuPooling(target.compute, vector.features, vector.options, damaged);
      noticed += Number(!(worst(found, vector) < BOUNDS.df64));
    }
    expect(Math.min(noticed, 1)).toBe(least);
  }, TIMEOUT_MS);
}, { backends: ["webgpu"] });
