/** Times of a recording as axes tell them. */
import { clockTime } from "#lib/timeline/clock_time.ts";

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
 * Ticks at round seconds, minutes or hours, named as `clockTime` writes them, with no more decimals than they need.
 * lib/report/client/clock_time.js does the same in a page, where axes are zoomed.
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
  const decimals = step >= 1 ? 0 : step >= 0.1 ? 1 : 2;
  return { ticks, format: (sec) => clockTime(sec, { decimals }), label: timeLabel(endSec) };
}

/**
 * What an axis of time that ends there is called.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { timeLabel } from "#lib/plots/time_axis.ts";
 * assert.deepEqual([30, 3600].map(timeLabel), ["Time (min:s)", "Time (h:min:s)"]);
 * ```
 */
export function timeLabel(endSec: number): string {
  return endSec < 3600 ? "Time (min:s)" : "Time (h:min:s)";
}

/**
 * An axis of time for Plotly, which has no clock of its own for numbers: the ticks are given. Who zooms it gives it new ones.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { plotlyTimeAxis } from "#lib/plots/time_axis.ts";
 * const { tickvals, ticktext } = plotlyTimeAxis(0, 20);
 * assert.deepEqual([tickvals, ticktext], [[0, 5, 10, 15, 20], ["0:00", "0:05", "0:10", "0:15", "0:20"]]);
 * ```
 */
export function plotlyTimeAxis(startSec: number, endSec: number): Record<string, unknown> {
  const { ticks, format, label } = timeAxis(startSec, endSec);
  return {
    title: { text: label },
    range: [startSec, endSec],
    tickmode: "array",
    tickvals: ticks,
    ticktext: ticks.map(format),
  };
}
