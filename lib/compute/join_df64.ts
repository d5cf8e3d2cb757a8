/**
 * Joins interleaved pairs of float32 (high, low) from kernels/df64.wgsl into float64 numbers. Exact, unless the
 * two parts lie more than 29 binary places apart, when the sum is rounded to float64.
 *
 * @param pairs 2 n float32
 * @returns n float64 numbers
 * @throws RangeError when the length is odd
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { joinDf64 } from "#lib/compute/join_df64.ts";
 *
 * deepStrictEqual(joinDf64(Float32Array.of(1, 2 ** -40)), Float64Array.of(1 + 2 ** -40));
 * ```
 */
export function joinDf64(pairs: Float32Array): Float64Array<ArrayBuffer> {
  if (pairs.length % 2 !== 0) {
    throw new RangeError(`Pairs of float32 must have an even length, got ${pairs.length}`);
  }
  const values = new Float64Array(pairs.length / 2);
  for (let i = 0; i < values.length; i++) values[i] = pairs[2 * i] + pairs[2 * i + 1];
  return values;
}
