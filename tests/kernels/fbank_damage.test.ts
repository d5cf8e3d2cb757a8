/** Breaks one constant or one barrier of a kernel's source at a time, and shows that the vectors would notice. */
import { expect, test } from "bun:test";
import { SHADERS } from "#kernels/fbank/on_device.ts";
import { fbank as onGpu } from "#kernels/fbank/webgpu.ts";
import { fbank as inWasm } from "#kernels/fbank/wasm.ts";
import { describeTargets } from "#tests/harness/backends.ts";
import { damagedWasm, describeDamage } from "#tests/harness/damaged_wasm.ts";
import { farthest, fbankBound } from "./fbank_bounds.ts";
import { FBANK_VECTORS } from "./fbank_vectors.ts";

/** The vectors that share the default table, and so one shader. */
const vectors = FBANK_VECTORS.filter(({ options }) =>
  options.frameLength === undefined && options.scale === undefined
);

/** How many of the vectors are missed. */
async function missed(
  backend: "wasm" | "webgpu",
  run: (vector: typeof vectors[number]) => Promise<{ readonly features: ArrayLike<number> }>,
): Promise<number> {
  let count = 0;
  for (const vector of vectors) {
    const { features } = await run(vector);
    const bound = fbankBound(backend, "df64")[vector.kind] * (vector.options.removeMean ? 2 : 1);
    if (farthest(features, vector.expected).difference > bound) count++;
  }
  return count;
}

describeDamage("wasm", () => {
  const damages: readonly (readonly [string, readonly [string, string]])[] = [
    ["the floor", ["1.1920928955078125e-7", "1.1920928955078125e-6"]],
    ["one term of the logarithm", ["2.0 / 5.0", "2.0 / 4.0"]],
    ["a sign in the turned butterfly", [
      "storeTurned(d, f64x2.sub(aRe, bIm)",
      "storeTurned(d, f64x2.add(aRe, bIm)",
    ]],
    ["the last bin", ["k <= 128", "k < 128"]],
    ["the butterflies with three inputs", ["filled - 192", "filled - 194"]],
    ["the factor of the first bin", ["f64x2.splat(4)", "f64x2.splat(2)"]],
    ["the pre-emphasis of the first sample", [
      "let before = f64x2.sub(v128.load(work), mean);",
      "let before = f64x2.splat(0);",
    ]],
  ];

  test.each(damages)("%s", async (name, damage) => {
    const code = await damagedWasm("kernels/fbank/simd.as.ts", damage);
    const count = await missed("wasm", ({ waveforms, options }) => inWasm(waveforms, options, code));
    // The first bin has no weight in any filter: that one is damage that must not be seen.
    if (name === "the factor of the first bin") expect(count).toBe(0);
    else expect(count).toBeGreaterThan(0);
  });
});

describeTargets("webgpu", (target) => {
  const damages: readonly (readonly [string, keyof typeof SHADERS, string, string])[] = [
    ["one constant of the logarithm", "frames", "z * (0.4 +", "z * (0.5 +"],
    [
      "the barrier before the exchange is read",
      "frames",
      "workgroupBarrier();\n  for (var n = 0u",
      "for (var n = 0u",
    ],
    ["a carry", "grid", "let left = opaque2(cross1 - carry1) +", "let left ="],
    [
      "the last part of the factors",
      "grid",
      "(low.x * w.c.w - low.y * w.s.w)",
      "(low.x * w.c.y - low.y * w.s.y)",
    ],
  ];

  test("none: every vector is met", async () => {
    expect(await missed("webgpu", ({ waveforms, options }) => onGpu(target.compute, waveforms, options)))
      .toBe(0);
  }, 120_000);

  test.each(damages)("%s", async (_name, file, from, to) => {
    expect(SHADERS[file].split(from).length - 1).toBe(1);
    const shaders = { ...SHADERS, [file]: SHADERS[file].replace(from, () => to) };
    const run = ({ waveforms, options }: typeof vectors[number]) =>
      onGpu(target.compute, waveforms, options, { shaders });
    expect(await missed("webgpu", run)).toBeGreaterThan(0);
  }, 120_000);
}, { backends: ["webgpu"], precisions: ["df64"] });
