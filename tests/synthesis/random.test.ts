import { describe, expect, test } from "bun:test";
import { naturalLogarithm } from "#lib/synthesis/natural_logarithm.ts";
import { Random } from "#lib/synthesis/random.ts";

describe("Random", () => {
  // From the published recurrences of splitmix32 and xoshiro128**, in Python's unbounded integers.
  test.each([
    [0, [1789933344, 44971166, 2521387044, 3848737593, 1138324114]],
    [42, [660444221, 3652823732, 77672526, 910233633, 2297337756]],
    [2 ** 40 + 7, [2098392644, 4155793745, 3939309091, 154303161, 3190906544]],
  ])("seed %d gives the known bits", (seed, expected) => {
    const random = new Random(seed);
    expect(expected.map(() => random.bits())).toEqual(expected);
  });

  test("uniforms stay in [0, 1) with mean 1/2 and variance 1/12", () => {
    const random = new Random(1);
    const drawn = Array.from({ length: 20000 }, () => random.uniform());
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...drawn)).toBeLessThan(1);
    const { mean, variance } = moments(drawn);
    // Three standard errors of 20000 draws.
    expect(Math.abs(mean - 0.5)).toBeLessThan(3 * Math.sqrt(1 / 12 / 20000));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(3 * Math.sqrt(1 / 180 / 20000));
  });

  test("normals have mean 0, variance 1, no skew and a kurtosis of 3", () => {
    const drawn = [...new Random(2).normals(20000)];
    const { mean, variance } = moments(drawn);
    expect(Math.abs(mean)).toBeLessThan(3 / Math.sqrt(20000));
    expect(Math.abs(variance - 1)).toBeLessThan(3 * Math.sqrt(2 / 20000));
    expect(Math.abs(moments(drawn.map((x) => x ** 3)).mean)).toBeLessThan(3 * Math.sqrt(15 / 20000));
    expect(Math.abs(moments(drawn.map((x) => x ** 4)).mean - 3)).toBeLessThan(3 * Math.sqrt(96 / 20000));
  });

  test("exponentials are not negative and have the mean asked for, which is their deviation too", () => {
    const random = new Random(3);
    const drawn = Array.from({ length: 20000 }, () => random.exponential(2.5));
    const { mean, variance } = moments(drawn);
    expect(Math.min(...drawn)).toBeGreaterThanOrEqual(0);
    expect(Math.abs(mean - 2.5)).toBeLessThan(3 * 2.5 / Math.sqrt(20000));
    expect(Math.abs(Math.sqrt(variance) - 2.5)).toBeLessThan(3 * 2.5 * Math.sqrt(2 / 20000));
  });

  test("integers fill their range evenly", () => {
    const random = new Random(4);
    const counts = new Array<number>(7).fill(0);
    for (let draw = 0; draw < 14000; draw++) counts[random.integer(7)]++;
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(4 * Math.sqrt(2000 * 6 / 7));
  });

  test("a permutation keeps every index, and all orders of three come up", () => {
    const random = new Random(5);
    expect([...random.permutation(50)].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 50 }, (_, i) => i),
    );
    const orders = new Set(Array.from({ length: 100 }, () => random.permutation(3).join()));
    expect(orders.size).toBe(6);
  });

  test.each([[-1], [0.5], [NaN], [2 ** 53]])("seed %d is refused", (seed) => {
    expect(() => new Random(seed)).toThrow(RangeError);
  });

  test.each([[0], [1.5], [2 ** 32 + 1]])("a count of %d is refused", (count) => {
    expect(() => new Random(0).integer(count)).toThrow(RangeError);
  });
});

describe("naturalLogarithm", () => {
  test("agrees with Math.log to 4 units in the last place, from the least normal number to the largest", () => {
    const random = new Random(6);
    for (let draw = 0; draw < 20000; draw++) {
      const x = (1 + random.uniform()) * 2 ** (random.integer(2046) - 1022);
      expect(Math.abs(naturalLogarithm(x) / Math.log(x) - 1)).toBeLessThan(4 * 2 ** -52);
    }
  });

  test("is exact at 1", () => expect(naturalLogarithm(1)).toBe(0));

  test.each([[0], [-1], [NaN], [Infinity], [2 ** -1030]])("%d is refused", (x) => {
    expect(() => naturalLogarithm(x)).toThrow(RangeError);
  });
});

function moments(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return { mean, variance: values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length };
}
