import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { NeumaierSum } from "#lib/numerics/neumaier_sum.ts";
import { sum } from "#lib/numerics/sum.ts";

const neumaier = (values: Float64Array) => {
  const total = new NeumaierSum();
  for (const value of values) total.add(value);
  return total.value;
};

/** The exact sum of whole multiples of 2^-60, rounded once. */
function exactly(values: Float64Array): number {
  let total = 0n;
  for (const value of values) total += BigInt(value * 2 ** 60);
  return Number(total) / 2 ** 60;
}

// Multiples of 2^-60 up to 2^30: products with 2^60 are whole, so BigInt sums them without error.
const term = fc.double({ min: -1, max: 1, noNaN: true }).chain((x) =>
  fc.integer({ min: 0, max: 30 }).map((e) => Math.round(x * 2 ** 50) * 2 ** (e - 50))
);
const terms = fc.array(term, { maxLength: 200 }).map((values) => Float64Array.from(values));

describe.each([["sum", sum], ["NeumaierSum", neumaier]] as [string, (values: Float64Array) => number][])(
  "%s",
  (_name, add) => {
    test.each([
      [[], 0],
      [[1e16, 1, -1e16], 1],
      [[1, 1e100, 1, -1e100], 2],
      [[1e16, 1, 1, -1e16], 2],
      [[0.1, 0.2, 0.3, -0.6], 2.7755575615628914e-17],
    ])("the sum of %j is %d", (values, expected) => {
      expect(add(Float64Array.from(values))).toBe(expected);
    });

    test("is within a rounding of the exact sum", () => {
      fc.assert(fc.property(terms, (values) => {
        const exact = exactly(values);
        const magnitudes = values.reduce((total, x) => total + Math.abs(x), 0);
        const bound = 2 ** -53 * Math.abs(exact) + values.length ** 2 * 2 ** -104 * magnitudes;
        return Math.abs(add(values) - exact) <= bound;
      }));
    });

    test("NaN and infinities come out as the plain sum gives them", () => {
      expect(add(Float64Array.of(1, NaN, 2))).toBeNaN();
      expect(add(Float64Array.of(1, Infinity, 2))).toBe(Infinity);
      expect(add(Float64Array.of(1, -Infinity, 2))).toBe(-Infinity);
      expect(add(Float64Array.of(Infinity, -Infinity))).toBeNaN();
      expect(add(Float64Array.of(1e308, 1e308))).toBe(Infinity);
    });
  },
);

test("a plain sum rounds at every step", () => {
  expect(sum(Float64Array.of(1e16, 1, -1e16), "plain")).toBe(0);
  expect(sum(Float64Array.of(1, 2, 3), "plain")).toBe(6);
});
