/** Every form of the distances on every backend, over the same matrices, against exact sums. */
import { describe, expect, test } from "bun:test";
import { distances, dotProducts, pairwiseDistances, rowDotProducts } from "#kernels/distances/mod.ts";
import * as scalar from "#kernels/distances/scalar.ts";
import * as wasm from "#kernels/distances/wasm.ts";
import * as webgpu from "#kernels/distances/webgpu.ts";
import { Random } from "#lib/synthesis/random.ts";
import { describeTargets } from "#tests/harness/backends.ts";
import { exactDot, exactSquaredDistance } from "./distances_exact.ts";
import { MATRIX_PAIRS, type MatrixPair, row } from "./distances_vectors.ts";

const SUMS = ["plain", "compensated"] as const;
/** A software GPU may take seconds to compile a kernel. */
const TIMEOUT_MS = 60_000;
const METRICS = ["cosine", "euclidean"] as const;

/**
 * How far a dot product may be from the exact one, in parts of the sum of its terms' magnitudes. df64: two roundings of 2^-47 a term at
 * most and eight low parts before they are settled; f32: the inputs, the product and, plainly added, every sum round once.
 */
function dotBound(precision: string, sums: string, columns: number): number {
  if (precision === "df64") return 2 ** -43;
  const additions = sums === "plain" ? columns + 2 : 2;
  return precision === "f32" ? (additions + 3) * 2 ** -24 : additions * 2 ** -53;
}

describeTargets("distances", (target) => {
  const { precision, backend } = target;

  describe.each(MATRIX_PAIRS)("of $name", (pair) => {
    const { a, b, aRows, bRows, columns } = pair;
    const shape = { aRows, bRows, columns };

    test.each(SUMS)("%s dot products", async (sums) => {
      const got = await dotProducts(target.compute, a, b, { ...shape, sums });
      if (backend !== "webgpu") return expect(got).toEqual(scalar.dotProducts(a, b, { ...shape, sums }));
      const bound = dotBound(precision, sums, columns);
      expect(got.length).toBe(aRows * bRows);
      forEachPair(pair, (i, j) => {
        const { value, magnitude } = exactDot(row(a, i, columns), row(b, j, columns));
        expect(Math.abs(got[i * bRows + j] - value)).toBeLessThanOrEqual(bound * magnitude);
      });
    }, TIMEOUT_MS);

    test.each(SUMS)("%s dot products row by row", async (sums) => {
      const got = await rowDotProducts(target.compute, a, a, { rows: aRows, columns, sums });
      const expected = scalar.rowDotProducts(a, a, { rows: aRows, columns, sums });
      if (backend !== "webgpu") return expect(got).toEqual(expected);
      const bound = dotBound(precision, sums, columns) + columns * 2 ** -53;
      got.forEach((value, i) =>
        expect(Math.abs(value - expected[i])).toBeLessThanOrEqual(bound * expected[i])
      );
    }, TIMEOUT_MS);

    test.each(METRICS)("%s distances", async (metric) => {
      const got = await distances(target.compute, a, b, { ...shape, metric });
      const expected = scalar.distances(a, b, { ...shape, metric });
      if (backend !== "webgpu") return expect(got).toEqual(expected);
      expect(got.length).toBe(aRows * bRows);
      forEachPair(pair, (i, j) => {
        const bound = distanceBound(pair, { i, j, metric, precision });
        expect(Math.abs(got[i * bRows + j] - expected[i * bRows + j])).toBeLessThanOrEqual(bound);
      });
    }, TIMEOUT_MS);

    test.each(METRICS)("%s distances of all pairs", async (metric) => {
      const options = { rows: aRows, columns, metric };
      for (const sums of SUMS) {
        const got = await pairwiseDistances(target.compute, a, { ...options, sums });
        const expected = scalar.pairwiseDistances(a, { ...options, sums });
        if (backend !== "webgpu") {
          expect(got).toEqual(expected);
          continue;
        }
        expect(got.length).toBe(expected.length);
        for (let i = 0, at = 0; i < aRows; i++) {
          for (let j = i + 1; j < aRows; j++, at++) {
            const bound = distanceBound({ ...pair, b: a, bRows: aRows }, { i, j, metric, precision });
            expect(Math.abs(got[at] - expected[at])).toBeLessThanOrEqual(bound);
          }
        }
      }
    }, TIMEOUT_MS);
  });
}, { precisions: ["df64", "f32"] });

