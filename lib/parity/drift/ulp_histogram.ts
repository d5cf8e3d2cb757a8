import type { UlpHistogram } from "./run_difference.ts";

/**
 * How many steps of their type two arrays' values are apart, by powers of two.
 *
 * Zeros of both signs are equal, and so are two NaNs.
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
  // Bits as integers, sign and magnitude turned into one ascending line; of float64 the two halves.
  const words = type === "f8" ? 2 : 1;
  const pair = type === "f8" ? new Float64Array(2) : new Float32Array(2);
  const bits = new Int32Array(pair.buffer);
  const high = words - 1;
  for (let i = 0; i < a.length; i++) {
    if (a[i] === b[i] || (a[i] !== a[i] && b[i] !== b[i])) {
      equal++;
      continue;
    }
    if (a[i] !== a[i] || b[i] !== b[i]) {
      apart++;
      continue;
    }
    pair[0] = a[i];
    pair[1] = b[i];
    const distance = words === 1
      ? Math.abs(place32(bits[0]) - place32(bits[1]))
      : distance64(bits[high], bits[0], bits[words + high], bits[words]);
    const bucket = Math.floor(Math.log2(distance));
    while (counts.length <= bucket) counts.push(0);
    counts[bucket]++;
  }
  return { type, equal, counts, apart };
}

function place32(bits: number): number {
  return bits < 0 ? -0x80000000 - bits : bits;
}

/** Exact up to 2^53, and rounded beyond, where only the power of two is asked for. */
function distance64(highA: number, lowA: number, highB: number, lowB: number): number {
  if ((highA ^ highB) >= 0) {
    return Math.abs((highA - highB) * 2 ** 32 + ((lowA >>> 0) - (lowB >>> 0)));
  }
  const magnitude = (high: number, low: number) => (high & 0x7fffffff) * 2 ** 32 + (low >>> 0);
  return magnitude(highA, lowA) + magnitude(highB, lowB);
}
