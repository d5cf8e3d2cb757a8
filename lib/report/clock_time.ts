/**
 * A time as a clock shows it; tenths are cut. client/clock_time.js does the same in the page, and a test holds them together.
 *
 * @param seconds From 0; what is less counts as 0.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { clockTime } from "#lib/report/clock_time.ts";
 * assert.deepEqual([7.46, 723, 3723.4].map(clockTime), ["0:07.4", "12:03.0", "1:02:03.4"]);
 * ```
 */
export function clockTime(seconds: number): string {
  const tenths = Math.floor(Math.max(0, seconds) * 10 + 1e-6);
  const [hours, minutes] = [Math.floor(tenths / 36_000), Math.floor(tenths / 600) % 60];
  const rest = ((tenths % 600) / 10).toFixed(1).padStart(4, "0");
  return hours > 0 ? `${hours}:${`${minutes}`.padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}
