/**
 * The symmetric Hamming window, `0.54 - 0.46 cos(2 pi n / (length - 1))`.
 *
 * @param length At least 2.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { hammingWindow } from "#kernels/fbank/hamming_window.ts";
 * const window = hammingWindow(401);
 * assert(Math.abs(window[0] - 0.08) < 1e-15 && window[200] === 1);
 * ```
 */
export function hammingWindow(length: number): Float64Array<ArrayBuffer> {
  return Float64Array.from({ length }, (_, n) => 0.54 - 0.46 * Math.cos((2 * Math.PI * n) / (length - 1)));
}
