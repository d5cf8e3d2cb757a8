/** Powerset classes to active speakers, on every backend. */
import { beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { asFloat64 } from "#lib/arrays/as_float64.ts";
import { readNpz } from "#lib/arrays/read_npz.ts";
import { Random } from "#lib/synthesis/random.ts";
import { powerset, powersetClasses } from "#kernels/powerset/mod.ts";
import { powersetToMultilabel } from "#kernels/powerset/scalar.ts";
import { wasmPowerset } from "#kernels/powerset/wasm.ts";
import { powersetShader, webgpuPowerset } from "#kernels/powerset/webgpu.ts";
import { describeTargets } from "#tests/harness/backends.ts";
import { damagedWasm, describeDamage } from "#tests/harness/damaged_wasm.ts";
import { describeWith, fixture } from "#tests/harness/shared_data.ts";

/** Compilers and software GPUs are slow beside other work. */
const TIMEOUT_MS = 120_000;
const SETS = [[], [0], [1], [2], [0, 1], [0, 2], [1, 2]];
const oneHot = (winner: number, classes = 7) =>
  Float32Array.from({ length: classes }, (_, c) => Number(c === winner));
const concat = (frames: Float32Array[]) => Float32Array.from(frames.flatMap((frame) => [...frame]));

/** [what, scores, speakers of each frame]. */
const vectors: (readonly [string, Float32Array, number[]])[] = [
  [
    "every class",
    concat(SETS.map((_, c) => oneHot(c))),
    SETS.flatMap((set) => [0, 1, 2].map((s) => Number(set.includes(s)))),
  ],
  ["the first of equal maxima", Float32Array.of(-3, -1, -1, -2, -1, -1, -1), [1, 0, 0]],
  ["all equal", new Float32Array(7).fill(-2), [0, 0, 0]],
  ["0 and -0 as equal", Float32Array.of(-1, -1, -0, 0, -1, -1, -1), [0, 1, 0]],
  ["neighbouring floats apart", Float32Array.of(-2, -2, -0.1, -2, -0.1 + 2 ** -26, -2, -2), [1, 1, 0]],
  ["subnormals apart", Float32Array.of(0, 0, 0, 1.4e-45, 2.8e-45, 0, 0), [1, 1, 0]],
  ["minus infinity everywhere", new Float32Array(7).fill(-Infinity), [0, 0, 0]],
  [
    "minus infinity beside a number",
    Float32Array.of(-Infinity, -Infinity, -Infinity, -3e38, -Infinity, -Infinity, -Infinity),
    [0, 0, 1],
  ],
  ["plus infinity", Float32Array.of(3e38, 0, 0, 0, 0, Infinity, 0), [1, 0, 1]],
  ["NaN first", Float32Array.of(NaN, 0, 0, 1, 0, 0, 0), [NaN, NaN, NaN]],
  ["NaN last", Float32Array.of(1, 0, 0, 0, 0, 0, NaN), [NaN, NaN, NaN]],
  ["NaN only in its own frame", concat([oneHot(3), Float32Array.of(0, 0, NaN, 0, 0, 0, 0), oneHot(6)]), [
    0,
    0,
    1,
    NaN,
    NaN,
    NaN,
    0,
    1,
    1,
  ]],
];

describe("powersetClasses", () => {
  test("are pyannote's seven by default", () => {
    expect([...powersetClasses().members]).toEqual([0, 1, 2, 4, 3, 5, 6]);
  });

  test("come small sets first, each once, lexicographically", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 9 }), fc.nat(9), (speakers, size) => {
      const maxSetSize = Math.min(size, speakers);
      const { members, classes } = powersetClasses({ speakers, maxSetSize });
      const lists = [...members].map((set) =>
        Array.from({ length: speakers }, (_, s) => s).filter((s) => set & (1 << s))
      );
      const sorted = [...lists].sort((a, b) => a.length - b.length || (a.join() < b.join() ? -1 : 1));
      expect(lists).toEqual(sorted);
      expect(new Set(members).size).toBe(classes);
      let expected = 0;
      for (let set = 0; set < 1 << speakers; set++) {
        expected += Number(set.toString(2).replaceAll("0", "").length <= maxSetSize);
      }
      expect(classes).toBe(expected);
    }));
  });

  test.each([
    [{ speakers: 0 }, "1 to 30 speakers, not 0"],
    [{ speakers: 31 }, "1 to 30 speakers, not 31"],
    [{ speakers: 2.5 }, "not 2.5"],
    [{ speakers: 3, maxSetSize: 4 }, "Of 3 speakers 0 to 3"],
    [{ speakers: 3, maxSetSize: -1 }, "not -1"],
    [{ speakers: 30, maxSetSize: 15 }, "more than 65536 classes"],
  ])("refuse %j", (options, message) => {
    expect(() => powersetClasses(options)).toThrow(message);
  });
});

