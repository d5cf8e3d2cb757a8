/**
 * A number with a fixed count of decimals, exactly as Python's `f"{value:.{decimals}f}"`: the binary value is
 * rounded half to even. `toFixed` differs at ties only (it goes up), so ties are found and settled here.
 *
 * A tie needs `|value| * 10^decimals` to end in exactly .5. As `10^d = 5^d 2^d` with `5^d` odd, that is so just
 * when `|value| * 2^(decimals + 1)` is an odd integer, which a double shows without error. A tie has
 * exactly `decimals + 1` decimals, the last a 5.
 *
 * @param decimals 0 to 20; anything else is a `RangeError`.
 * @returns "nan", "inf" and "-inf" for what is not finite; "-0.000" for -0 and small negatives.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert";
 * import { formatFixed } from "#lib/numerics/format_fixed.ts";
 *
 * strictEqual(formatFixed(5.0625, 3), "5.062");
 * strictEqual((5.0625).toFixed(3), "5.063");
 * strictEqual(formatFixed(1e22, 1), "10000000000000000000000.0");
 * ```
 */
export function formatFixed(value: number, decimals: number): string {
  if (!Number.isInteger(decimals) || decimals < 0 || decimals > 20) {
    throw new RangeError(`Decimals must be a whole number from 0 to 20, got ${decimals}`);
  }
  if (Number.isNaN(value)) return "nan";
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  const size = Math.abs(value);
  return sign + (size === Infinity ? "inf" : formatSize(size, decimals));
}

/** Above this `toFixed` turns to exponents. Every double this large is an integer. */
const TO_FIXED_LIMIT = 1e21;

function formatSize(size: number, decimals: number): string {
  if (size >= TO_FIXED_LIMIT) return BigInt(size) + (decimals > 0 ? `.${"0".repeat(decimals)}` : "");
  if ((size * 2 ** (decimals + 1)) % 2 === 1) {
    const exact = size.toFixed(decimals + 1);
    const below = exact.slice(0, decimals > 0 ? -1 : -2);
    if (Number(below.at(-1)) % 2 === 0) return below;
  }
  return size.toFixed(decimals);
}
