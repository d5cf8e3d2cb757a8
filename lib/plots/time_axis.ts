/** Times of a recording as axes and sentences tell them. */

/** Where an axis of seconds has its ticks, and how it names them. */
export interface TimeAxis {
  /** Seconds. */
  readonly ticks: readonly number[];
  readonly format: (sec: number) => string;
  /** With the unit. */
  readonly label: string;
}

const STEPS = [
  0.01,
  0.02,
  0.05,
  0.1,
  0.2,
  0.5,
  1,
  2,
  5,
  10,
  15,
  30,
  60,
  120,
  300,
  600,
  900,
  1800,
  3600,
  7200,
];

/**
 * Ticks at round seconds, minutes or hours: plain seconds while the axis ends before two minutes, else min:s, and from two hours h:min:s.
 *
 * @param options `count`: about how many ticks there may be.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { timeAxis } from "#lib/plots/time_axis.ts";
 * const { ticks, format, label } = timeAxis(0, 600, { count: 5 });
 * assert.deepEqual(ticks, [0, 120, 240, 360, 480, 600]);
 * assert.deepEqual([format(240), label], ["4:00", "Time (min:s)"]);
 * ```
 */
export function timeAxis(
  startSec: number,
  endSec: number,
  options: { readonly count?: number } = {},
): TimeAxis {
  const span = endSec - startSec, wanted = span / (options.count ?? 8);
  const step = STEPS.find((candidate) => candidate >= wanted * 0.99) ?? Math.ceil(wanted / 3600) * 3600;
  const first = Math.ceil(startSec / step - 1e-9), last = Math.floor(endSec / step + 1e-9);
  const ticks = span > 0
    ? Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step)
    : [startSec];
  if (endSec < 120) {
    const decimals = Math.max(0, -Math.floor(Math.log10(step)));
    return { ticks, format: (sec) => sec.toFixed(decimals), label: "Time (s)" };
  }
  const label = endSec < 7200 ? "Time (min:s)" : "Time (h:min:s)";
  return { ticks, format: (sec) => formatTime(sec, { withHours: endSec >= 7200 }), label };
}

/**
 * A time as 4:05 or 1:04:05, its seconds cut to a whole number.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { formatTime } from "#lib/plots/time_axis.ts";
 * assert.deepEqual([formatTime(245), formatTime(3845), formatTime(245, { withHours: true })], ["4:05", "1:04:05", "0:04:05"]);
 * ```
 */
export function formatTime(sec: number, options: { readonly withHours?: boolean } = {}): string {
  const whole = Math.floor(Math.abs(sec) + 1e-9), sign = sec < 0 ? "-" : "";
  const pair = (x: number) => String(x).padStart(2, "0");
  const hours = Math.floor(whole / 3600), minutes = Math.floor(whole / 60) % 60;
  const rest = pair(whole % 60);
  if (hours === 0 && !options.withHours) return `${sign}${minutes}:${rest}`;
  return `${sign}${hours}:${pair(minutes)}:${rest}`;
}

/**
 * A length of time: "0.42 s", "12.3 s", from two minutes on "4:05 min", from two hours on "2:04:05 h".
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { formatDuration } from "#lib/plots/time_axis.ts";
 * assert.deepEqual([0, 0.424, 12.34, 245, 7445].map(formatDuration), ["0 s", "0.42 s", "12.3 s", "4:05 min", "2:04:05 h"]);
 * ```
 */
export function formatDuration(sec: number): string {
  if (sec >= 7200) return `${formatTime(sec)} h`;
  if (sec >= 120) return `${formatTime(sec)} min`;
  return sec === 0 ? "0 s" : `${sec.toFixed(sec < 10 ? 2 : 1)} s`;
}
