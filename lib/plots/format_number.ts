/** Numbers as figures tell them. */
import { nounOf } from "#lib/language/counted.ts";

/**
 * A number with `digits` significant digits: plain from 0.001 to 999999, else with a power of ten; whole numbers stay whole.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { formatNumber } from "#lib/plots/format_number.ts";
 * assert.deepEqual([0, 12, -3.14159, 1.23e-12, 1234567.8].map((x) => formatNumber(x)), [
 *   ...["0", "12", "-3.14", "1.23e-12", "1.23e+6"],
 * ]);
 * ```
 */
export function formatNumber(x: number, digits = 3): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "NaN" : x > 0 ? "∞" : "-∞";
  const size = Math.abs(x);
  if (Number.isInteger(x) && size < 1e6) return String(x);
  if (size < 1e-3 || size >= 1e6) return x.toExponential(digits - 1).replace(/\.?0+e/, "e");
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)));
  const text = x.toFixed(decimals);
  return decimals > 0 ? text.replace(/\.?0+$/, "") : text;
}

/**
 * A power of ten as a label of an axis: "1e-12", but "0.01", "1", "100" near one.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { formatPower } from "#lib/plots/format_number.ts";
 * assert.deepEqual([1e-12, 0.01, 1, 100, 1e6].map(formatPower), ["1e-12", "0.01", "1", "100", "1e6"]);
 * ```
 */
export function formatPower(x: number): string {
  if (x >= 0.01 && x < 10_000) return String(x);
  return x.toExponential().replace("e+", "e");
}

/**
 * A whole number with thin spaces between thousands.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { formatCount } from "#lib/plots/format_number.ts";
 * assert.equal(formatCount(14400), "14\u202f400");
 * ```
 */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, "\u202f");
}

/**
 * A count with its noun, for pages and figures: "1 speaker", "2 speakers", thousands set apart. `#lib/language/counted.ts` is its plain form.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { counted } from "#lib/plots/format_number.ts";
 * assert.deepEqual([1, 1200].map((n) => counted(n, "speaker")), ["1 speaker", "1\u202f200 speakers"]);
 * ```
 */
export function counted(count: number, noun: string, many?: string): string {
  return `${formatCount(count)} ${nounOf(count, noun, many)}`;
}
