import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { roundHalfEven } from "#lib/numerics/round_half_even.ts";

/** The processor's own rounding: above 2^52 float64 has no fractions. */
function byAddition(x: number): number {
  const large = 2 ** 52;
  return x >= 0 ? x + large - large : x - large + large;
}

describe("roundHalfEven", () => {
  test.each([
    [-2.5, -2],
    [-1.5, -2],
    [-0.5, 0],
    [-0.49999999999999994, 0],
    [0.49999999999999994, 0],
    [0.5, 0],
    [0.5000000000000001, 1],
    [1.5, 2],
    [2.5, 2],
    [4503599627370495.5, 4503599627370496],
    [4503599627370494.5, 4503599627370494],
    [-4503599627370495.5, -4503599627370496],
    [1e300, 1e300],
  ])("%d is %d, as numpy's rint", (x, rounded) => {
    expect(roundHalfEven(x) + 0).toBe(rounded);
  });

  test("NaN and infinities come back", () => {
    expect([NaN, Infinity, -Infinity].map(roundHalfEven)).toEqual([NaN, Infinity, -Infinity]);
  });

  test("agrees with the processor's rounding, on halves too", () => {
    const halves = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map((n) => n / 2);
    const any = fc.double({ min: -(2 ** 50), max: 2 ** 50, noNaN: true });
    fc.assert(fc.property(fc.oneof(halves, any), (x) => roundHalfEven(x) + 0 === byAddition(x) + 0));
  });
});
