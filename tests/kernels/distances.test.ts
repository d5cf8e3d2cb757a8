import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { dotProducts } from "#kernels/distances/dot_products.ts";
import { pairwiseEuclidean } from "#kernels/distances/pairwise_euclidean.ts";
import { exactDot, exactSquaredDistance } from "./distances_exact.ts";
import { MATRIX_PAIRS, row } from "./distances_vectors.ts";

const EPS = Number.EPSILON / 2;

describe("the exact oracle", () => {
  test("rounds once", () => {
    expect(exactDot([1e16, 1, -1e16], [1, 1, 1])).toEqual({ value: 1, magnitude: 2e16 });
    expect(exactDot([0.1], [0.1]).value).toBe(0.1 * 0.1);
    expect(exactDot([2 ** -300, 3], [1, -0.5]).value).toBe(-1.5);
    expect(exactSquaredDistance([3, 0], [0, 4])).toBe(25);
  });
});

describe.each(MATRIX_PAIRS)("dot products in float64 of $name", ({ a, b, aRows, bRows, columns }) => {
  test.each(["plain", "compensated"] as const)("%s", (sums) => {
    const got = dotProducts(a, b, { aRows, bRows, columns, sums });
    expect(got.length).toBe(aRows * bRows);
    for (let i = 0; i < aRows; i++) {
      for (let j = 0; j < bRows; j++) {
        const { value, magnitude } = exactDot(row(a, i, columns), row(b, j, columns));
        // each product rounds once; the additions once in all, or once each
        const roundings = sums === "plain" ? columns : 1.01;
        expect(Math.abs(got[i * bRows + j] - value)).toBeLessThanOrEqual(
          EPS * (roundings * magnitude + Math.abs(value)),
        );
      }
    }
  });

  test("plain sums run from the first column to the last", () => {
    const got = dotProducts(a, b, { aRows, bRows, columns, sums: "plain" });
    for (let i = 0; i < aRows; i++) {
      for (let j = 0; j < bRows; j++) {
        let sum = 0;
        for (let m = 0; m < columns; m++) sum += a[i * columns + m] * b[j * columns + m];
        expect(got[i * bRows + j]).toBe(sum);
      }
    }
  });
});

describe("dot products in float64", () => {
  test("of a matrix with itself are symmetric, and a permutation of rows permutes them", () => {
    fc.assert(fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 9 }),
      fc.infiniteStream(fc.double({ min: -1e6, max: 1e6, noNaN: true })),
      (rows, columns, stream) => {
        const x = Float64Array.from({ length: rows * columns }, () => stream.next().value);
        const got = dotProducts(x, x, { aRows: rows, bRows: rows, columns });
        const turned = new Float64Array(x.length);
        for (let i = 0; i < rows; i++) turned.set(row(x, i, columns), ((i + 1) % rows) * columns);
        const again = dotProducts(turned, x, { aRows: rows, bRows: rows, columns });
        for (let i = 0; i < rows; i++) {
          for (let j = 0; j < rows; j++) {
            expect(got[i * rows + j]).toBe(got[j * rows + i]);
            expect(again[((i + 1) % rows) * rows + j]).toBe(got[i * rows + j]);
          }
        }
      },
    ));
  });

  test("NaN stays in its row, infinities stay infinite", () => {
    const a = new Float64Array([NaN, 1, 1, 1, Infinity, 1]);
    const b = new Float64Array([1, 2]);
    const shape = { aRows: 3, bRows: 1, columns: 2 };
    expect([...dotProducts(a, b, shape)]).toEqual([NaN, 3, Infinity]);
    expect([...dotProducts(a, b, { ...shape, sums: "plain" })]).toEqual([NaN, 3, Infinity]);
  });

  test("no rows and no columns", () => {
    expect(dotProducts(new Float64Array(0), new Float64Array(4), { aRows: 0, bRows: 2, columns: 2 }).length)
      .toBe(0);
    const empty = new Float64Array(0);
    expect([...dotProducts(empty, empty, { aRows: 2, bRows: 1, columns: 0 })]).toEqual([0, 0]);
  });

  test.each([
    [{ aRows: 2, bRows: 1, columns: 2 }, /a is to hold 2 x 2 = 4 values, not 3/],
    [{ aRows: 1, bRows: 2, columns: 3 }, /b is to hold 2 x 3 = 6 values, not 3/],
    [{ aRows: -1, bRows: 1, columns: 3 }, /whole, non-negative sizes/],
    [{ aRows: 1, bRows: 1, columns: 1.5 }, /whole, non-negative sizes/],
  ])("refuse %j", (shape, message) => {
    expect(() => dotProducts(new Float64Array(3), new Float64Array(3), shape)).toThrow(message);
  });
});

describe.each(MATRIX_PAIRS)("pairwise distances in float64 of $name", ({ a, aRows, columns }) => {
  test("are the naive ones, bit for bit, in condensed order", () => {
    const got = pairwiseEuclidean(a, { rows: aRows, columns });
    let at = 0;
    for (let i = 0; i < aRows; i++) {
      for (let j = i + 1; j < aRows; j++, at++) {
        let sum = 0;
        for (let m = 0; m < columns; m++) {
          const difference = a[i * columns + m] - a[j * columns + m];
          sum += difference * difference;
        }
        expect(got[at]).toBe(Math.sqrt(sum));
        const exact = Math.sqrt(exactSquaredDistance(row(a, i, columns), row(a, j, columns)));
        expect(Math.abs(got[at] - exact)).toBeLessThanOrEqual((columns / 2 + 4) * EPS * exact);
      }
    }
    expect(got.length).toBe(at);
  });
});

describe("pairwise distances in float64", () => {
  test("obey the triangle, and know one row", () => {
    const { a, columns } = MATRIX_PAIRS[4];
    const d = pairwiseEuclidean(a.subarray(0, 3 * columns), { rows: 3, columns });
    expect(d[0] + d[2]).toBeGreaterThan(d[1]);
    expect(pairwiseEuclidean(new Float64Array(4), { rows: 1, columns: 4 }).length).toBe(0);
  });

  test("NaN stays with its row", () => {
    const x = new Float64Array([0, NaN, 3, 4]);
    const got = pairwiseEuclidean(x, { rows: 4, columns: 1 });
    expect([...got]).toEqual([NaN, 3, 4, NaN, NaN, 1]);
  });

  test("refuse a wrong length", () => {
    expect(() => pairwiseEuclidean(new Float64Array(5), { rows: 2, columns: 3 })).toThrow(
      /x is to hold 2 x 3 = 6 values, not 5/,
    );
  });
});
