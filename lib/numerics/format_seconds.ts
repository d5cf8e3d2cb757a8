import { formatFixed } from "./format_fixed.ts";

/** How seconds are written. */
export interface FormatSecondsOptions {
  /** Decimals, 0 to 20. @default {3} */
  readonly decimals?: number;
  /** What follows the number; "" for a column whose head says seconds. @default {" s"} */
  readonly unit?: string;
}

/**
 * Seconds of a turn, an error or a recording: what every table, page, figure and command writes them with. Rounded half to
 * even as {@link formatFixed} does, never cut, so that a time reads as in RTTM; "-" for NaN.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { formatSeconds } from "#lib/numerics/format_seconds.ts";
 * assert.equal(formatSeconds(5.0625), "5.062 s");
 * assert.equal(formatSeconds(7.46, { decimals: 1, unit: "" }), "7.5");
 * ```
 */
export function formatSeconds(sec: number, options: FormatSecondsOptions = {}): string {
  const { decimals = 3, unit = " s" } = options;
  return Number.isNaN(sec) ? "-" : formatFixed(sec, decimals) + unit;
}
