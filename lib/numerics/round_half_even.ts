/**
 * The nearest whole number, halves to the even one: numpy's `rint`.
 *
 * @param x Any number; NaN and infinities come back as they are.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { roundHalfEven } from "#lib/numerics/round_half_even.ts";
 * assert.deepEqual([0.5, 1.5, 2.5, 2.6].map(roundHalfEven), [0, 2, 2, 3]);
 * ```
 */
export function roundHalfEven(x: number): number {
  const floor = Math.floor(x);
  const rest = x - floor; // exact: both have the same binary grid
  if (rest < 0.5) return floor;
  if (rest > 0.5) return floor + 1;
  return rest === 0.5 ? (floor % 2 === 0 ? floor : floor + 1) : x;
}