function forEachPair({ aRows, bRows }: MatrixPair, visit: (i: number, j: number) => void): void {
  for (let i = 0; i < aRows; i++) for (let j = 0; j < bRows; j++) visit(i, j);
}

/**
 * Cosines err by what the dot product does in parts of the lengths; Euclidean distances by a few roundings of their own, and in f32 by
 * those of the inputs, which a far mean makes large beside a difference.
 */
function distanceBound(
  { a, b, columns }: MatrixPair,
  of: { i: number; j: number; metric: string; precision: string },
): number {
  const [x, y] = [row(a, of.i, columns), row(b, of.j, columns)];
  const unit = of.precision === "f32" ? 2 ** -24 : 2 ** -44;
  const lengths = [x, y].map((vector) => Math.sqrt(exactDot(vector, vector).magnitude));
  if (of.metric === "cosine") {
    const { magnitude } = exactDot(x, y);
    return unit * (16 + columns * magnitude / (lengths[0] * lengths[1]));
  }
  return unit * ((columns / 2 + 16) * Math.sqrt(exactSquaredDistance(x, y)) + 2 * (lengths[0] + lengths[1]));
}

describeTargets("distances at the edges", (target) => {
  test("NaN, infinities, zeros and rows beyond float32 come out as in float64", async () => {
    const a = new Float64Array([NaN, 1, 1, 2, Infinity, 1, 0, 0, 1e-200, 3e-200, 1e60, 1, 1e-300, 1]);
    const b = new Float64Array([1, 2, 0, 0, -Infinity, 1]);
    const shape = { aRows: 7, bRows: 3, columns: 2 };
    const near = (got: Float64Array, expected: Float64Array) => {
      expect(got.length).toBe(expected.length);
      expected.forEach((value, at) => {
        if (!Number.isFinite(value)) expect(got[at]).toBe(value);
        else expect(Math.abs(got[at] - value)).toBeLessThanOrEqual(2 ** -44 * Math.max(1, Math.abs(value)));
      });
    };
    near(await dotProducts(target.compute, a, b, shape), scalar.dotProducts(a, b, shape));
    for (const metric of METRICS) {
      const options = { rows: 7, columns: 2, metric };
      near(
        await distances(target.compute, a, b, { ...shape, metric }),
        scalar.distances(a, b, { ...shape, metric }),
      );
      near(await pairwiseDistances(target.compute, a, options), scalar.pairwiseDistances(a, options));
    }
    const row = { rows: 7, columns: 2 };
    near(await rowDotProducts(target.compute, a, a, row), scalar.rowDotProducts(a, a, row));
  }, TIMEOUT_MS);

  test("no rows, no columns, one row", async () => {
    const { compute } = target;
    const none = new Float64Array(0), one = new Float64Array([3, 4]);
    expect([...await dotProducts(compute, none, one, { aRows: 0, bRows: 1, columns: 2 })]).toEqual([]);
    expect([...await dotProducts(compute, one, none, { aRows: 1, bRows: 0, columns: 2 })]).toEqual([]);
    expect([...await dotProducts(compute, none, none, { aRows: 2, bRows: 1, columns: 0 })]).toEqual([0, 0]);
    expect([...await rowDotProducts(compute, one, one, { rows: 1, columns: 2 })]).toEqual([25]);
    const pairs = { rows: 1, columns: 2, metric: "euclidean" } as const;
    expect([...await pairwiseDistances(compute, one, pairs)]).toEqual([]);
    const empty = { aRows: 1, bRows: 1, columns: 0, metric: "euclidean" } as const;
    expect([...await distances(compute, none, none, empty)]).toEqual([0]);
  }, TIMEOUT_MS);

  test("wrong sizes are refused", async () => {
    const { compute } = target;
    const x = new Float64Array(6);
    const refused = async (call: Promise<unknown>, message: RegExp) => {
      const error = await call.then(() => undefined, (reason: unknown) => reason);
      expect(error).toBeInstanceOf(RangeError);
      expect(String(error)).toMatch(message);
    };
    await refused(dotProducts(compute, x, x, { aRows: 2, bRows: 2, columns: 2 }), /a is to hold 2 x 2/);
    await refused(rowDotProducts(compute, x, x, { rows: 4, columns: 2 }), /a is to hold 4 x 2/);
    await refused(
      distances(compute, x, x, { aRows: 3, bRows: 2, columns: 2, metric: "cosine" }),
      /b is to hold 2 x 2/,
    );
    await refused(
      pairwiseDistances(compute, x, { rows: 2, columns: 2, metric: "cosine" }),
      /x is to hold 2 x 2/,
    );
  }, TIMEOUT_MS);
});

