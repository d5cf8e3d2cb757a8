import { FFT_LENGTH } from "./contract.ts";

/** Half the FFT's length: the samples of a frame make this many complex values. */
export const HALF = FFT_LENGTH / 2;

/**
 * Where frequency `k` of a transform of `size` values lies once butterflies of these radices have decimated it in place.
 *
 * @param k 0 to `size - 1`.
 * @param radices From the first stage to the last; their product is `size`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { decimatedPlace } from "#kernels/fbank/half_transform.ts";
 * assert.deepEqual([0, 1, 2, 3, 4, 5, 6, 7].map((k) => decimatedPlace(k, [4, 2])), [0, 2, 4, 6, 1, 3, 5, 7]);
 * ```
 */
export function decimatedPlace(k: number, radices: readonly number[]): number {
  const [radix, ...rest] = radices;
  if (radix === undefined) return 0;
  const size = rest.reduce((product, next) => product * next, 1);
  return (k % radix) * size + decimatedPlace(Math.floor(k / radix), rest);
}
