/** Break one thing in a kernel's source, and its vectors must notice. */
import { expect, test } from "bun:test";
import { SHADERS } from "#kernels/vbx/on_device.ts";
import { vbx as vbxInFloat64 } from "#kernels/vbx/scalar.ts";
import { vbx as vbxInWasm } from "#kernels/vbx/wasm.ts";
import { vbx as vbxOnGpu } from "#kernels/vbx/webgpu.ts";
import type { VbxResult } from "#kernels/vbx/contract.ts";
import { describeTargets } from "#tests/harness/backends.ts";
import { damagedWasm, describeDamage } from "#tests/harness/damaged_wasm.ts";
import { drawnProblem, largestDifference } from "./vbx_cases.ts";

const TIMEOUT_MS = 120_000;
const { x, phi, q0, options } = drawnProblem(
  "",
  { rows: 90, columns: 37, speakers: 21, maxIterations: 3, elboEpsilon: 0 },
  { voices: 4 },
);
const expected = vbxInFloat64(x, phi, q0, options);

/** The largest difference from the definition, over everything that VBx gives. NaN counts as infinite. */
function worst(got: VbxResult): number {
  const keys = ["q", "pi", "elbo", "alpha", "invL"] as const;
  const differences = keys.map((key) => largestDifference(got[key], expected[key]));
  return differences.some(Number.isNaN) ? Infinity : Math.max(...differences);
}

describeDamage("damage to VBx in WASM", () => {
  /** Undamaged it is within this; see vbx_backends.test.ts. */
  const BOUND = 1e-11;

  test("none", async () => {
    expect(worst(await vbxInWasm(x, phi, q0, options))).toBeLessThan(BOUND);
  });

  test.each(
    [
      ["simd", "the floor of pi", "PI_FLOOR: f64 = 1e-8", "PI_FLOOR: f64 = 1e-7"],
      ["simd", "the constant of G", "1.8378770664093453", "1.8378770664093454e-1"],
      [
        "products",
        "the edge of a sum of rows",
        "min(from + ROWS_OF_SUM, N)",
        "min(from + ROWS_OF_SUM, N - 1)",
      ],
      ["products", "the pointer to a speaker", "a3 = a0 + 24", "a3 = a0 + 16"],
      ["simd", "the padded speakers", "store<f64>(bias + at(k), -Infinity)", "store<f64>(bias + at(k), 0)"],
      ["math", "a term of the exponential", "1.0 / 5040.0", "1.0 / 5041.0"],
      ["math", "a term of the logarithm", "2.0 / 5.0", "2.0 / 5.001"],
    ] as const,
  )("in %s: %s", async (_file, _name, from, to) => {
    const code = await damagedWasm("kernels/vbx/simd.as.ts", [from, to]);
    expect(worst(await vbxInWasm(x, phi, q0, options, code))).toBeGreaterThan(BOUND);
  }, TIMEOUT_MS);
});

describeTargets("damage to VBx", (target) => {
  /** Undamaged it is within this; see vbx_backends.test.ts. */
  const BOUND = 1e-9;
  const run = async (shaders: typeof SHADERS) =>
    worst(await vbxOnGpu(target.compute, x, phi, q0, options, { shaders }));

  test("none", async () => {
    expect(await run(SHADERS)).toBeLessThan(BOUND);
  }, TIMEOUT_MS);

  test.each(
    [
      ["block", "Dekker's constant", "let c = opaque4(4097.0 * high);", "let c = opaque4(257.0 * high);"],
      ["moments", "the barrier before the sums", "    workgroupBarrier();\n    accumulate", "    accumulate"],
      ["moments", "the end of a chunk", "n < end && k < problem.K", "n + 1u < end && k < problem.K"],
      [
        "projections",
        "the barrier before the sums",
        "    workgroupBarrier();\n    accumulate",
        "    accumulate",
      ],
      ["posteriors", "the barrier of its reduction", "    workgroupBarrier();\n", ""],
      ["posteriors", "the penalty's half", "df64(0.5 * sums.x, 0.5 * sums.y)", "df64(0.5 * sums.x, sums.y)"],
      ["responsibilities", "the lanes of its reductions", "LANES: u32 = 16u", "LANES: u32 = 8u"],
      [
        "responsibilities",
        "the barrier of the sum",
        "    workgroupBarrier();\n    if (lane < step) { partial[local] = df64_add",
        "    if (lane < step) { partial[local] = df64_add",
      ],
      ["masses", "the order of its column", "n < end", "n + 1u < end"],
      ["evidence", "the low part of the floor of pi", "6.07747066097e-17", "6.07747066097e-10"],
      ["evidence", "the barrier of its reduction", "    workgroupBarrier();\n", ""],
    ] as const,
  )("to %s: %s", async (shader, _name, from, to) => {
    const source = SHADERS[shader];
    expect(source.includes(from)).toBe(true);
    const damaged = { ...SHADERS, [shader]: source.replace(from, to) };
    expect(await run(damaged)).toBeGreaterThan(BOUND);
  }, TIMEOUT_MS);
}, { backends: ["webgpu"] });
