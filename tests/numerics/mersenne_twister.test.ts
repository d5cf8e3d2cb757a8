import { describe, expect, test } from "bun:test";
import { MersenneTwister } from "#lib/numerics/mersenne_twister.ts";

describe("MersenneTwister", () => {
  // np.random.MT19937 with the state of np.random.RandomState(seed): random_raw(2000), at 0, 1, 2, 623, 624 and 1999.
  test.each([
    [0, [2357136044, 2546248239, 3071714933, 3791854820, 341544762, 3856691381]],
    [1, [1791095845, 4282876139, 3093770124, 2006116153, 1104314680, 138279050]],
    [42, [1608637542, 3421126067, 4083286876, 1077437785, 108880612, 2238969328]],
    [5489, [3499211612, 581869302, 3890346734, 4020325887, 4178893912, 3949147603]],
    [4294967295, [419326371, 479346978, 3918654476, 1027084080, 3860652269, 1762272365]],
  ])("seed %d gives numpy's 32-bit words, past the first and second twist", (seed, expected) => {
    const random = new MersenneTwister(seed);
    const words = Array.from({ length: 2000 }, () => random.next());
    expect([0, 1, 2, 623, 624, 1999].map((at) => words[at])).toEqual(expected);
  });

  // np.random.RandomState(seed).random_sample(1000), the first and the last.
  test.each([
    [0, 0.5488135039273248, 0.6771411441114241],
    [1, 0.417022004702574, 0.7744772660150796],
    [42, 0.3745401188473625, 0.44600577295795574],
    [5489, 0.8147236863931789, 0.8667498969993187],
    [4294967295, 0.0976320289940138, 0.556626859384112],
  ])("seed %d gives numpy's 53-bit numbers", (seed, first, last) => {
    const random = new MersenneTwister(seed);
    const numbers = Array.from({ length: 1000 }, () => random.random());
    expect([numbers[0], numbers[999]]).toEqual([first, last]);
    expect(numbers.every((x) => x >= 0 && x < 1)).toBe(true);
  });

  test.each([-1, 0.5, 4294967296, NaN])("refuses the seed %d", (seed) => {
    expect(() => new MersenneTwister(seed)).toThrow(/seed is a whole number from 0 to 4294967295/);
  });
});
