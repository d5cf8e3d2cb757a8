/** Break one thing in a kernel's source, and its vectors must notice. */
import { expect, test } from "bun:test";
import { SHADERS } from "#kernels/distances/on_device.ts";
import * as scalar from "#kernels/distances/scalar.ts";
import * as wasm from "#kernels/distances/wasm.ts";
import * as webgpu from "#kernels/distances/webgpu.ts";
import { describeTargets } from "#tests/harness/backends.ts";
import { damagedWasm, describeDamage } from "#tests/harness/damaged_wasm.ts";
import { MATRIX_PAIRS } from "./distances_vectors.ts";

const TIMEOUT_MS = 60_000;
const { a, b, aRows, bRows, columns } = MATRIX_PAIRS.find(({ name }) =>
  name === "two tiles and an odd rest"
)!;
const shape = { aRows, bRows, columns };
const SUMS = ["plain", "compensated"] as const;

interface Forms {
  dotProducts(...args: Parameters<typeof scalar.dotProducts>): Float64Array | Promise<Float64Array>;
  distances(...args: Parameters<typeof scalar.distances>): Float64Array | Promise<Float64Array>;
  pairwiseDistances(
    ...args: Parameters<typeof scalar.pairwiseDistances>
  ): Float64Array | Promise<Float64Array>;
  rowDotProducts(...args: Parameters<typeof scalar.rowDotProducts>): Float64Array | Promise<Float64Array>;
}

/** One use of each loop of a kernel. */
const USES = {
  dots: (run: Forms) => SUMS.map((sums) => run.dotProducts(a, b, { ...shape, sums })),
  rows: (run: Forms) => SUMS.map((sums) => run.rowDotProducts(a, a, { rows: aRows, columns, sums })),
  pairs: (run: Forms) =>
    SUMS.map((sums) => run.pairwiseDistances(a, { rows: aRows, columns, metric: "euclidean", sums })),
  cosines: (run: Forms) => SUMS.map((sums) => run.distances(a, b, { ...shape, metric: "cosine", sums })),
};
type Use = keyof typeof USES;

/** The largest difference from float64, in parts of the largest value. */
async function worst(run: Forms, uses: readonly Use[]): Promise<number> {
  let largest = 0;
  for (const use of uses) {
    const [expected, found] = await Promise.all([scalar, run].map((forms) => Promise.all(USES[use](forms))));
    found.forEach((got, at) => {
      const scale = expected[at].reduce((top, value) => Math.max(top, Math.abs(value)), 0);
      got.forEach((value, i) => {
        const difference = Math.abs(value - expected[at][i]) / scale;
        if (!(difference <= largest)) largest = difference;
      });
    });
  }
  return largest;
}

describeDamage("damage to the distances in WASM", () => {
  test.each(
    [
      ["what an addition loses", "f64x2.sub(p, z));", "f64x2.sub(z, z));"],
      [
        "the stride of a panel",
        "    panel += 32;\n    let x = v128.load64_splat(a0 + m);\n    s00",
        "    panel += 16;\n    let x = v128.load64_splat(a0 + m);\n    s00",
      ],
      [
        "the stride of a panel of plain products",
        "const b0 = v128.load(b), b1 = v128.load(b, 16);\n          b += 32;",
        "const b0 = v128.load(b), b1 = v128.load(b, 16);\n          b += 16;",
      ],
      ["the sixth row of plain products", "min(i + 5, aRows - 1)", "min(i + 4, aRows - 1)"],
      ["the rows of a last block", "const rows = until - i;", "const rows = until - i - 1;"],
      ["the width of a last panel", "c < <usize>width << 3", "c < <usize>width << 2"],
      [
        "the last row of a block",
        "min(i + 3, aRows - 1) * stride;\n        if",
        "min(i + 2, aRows - 1) * stride;\n        if",
      ],
      ["the condensed index", "(<i64>i * <i64>(i - 1)) >> 1", "(<i64>i * <i64>(i + 1)) >> 1"],
      ["the compensation at the end", "f64x2.add(s, e), s, finite", "f64x2.add(s, s), s, finite"],
    ] as const,
  )("%s", async (_name, from, to) => {
    const code = await damagedWasm("kernels/distances/simd.as.ts", [from, to]);
    const forms: Forms = {
      dotProducts: (x, y, options) => wasm.dotProducts(x, y, options, code),
      distances: (x, y, options) => wasm.distances(x, y, options, code),
      pairwiseDistances: (x, options) => wasm.pairwiseDistances(x, options, code),
      rowDotProducts: (x, y, options) => wasm.rowDotProducts(x, y, options, code),
    };
    const uses: Use[] = ["dots", "rows", "pairs", "cosines"];
    expect(await worst(forms, uses)).not.toBe(0);
    expect(await worst(wasm, uses)).toBe(0);
  }, TIMEOUT_MS);
});

describeTargets("damage to the distances", (target) => {
  /** Undamaged, every form is within this of float64. */
  const BOUND = 2 ** -40;
  const run = (shaders: typeof SHADERS, uses: readonly Use[]) => {
    const { compute } = target;
    return worst({
      dotProducts: (x, y, options) => webgpu.dotProducts(compute, x, y, options, { shaders }),
      distances: (x, y, options) => webgpu.distances(compute, x, y, options, { shaders }),
      pairwiseDistances: (x, options) => webgpu.pairwiseDistances(compute, x, options, { shaders }),
      rowDotProducts: (x, y, options) => webgpu.rowDotProducts(compute, x, y, options, { shaders }),
    }, uses);
  };

  test("none", async () => {
    expect(await run(SHADERS, ["dots", "rows", "pairs", "cosines"])).toBeLessThan(BOUND);
  }, TIMEOUT_MS);

  test.each(
    [
      [
        "dots",
        "the barrier before the sums",
        "tiles",
        "    workgroupBarrier();\n    accumulate",
        "    accumulate",
      ],
      ["pairs", "the condensed index", "tiles", "i * (i - 1u) / 2u", "i * (i + 1u) / 2u"],
      [
        "dots",
        "Dekker's constant",
        "blockDf64",
        "let c = opaque4(4097.0 * high);",
        "let c = opaque4(1025.0 * high);",
      ],
      [
        "dots",
        "the low parts of the factors",
        "blockDf64",
        "(high * b.low + low * b.high)",
        "(high * b.low)",
      ],
      ["dots", "what an addition loses", "blockDf64", "sums.low + (lost + rest)", "sums.low + rest"],
      ["pairs", "the low part of a difference", "blockDf64", "2.0 * (d * d_low)", "2.0 * (d * d)"],
      ["rows", "the barrier of the reduction", "rowDots", "    workgroupBarrier();\n", ""],
      ["rows", "the lanes of the reduction", "rowDots", "LANES / 2u; step > 0u", "LANES / 2u; step > 1u"],
    ] as const,
  )("to %s: %s", async (use, _name, shader, from, to) => {
    expect(SHADERS[shader].split(from).length).toBe(2);
    const damaged = { ...SHADERS, [shader]: SHADERS[shader].replace(from, to) };
    const error = await run(damaged, [use]);
    expect(error <= BOUND).toBe(false);
  }, TIMEOUT_MS);
}, { backends: ["webgpu"] });