describe("plain dot products in WASM are the scalar ones, bit for bit", () => {
  const specials = [NaN, Infinity, -Infinity, 5e-324, -3e-310, 1e308, -1e-308, 0, -0];

  test.each([0, 1, 2, 3, 64, 127, 128, 256, 257])("%i columns", async (columns) => {
    const random = new Random(columns + 1);
    for (const [aRows, bRows] of [[0, 3], [1, 1], [2, 4], [5, 6], [6, 8], [7, 5], [13, 3], [49, 9]]) {
      const draw = (rows: number) => Float64Array.from({ length: rows * columns }, () => random.normal());
      const [a, b] = [draw(aRows), draw(bRows)];
      const shape = { aRows, bRows, columns, sums: "plain" } as const;
      // As lists: there all NaN are alike, and 0 and -0 are not.
      const same = async () =>
        expect([...await wasm.dotProducts(a, b, shape)]).toEqual([...scalar.dotProducts(a, b, shape)]);
      await same();
      // One special value at a time, then all together: inf - inf, inf x 0, what falls below the smallest number.
      for (const [at, value] of specials.entries()) {
        if (a.length > 0) a[(at * 7) % a.length] = value;
        if (b.length > 0) b[(at * 5) % b.length] = specials[(at + 3) % specials.length];
        await same();
      }
    }
  });
});

describe("distances in WASM, in several blocks of rows", () => {
  const [rows, columns] = [1700, 2];
  const random = new Random(5);
  const x = Float64Array.from({ length: rows * columns }, () => random.normal());

  test("condensed and not", async () => {
    const options = { rows, columns, metric: "euclidean", sums: "plain" } as const;
    expect(await wasm.pairwiseDistances(x, options)).toEqual(scalar.pairwiseDistances(x, options));
    const shape = { aRows: rows, bRows: rows, columns, sums: "plain" } as const;
    expect(await wasm.dotProducts(x, x, shape)).toEqual(scalar.dotProducts(x, x, shape));
  });
});

describeTargets("distances on a GPU, in several blocks of rows", (target) => {
  const { a, b, aRows, bRows, columns } = MATRIX_PAIRS.find(({ name }) =>
    name === "two tiles and an odd rest"
  )!;

  test("condensed and not", async () => {
    for (const metric of METRICS) {
      const near = (got: Float64Array, expected: Float64Array) => {
        expect(got.length).toBe(expected.length);
        got.forEach((value, at) => expect(Math.abs(value - expected[at])).toBeLessThan(1e-12));
      };
      const pairs = { rows: aRows, columns, metric };
      const small = { blockBytes: 1 };
      near(
        await webgpu.pairwiseDistances(target.compute, a, pairs, small),
        scalar.pairwiseDistances(a, pairs),
      );
      const shape = { aRows, bRows, columns, metric };
      near(await webgpu.distances(target.compute, a, b, shape, small), scalar.distances(a, b, shape));
    }
  }, TIMEOUT_MS);
}, { backends: ["webgpu"] });
