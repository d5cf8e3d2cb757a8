import { formatFixed } from "./format_fixed.ts";

/** How a share is written. */
export interface FormatPercentOptions {
  /** Decimals, 0 to 20. @default {2} */
  readonly decimals?: number;
  /** What follows the number; "" for a column whose head says percent. @default {" %"} */
  readonly unit?: string;
}

/**
 * A share as a percentage: what every table, page, figure and command writes rates with, so that one rate reads the same
 * everywhere. Rounded half to even as {@link formatFixed} does; "-" for NaN, the rate of what had nothing to be divided by.
 *
 * @param share 1 is 100 %.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { formatPercent } from "#lib/numerics/format_percent.ts";
 * assert.equal(formatPercent(0.14336), "14.34 %");
 * assert.equal(formatPercent(0.5, { decimals: 0, unit: "" }), "50");
 * assert.equal(formatPercent(NaN), "-");
 * ```
 */
export function formatPercent(share: number, options: FormatPercentOptions = {}): string {
  const { decimals = 2, unit = " %" } = options;
  return Number.isNaN(share) ? "-" : formatFixed(100 * share, decimals) + unit;
}
