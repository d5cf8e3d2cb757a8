/** Merges that others choose, and what is chosen for them, in float64. */
import { describe, expect, test } from "bun:test";
import { ExactMerges } from "#kernels/linkage/exact_merges.ts";
import { matrixFreeLinkage } from "#kernels/linkage/matrix_free.ts";
import { nextEqualRows } from "#kernels/linkage/next_equal_rows.ts";
import { gridPoints, tiedVectors, treeDifference } from "./linkage_data.ts";

describe("merges chosen one by one", () => {
  test.each(tiedVectors(41, 5))(
    "are mergeNearest's, wherever the rest is left to it: $name",
    ({ x, rows, columns }) => {
      const expected = matrixFreeLinkage(x, { rows, columns });
      for (const before of [0, 1, 17, rows - 2, rows - 1]) {
        for (const equalFirst of [false, true]) {
          const merges = new ExactMerges(x, { rows, columns });
          if (equalFirst) merges.mergeEqual();
          while (rows - merges.living.length < before) merges.merge(...merges.nearest(merges.living.slice()));
          expect(treeDifference(merges.finish(), expected)).toBe(0);
        }
      }
    },
  );

  test("know what is alive", () => {
    const merges = new ExactMerges(Float64Array.of(0, 5, 1, 7, 5), { rows: 5, columns: 1 });
    merges.mergeEqual();
    expect([...merges.living]).toEqual([0, 2, 3, 4]);
    expect([0, 1, 2, 3, 4].map((slot) => merges.sizeOf(slot))).toEqual([1, 0, 1, 1, 2]);
    expect(merges.nearest([2, 3])).toEqual([3, 4]);
    expect(merges.nearest([4])).toEqual([-1, -1]); // nothing is later
    merges.merge(0, 2);
    expect([...merges.centroids()]).toEqual([0.5, 7, 5]);
    for (const [a, b] of [[0, 3], [3, 2], [3, 3], [3, 5]]) {
      expect(() => merges.merge(a, b)).toThrow(/Merge 2 names slots .*, which are not two living clusters/);
    }
  });

  test("leave points alone whose differences vanish when squared", () => {
    const merges = new ExactMerges(Float64Array.of(0, 1e-200, 1e-200), { rows: 3, columns: 1 });
    merges.mergeEqual();
    expect(merges.living.length).toBe(3);
  });
});

describe("nextEqualRows", () => {
  test("agrees with looking at every pair", () => {
    for (let seed = 0; seed < 20; seed++) {
      const { x, rows, columns } = gridPoints(50, 1 + seed % 3, 3, seed);
      if (seed % 2 === 0) x.forEach((value, i) => x[i] = value === 0 && i % 3 === 0 ? -0 : value);
      const equal = (a: number, b: number) =>
        Array.from({ length: columns }, (_, m) => x[a * columns + m] === x[b * columns + m]).every(Boolean);
      const slots = Array.from({ length: rows }, (_, row) => row);
      const expected = slots.map((row) => slots.find((other) => other > row && equal(row, other)) ?? -1);
      expect([...nextEqualRows(x, { rows, columns })]).toEqual(expected);
    }
  });
});
