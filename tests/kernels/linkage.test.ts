/** Centroid linkage from the matrix of distances: SciPy's own trees, and a second, slower way to the same tree. */
import process from "node:process";
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { centroidLinkage } from "#kernels/linkage/scalar.ts";
import { gridPoints, readScipyCases, speakerPoints, structurelessPoints } from "./linkage_data.ts";
import { naiveCentroidLinkage, replayTree, worstReplayError } from "./linkage_oracle.ts";
import { describeWith, fixture } from "#tests/harness/shared_data.ts";

describeWith("linkage against SciPy", fixture("reference/centroid_linkage.npz"), (path) => {
  test("gives SciPy's tree bit for bit in every case, ties and inversions included", async () => {
    const cases = await readScipyCases(path);
    expect(cases.length).toBe(10);
    for (const { name, x, z, rows, columns } of cases) {
      expect([name, ...centroidLinkage(x, { rows, columns })]).toEqual([name, ...z]);
    }
  });
});

/** Rows of coordinates whose distances are all different, with probability 1. */
const scattered = fc.record({
  rows: fc.integer({ min: 2, max: 24 }),
  columns: fc.integer({ min: 1, max: 9 }),
  seed: fc.nat(),
  kind: fc.constantFrom("speakers", "structureless"),
}).map(({ rows, columns, seed, kind }) =>
  kind === "speakers"
    ? speakerPoints(rows, columns + 1, { speakers: 3, noise: 0.5, seed })
    : structurelessPoints(rows, columns + 1, seed)
);

describe("linkage", () => {
  test("is the closest pair of true centroids, step by step", () => {
    fc.assert(fc.property(scattered, ({ x, rows, columns }) => {
      const z = centroidLinkage(x, { rows, columns });
      const expected = naiveCentroidLinkage(x, rows, columns);
      for (let i = 0; i < z.length; i++) {
        if (i % 4 === 2) expect(Math.abs(z[i] - expected[i])).toBeLessThan(1e-12);
        else expect(z[i]).toBe(expected[i]);
      }
    }));
  });

  test("merges one of the closest pairs wherever distances are tied", () => {
    fc.assert(fc.property(fc.nat(), fc.integer({ min: 2, max: 18 }), (seed, rows) => {
      const { x, columns } = gridPoints(rows, 2, 3, seed);
      const z = centroidLinkage(x, { rows, columns });
      expect(worstReplayError(replayTree(z, x, rows, columns))).toBeLessThan(1e-7);
    }));
  });

  test("does not mind the order of the points", () => {
    const { x, rows, columns } = speakerPoints(40, 6);
    const backwards = new Float64Array(x.length);
    for (let i = 0; i < rows; i++) {
      backwards.set(x.subarray(i * columns, (i + 1) * columns), (rows - 1 - i) * columns);
    }
    const heights = (z: Float64Array) => z.filter((_, i) => i % 4 === 2);
    const there = heights(centroidLinkage(x, { rows, columns }));
    const back = heights(centroidLinkage(backwards, { rows, columns }));
    there.forEach((height, k) => expect(Math.abs(height - back[k])).toBeLessThan(1e-12));
  });

  test("merges duplicates at height 0 first", () => {
    const x = Float64Array.from([1, 1, 5, 5, 1, 1, 5, 5, 1, 1, 20, 20]);
    const z = centroidLinkage(x, { rows: 6, columns: 2 });
    const heights = z.filter((_, i) => i % 4 === 2);
    expect([...heights.subarray(0, 4)]).toEqual([0, 0, 0, Math.sqrt(32)]);
    expect(heights[4]).toBeCloseTo(17.4 * Math.SQRT2, 12);
  });

  test("lets a union be nearer to the third point than its members were", () => {
    const z = centroidLinkage(Float64Array.from([0, 0, 8, 0, 4, 7]), { rows: 3, columns: 2 });
    expect([...z.subarray(0, 6)]).toEqual([0, 1, 8, 2, 2, 3]);
    expect(z[6]).toBeCloseTo(7, 12);
  });

  test("of one point or none is empty, of two is their distance", () => {
    expect(centroidLinkage(new Float64Array(0), { rows: 0, columns: 3 }).length).toBe(0);
    expect(centroidLinkage(Float64Array.from([1, 2]), { rows: 1, columns: 2 }).length).toBe(0);
    expect([...centroidLinkage(Float64Array.from([0, 0, 3, 4]), { rows: 2, columns: 2 })]).toEqual([
      0,
      1,
      5,
      2,
    ]);
  });

  test.each([NaN, Infinity, -Infinity])("refuses %d and says where it is", (bad) => {
    const x = new Float64Array(12);
    x[7] = bad;
    expect(() => centroidLinkage(x, { rows: 4, columns: 3 })).toThrow(`row 2, column 1 is ${bad}`);
  });

  test("refuses points so far apart that their distance overflows", () => {
    expect(() => centroidLinkage(Float64Array.from([1e200, -1e200]), { rows: 2, columns: 1 })).toThrow(
      "overflows",
    );
  });

  test("refuses a length that is not rows times columns", () => {
    expect(() => centroidLinkage(new Float64Array(5), { rows: 2, columns: 3 })).toThrow(
      "2 x 3 = 6 values, not 5",
    );
  });

  test("takes about sixteen times as long for four times the points", () => {
    const small = structurelessPoints(60, 4), large = structurelessPoints(240, 4);
    // The processor's time, not the clock's: other work on the machine comes and goes. In turns, the best of many.
    const times = (count: number, call: () => void) => {
      for (let i = 0; i < count; i++) call();
    };
    const spent = (run: () => void) => {
      const before = process.cpuUsage();
      run();
      return process.cpuUsage(before).user;
    };
    let fast = Infinity, slow = Infinity;
    for (let run = 0; run < 5; run++) {
      // Many calls, because some systems count the processor's time in steps of milliseconds.
      fast = Math.min(fast, spent(() => times(800, () => centroidLinkage(small.x, small))) / 800);
      slow = Math.min(slow, spent(() => times(50, () => centroidLinkage(large.x, large))) / 50);
    }
    // 15 to 20 measured on a busy machine; a cubic method needs 64. Both matrices fit into a cache of 256 KB.
    expect(slow / fast).toBeLessThan(32);
  }, 120_000);
});
