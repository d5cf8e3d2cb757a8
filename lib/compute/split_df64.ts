/**
 * Splits float64 numbers into pairs of float32 (high, low), interleaved, as kernels/df64.wgsl reads them from an
 * `array<vec2<f32>>`. Keeps 48 bits or more while the low part is a normal float32, that is for magnitudes above
 * 2^-102. NaN and infinities keep their kind, with a low part of zero.
 *
 * @param values n float64 numbers of magnitude below 2^128
 * @returns 2 n float32: values[i] is about result[2 i] + result[2 i + 1]
 * @throws RangeError when a finite number is beyond float32's range
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { joinDf64 } from "#lib/compute/join_df64.ts";
 * import { splitDf64 } from "#lib/compute/split_df64.ts";
 *
 * const pairs = splitDf64(Float64Array.of(1 + 2 ** -40));
 * deepStrictEqual(pairs, Float32Array.of(1, 2 ** -40));
 * deepStrictEqual(joinDf64(pairs), Float64Array.of(1 + 2 ** -40));
 * ```
 */
export function splitDf64(values: Float64Array): Float32Array<ArrayBuffer> {
  const pairs = new Float32Array(2 * values.length);
  for (let i = 0; i < values.length; i++) {
    const high = Math.fround(values[i]);
    if (!Number.isFinite(high) && Number.isFinite(values[i])) {
      throw new RangeError(`Value ${values[i]} at ${i} is beyond float32's range, which df64 shares`);
    }
    pairs[2 * i] = high;
    pairs[2 * i + 1] = Number.isFinite(high) ? values[i] - high : 0;
  }
  return pairs;
}
