import { formatFixed } from "#lib/numerics/format_fixed.ts";

/** How a moment is written. */
export interface ClockTimeOptions {
  /** Decimals of the seconds, 0 to 20. @default {2} */
  readonly decimals?: number;
}

/**
 * A moment of a recording as minutes and seconds, from an hour on with hours: the one notation of lists, tables, axes, figures
 * and commands. Rounded half to even as {@link formatFixed} does, never cut. lib/report/client/clock_time.js does the same in a
 * page, and a test holds them together.
 *
 * @param sec From the recording's start; before it, with a minus sign.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { clockTime } from "#lib/timeline/clock_time.ts";
 * assert.deepEqual([7.46, 59.996, 3723.4].map((sec) => clockTime(sec)), ["0:07.46", "1:00.00", "1:02:03.40"]);
 * assert.equal(clockTime(-2.5, { decimals: 0 }), "-0:02");
 * ```
 */
export function clockTime(sec: number, options: ClockTimeOptions = {}): string {
  if (!Number.isFinite(sec)) return "-";
  const { decimals = 2 } = options;
  const [whole, fraction] = formatFixed(Math.abs(sec), decimals).split(".");
  const seconds = Number(whole), pair = (x: number) => `${x}`.padStart(2, "0");
  const hours = Math.floor(seconds / 3600), minutes = Math.floor(seconds / 60) % 60;
  const sign = sec < 0 && (seconds > 0 || Number(fraction) > 0) ? "-" : "";
  const rest = fraction === undefined ? pair(seconds % 60) : `${pair(seconds % 60)}.${fraction}`;
  return hours > 0 ? `${sign}${hours}:${pair(minutes)}:${rest}` : `${sign}${minutes}:${rest}`;
}
