import type { AxisOptions } from "./axis_marks.ts";
import { textWidth } from "./font.ts";
import { type Decades, placedTicks } from "./decades.ts";

/** Pixels between names. */
const GAP = 3;

/**
 * A logarithmic axis for {@link xAxis}, with a place of its own for values of zero, which have no logarithm.
 *
 * @param options `zero`: that place, left of 0; `zeroLabel`: what stands there; `width`: CSS pixels from 0 to 1.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { decadeAxis } from "#lib/plots/decade_axis.ts";
 * import { decades } from "#lib/plots/decades.ts";
 * const axis = decadeAxis(decades([1e-8, 1], { count: 8 }), { label: "Error", zero: -0.3, zeroLabel: "none", width: 120 });
 * assert.deepEqual(axis.ticks.map(axis.format), ["none", "1e-8", "1e-4", "1"]);
 * ```
 */
export function decadeAxis(
  scale: Decades,
  options: {
    readonly label: string;
    readonly zero: number;
    readonly zeroLabel: string;
    readonly width: number;
  },
): Required<Omit<AxisOptions, "grid">> {
  const { label, zero, zeroLabel, width } = options;
  const names = placedTicks(scale, width);
  // Beside the place of zero there must be room for both names.
  for (const [place, name] of names) {
    if ((place - zero) * width < (textWidth(name) + textWidth(zeroLabel)) / 2 + GAP) names.delete(place);
  }
  return {
    label,
    ticks: [zero, ...names.keys()],
    format: (place) => place === zero ? zeroLabel : names.get(place) ?? "",
  };
}
