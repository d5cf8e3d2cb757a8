/** How the terms of a sum are added: one rounding after the other, or with the roundings carried along. */
export type Summation = "plain" | "compensated";

/**
 * The sum of an array.
 *
 * Compensated sums are Neumaier's in the branch-free form of Knuth's two-sum. NaN and infinities come out as the plain sum
 * gives them.
 *
 * @param values Any numbers; an empty array sums to 0.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { sum } from "#lib/numerics/sum.ts";
 * const values = new Float64Array([1e16, 1, -1e16]);
 * assert.equal(sum(values), 1);
 * assert.equal(sum(values, "plain"), 0);
 * ```
 */
export function sum(values: Float64Array, sums: Summation = "compensated"): number {
  let s = 0;
  if (sums === "plain") {
    for (let i = 0; i < values.length; i++) s += values[i];
    return s;
  }
  let e = 0;
  for (let i = 0; i < values.length; i++) {
    const x = values[i];
    const t = s + x;
    const z = t - s;
    e += s - (t - z) + (x - z);
    s = t;
  }
  // An infinite sum has made its error inf - inf.
  return Number.isFinite(s) ? s + e : s;
}
