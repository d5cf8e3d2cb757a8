import type { UlpHistogram } from "./run_difference.ts";

/**
 * How many steps of their type two arrays' values are apart, by powers of two.
 *
 * Zeros of both signs are equal, and so are two NaNs. What steps do not tell apart (other signs, 0 beside another number, NaN,
 * infinity) is counted by itself.
 *
 * @param a Values of one type.
 * @param b As many, of the same type.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ulpHistogram } from "#lib/parity/drift/ulp_histogram.ts";
 * const one = 1 + Number.EPSILON;
 * const { equal, counts } = ulpHistogram(Float64Array.of(1, 1, 1), Float64Array.of(1, one, 1 + 3 * Number.EPSILON));
 * assert.deepEqual([equal, counts], [1, [1, 1]]);
 * ```
 */
export function ulpHistogram(a: Float64Array | Float32Array, b: Float64Array | Float32Array): UlpHistogram {
  const type = a instanceof Float64Array ? "f8" : "f4";
  const counts: number[] = [];
  let equal = 0, apart = 0;
  // Bits as integers, which ascend with the magnitude; of float64 the two halves.
  const words = type === "f8" ? 2 : 1;
  const pair = type === "f8" ? new Float64Array(2) : new Float32Array(2);
  const bits = new Int32Array(pair.buffer);
  const high = words - 1;
  for (let i = 0; i < a.length; i++) {
    if (a[i] === b[i] || (a[i] !== a[i] && b[i] !== b[i])) {
      equal++;
      continue;
    }
    // Steps from one sign to the other, from 0 or to infinity are as many as there are numbers, and tell nothing.
    if (!told(a[i], b[i])) {
      apart++;
      continue;
    }
    pair[0] = a[i];
    pair[1] = b[i];
    const distance = words === 1
      ? Math.abs(bits[0] - bits[1])
      : distance64(bits[high], bits[0], bits[words + high], bits[words]);
    const bucket = Math.floor(Math.log2(distance));
    while (counts.length <= bucket) counts.push(0);
    counts[bucket]++;
  }
  return { type, equal, counts, apart };
}

/** Whether both are finite, of one sign, and neither is 0. */
function told(x: number, y: number): boolean {
  return (x > 0 ? y > 0 : x < 0 && y < 0) && Number.isFinite(x) && Number.isFinite(y);
}

/** Of two numbers of one sign; exact up to 2^53, and rounded beyond, where only the power of two is asked for. */
function distance64(highA: number, lowA: number, highB: number, lowB: number): number {
  return Math.abs((highA - highB) * 2 ** 32 + ((lowA >>> 0) - (lowB >>> 0)));
}
