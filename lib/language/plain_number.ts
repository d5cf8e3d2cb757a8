/**
 * The number that a text writes in decimal digits, with a sign, a point and an exponent if it likes; NaN for any other, as "0x10", "1_0", "" or
 * what is too large for a double. Every option of a command line that takes a number is read so.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { plainNumber } from "#lib/language/plain_number.ts";
 * assert.deepEqual(["1e1", "-.5", "2."].map(plainNumber), [10, -0.5, 2]);
 * assert.deepEqual(["0x10", "1_0", "", " 1", "1e999"].map(plainNumber), [NaN, NaN, NaN, NaN, NaN]);
 * ```
 */
export function plainNumber(text: string): number {
  const value = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?$/i.test(text) ? Number(text) : NaN;
  return Number.isFinite(value) ? value : NaN;
}
