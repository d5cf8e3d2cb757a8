/**
 * A decimal of a scale as text, with all digits of the scale.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { decimalText } from "#lib/corpus/tables/decimal_text.ts";
 * assert.equal(decimalText(-1n, 4), "-0.0001");
 * assert.equal(decimalText(123400n, 4), "12.3400");
 * ```
 */
export function decimalText(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, "0");
  const point = digits.length - scale;
  return `${unscaled < 0n ? "-" : ""}${digits.slice(0, point)}${scale > 0 ? `.${digits.slice(point)}` : ""}`;
}

/**
 * A signed integer of bytes, the highest first.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { signedBigEndian } from "#lib/corpus/tables/decimal_text.ts";
 * assert.equal(signedBigEndian(Uint8Array.of(0xff, 0xfe)), -2n);
 * ```
 */
export function signedBigEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return BigInt.asIntN(bytes.length * 8, value);
}
