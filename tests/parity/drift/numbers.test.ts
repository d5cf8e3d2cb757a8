/** The arithmetic under a comparison, against plain definitions. */
import { describe, expect, test } from "bun:test";
import { measureValues } from "#lib/parity/drift/measure_values.ts";
import { minimize } from "#lib/parity/drift/minimize.ts";
import { ulpHistogram } from "#lib/parity/drift/ulp_histogram.ts";
import { ulpDistance } from "#lib/parity/ulp_distance.ts";
import { Random } from "#lib/synthesis/random.ts";

describe("the histogram of steps", () => {
  test.each(["f8", "f4"] as const)(
    "of %s agrees with exact distances in all magnitudes; other signs, zeros and infinities stand apart",
    (type) => {
      const random = new Random(5);
      const values = (n: number) =>
        Array.from({ length: n }, () => random.normal() * 10 ** (random.integer(60) - 30));
      const a = [0, -0, NaN, NaN, 1, -1e-40, Infinity, ...values(500)];
      const b = [
        -0,
        1e-30,
        NaN,
        2,
        -1,
        1e-40,
        3e38,
        ...a.slice(7).map((x, i) => i % 3 === 0 ? -x : x * (1 + 2 ** -(i % 50))),
      ];
      const [left, right] = type === "f8"
        ? [Float64Array.from(a), Float64Array.from(b)]
        : [Float32Array.from(a), Float32Array.from(b)];
      const { equal, counts, apart } = ulpHistogram(left, right);
      const expected: number[] = [];
      let same = 0, lone = 0;
      left.forEach((x, i) => {
        const distance = ulpDistance(x, right[i], type);
        if (distance === 0) return void same++;
        const telling = Number.isFinite(x) && Number.isFinite(right[i]) &&
          Math.sign(x) * Math.sign(right[i]) === 1;
        if (!telling) return void lone++;
        const bucket = Math.floor(Math.log2(distance));
        expected[bucket] = (expected[bucket] ?? 0) + 1;
      });
      expect([equal, apart, counts]).toEqual([same, lone, Array.from(expected, (count) => count ?? 0)]);
    },
  );
});

describe("measures", () => {
  test("are those of a sorted list", () => {
    const random = new Random(8), n = 997;
    const a = Float64Array.from({ length: n }, () => random.normal());
    const b = a.map((value, i) => i % 4 === 0 ? value + random.normal() : value);
    const distances = Array.from(a, (value, i) => Math.abs(value - b[i])).sort((x, y) => x - y);
    const { percentiles, meanAbs, maxAbs, differing, relativeRms } = measureValues(a, b);
    for (const percent of ["50", "90", "99", "99.9"] as const) {
      expect(percentiles[percent]).toBe(distances[Math.ceil(Number(percent) / 100 * n) - 1]);
    }
    const squares = (values: Iterable<number>) => [...values].reduce((sum, x) => sum + x * x, 0);
    expect([maxAbs, differing]).toEqual([distances[n - 1], 250]);
    expect(Math.abs(meanAbs - distances.reduce((sum, x) => sum + x) / n)).toBeLessThan(1e-12);
    expect(Math.abs(relativeRms! - Math.sqrt(squares(distances) / squares(a)))).toBeLessThan(1e-12);
  });

  test("of names count any difference as 1", () => {
    const { maxAbs, meanAbs, differing } = measureValues([3, 1, 7], [3, 9, 0], { names: true });
    expect([maxAbs, meanAbs, differing]).toEqual([1, 2 / 3, 2]);
  });
});

describe("the search for few", () => {
  const run = async (n: number, needed: readonly number[], maxTests = 500) =>
    await minimize([...Array(n).keys()], {
      enough: (some) => Promise.resolve(needed.every((item) => some.includes(item))),
      maxTests,
    });

  test.each([[1, [0]], [100, [99]], [100, [0, 50, 99]], [17, [3, 4, 5, 6]]])(
    "of %d finds %j",
    async (n, needed) => {
      const { items, minimal } = await run(n, needed);
      expect([items, minimal]).toEqual([needed, true]);
    },
  );

  test("finds one of many in logarithmically many tests", async () => {
    expect((await run(10_000, [7_777])).tests).toBeLessThan(30);
  });

  test("stops when tests run out, with what is still enough", async () => {
    const { items, minimal, tests } = await run(1000, [5, 900], 6);
    expect([minimal, tests, items.includes(5) && items.includes(900)]).toEqual([false, 6, true]);
  });
});