describeTargets("powerset", (target) => {
  test.each(vectors)("decides for %s", async (_what, scores, expected) => {
    expect([...await powerset(target.compute, scores)]).toEqual(expected);
  });

  test.each([0, 1, 3, 4, 5, 63, 64, 65, 589, 65_537])(
    "gives the scalar's bits over %d frames",
    async (frames) => {
      const scores = Float32Array.from(
        new Random(frames).normals(7 * frames),
        (value) => Math.round(4 * value) / 4,
      );
      expect(await powerset(target.compute, scores)).toEqual(powersetToMultilabel(scores));
    },
  );

  test("gives the scalar's bits whatever the classes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.nat(5), fc.nat(), async (speakers, size, seed) => {
        const options = { speakers, maxSetSize: Math.min(size, speakers) };
        const { classes } = powersetClasses(options);
        const scores = Float32Array.from(new Random(seed).normals(9 * classes), Math.round);
        expect(await powerset(target.compute, scores, options)).toEqual(
          powersetToMultilabel(scores, options),
        );
      }),
      { numRuns: 30 },
    );
  }, TIMEOUT_MS);

  test("refuses scores that are not whole frames", async () => {
    await expect(powerset(target.compute, new Float32Array(8))).rejects.toThrow(
      "8 scores are not whole frames of 7",
    );
  });
});

describeWith("powerset of a capture", fixture("captures/02_pyannote_sample/segmentations.npz"), (path) => {
  let hard = new Float64Array(0);
  beforeAll(async () => {
    hard = asFloat64((await readNpz(path)).segmentations);
  });
  test("has only sets that the classes know, and comes back from their scores", () => {
    const frames = hard.length / 3;
    const scores = new Float32Array(7 * frames);
    for (let frame = 0; frame < frames; frame++) {
      const set = [0, 1, 2].filter((s) => hard[3 * frame + s] === 1).join();
      const index = SETS.findIndex((members) => members.join() === set);
      expect(index).toBeGreaterThanOrEqual(0);
      scores.set(oneHot(index), 7 * frame);
    }
    expect(asFloat64Of(powersetToMultilabel(scores))).toEqual(hard);
  });
});

const asFloat64Of = (values: Float32Array) => Float64Array.from(values);

type Run = (scores: Float32Array) => Promise<Float32Array>;

/** How many of the vectors come out otherwise. */
async function wrongVectors(run: Run): Promise<number> {
  let wrong = 0;
  for (const [, scores, expected] of vectors) {
    const found = [...await run(scores)];
    wrong += Number(
      found.length !== expected.length || found.some((value, i) => !Object.is(value, expected[i])),
    );
  }
  return wrong;
}

describeDamage("damage to simd.as.ts", () => {
  test.each(
    [
      ["the order of equal maxima", "f32x4.gt(v, best)", "f32x4.ge(v, best)"],
      ["a NaN after the first class", "bad = v128.or(bad, f32x4.ne(v, v))", "bad = bad"],
      ["a lane", "extract_lane(sets, 2)", "extract_lane(sets, 1)"],
    ] as const,
  )("is noticed by the vectors: %s", async (_what, from, to) => {
    const code = await damagedWasm("kernels/powerset/simd.as.ts", [from, to]);
    expect(await wrongVectors((scores) => wasmPowerset(scores, {}, code))).toBeGreaterThan(0);
  }, TIMEOUT_MS);
});

describeTargets("damage to multilabel.wgsl", (target) => {
  test.each(
    [
      ["nothing", "let base", "let base", 0],
      ["the order of equal maxima", "rank(bits) > best", "rank(bits) >= best", 1],
      ["the order of negative numbers", "~bits", "bits", 1],
      ["-0", "& 0x7fffffffu) == 0u", ") == 0u", 1],
      ["NaN", "> 0x7f800000u", "> 0x7fffffffu", 1],
    ] as const,
  )("is noticed by the vectors: %s", async (_what, from, to, least) => {
    const { gpu } = target.compute;
    if (gpu === undefined) throw new Error("a webgpu target has a GPU");
    expect(powersetShader.split(from).length).toBe(2);
    const wrong = await wrongVectors((scores) =>
      webgpuPowerset(gpu, scores, {}, powersetShader.replace(from, to))
    );
    expect(Math.min(wrong, 1)).toBe(least);
  }, TIMEOUT_MS);
}, { backends: ["webgpu"] });
