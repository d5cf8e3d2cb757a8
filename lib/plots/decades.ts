/** Powers of ten for axes of errors, which may also be zero or infinite. */
import { formatPower } from "./format_number.ts";

/** From one power of ten to another. */
export interface Decades {
  /** Exponents of the ends; `to` is greater than `from`. */
  readonly from: number;
  readonly to: number;
  /** Exponents at which an axis has its ticks. */
  readonly ticks: readonly number[];
  /** 0 at 10^from, 1 at 10^to; 0 for zero, 1 for infinity. */
  readonly place: (value: number) => number;
  /** The label of a tick. */
  readonly format: (exponent: number) => string;
}

/**
 * The powers of ten that hold all positive values; zeros and what is not finite have no say. Without any, 1e-16 to 1.
 *
 * @param options `count`: about how many ticks there may be.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { decades } from "#lib/plots/decades.ts";
 * const { from, to, ticks, place } = decades([0, 3e-7, 0.02], { count: 4 });
 * assert.deepEqual([from, to, ticks], [-7, -1, [-7, -5, -3, -1]]);
 * assert.deepEqual([place(0), place(1e-4), place(Infinity)], [0, 0.5, 1]);
 * ```
 */
export function decades(values: Iterable<number>, options: { readonly count?: number } = {}): Decades {
  let least = Infinity, most = 0;
  for (const value of values) {
    if (!(value > 0 && value < Infinity)) continue;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  const to = most === 0 ? 0 : Math.ceil(log10(most));
  // A single power of ten is the end of its scale, not the beginning: it is the largest value there is.
  const from = most === 0 ? -16 : Math.min(to - 1, Math.floor(log10(least)));
  const step = Math.ceil((to - from) / (options.count ?? 6));
  const ticks = Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => from + i * step);
  const place = (value: number) => {
    if (!(value > 0)) return 0;
    return Math.min(1, Math.max(0, (log10(value) - from) / (to - from)));
  };
  return { from, to, ticks, place, format: (exponent) => formatPower(Number(`1e${exponent}`)) };
}

/** Math.log10 with its last bits cut off: engines differ in them, and 1e-7 must be -7 in all. */
function log10(x: number): number {
  const log = Math.log10(x);
  return Math.abs(log - Math.round(log)) < 1e-12 ? Math.round(log) : log;
}

/**
 * The ticks of a scale by their places, 0 to 1, so few that their names fit beside each other.
 *
 * @param width CSS pixels from 0 to 1.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { decades, placedTicks } from "#lib/plots/decades.ts";
 * const scale = decades([1e-8, 1], { count: 8 });
 * assert.deepEqual([...placedTicks(scale, 600).values()].length, 9);
 * assert.deepEqual([...placedTicks(scale, 120)], [[0, "1e-8"], [0.5, "1e-4"], [1, "1"]]);
 * ```
 */
export function placedTicks({ from, to, ticks, format }: Decades, width: number): Map<number, string> {
  const every = Math.max(1, Math.ceil(ticks.length * TICK_WIDTH / Math.max(1, width)));
  return new Map(
    ticks.filter((_, i) => i % every === 0).map((
      exponent,
    ) => [(exponent - from) / (to - from), format(exponent)]),
  );
}

/** Room for "1e-12" and a gap. */
const TICK_WIDTH = 42;
