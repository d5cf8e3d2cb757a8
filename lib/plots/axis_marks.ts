/** Axes as all figures draw them: quiet lines, no ticks, the unit beside the name. */
import type { Markish } from "@observablehq/plot";
import type { DrawTools } from "./figure.ts";

/** An axis. Without `ticks`, Observable Plot chooses them. */
export interface AxisOptions {
  /** Name and unit. */
  readonly label: string;
  readonly ticks?: readonly number[];
  /** @default as Observable Plot writes numbers */
  readonly format?: (value: number) => string;
  /** Whether lines cross the plot. @default true */
  readonly grid?: boolean;
}

/** How much room a horizontal axis needs below the plot, and a vertical one above it for its name; CSS pixels. */
export const X_AXIS_HEIGHT = 44, Y_LABEL_HEIGHT = 28;

/**
 * The horizontal axis, its name in the middle below.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import * as Plot from "@observablehq/plot";
 * import { xAxis } from "#lib/plots/axis_marks.ts";
 * import { paletteOf } from "#lib/plots/palette.ts";
 * const draw = { Plot, palette: paletteOf("light"), width: 300, height: 100 };
 * assert.equal(xAxis(draw, { label: "Time (s)", grid: false }).length, 1);
 * ```
 */
export function xAxis({ Plot, palette }: DrawTools, axis: AxisOptions): Markish[] {
  const { label, ticks, format, grid = true } = axis;
  return [
    ...(grid ? [Plot.gridX(ticks, { stroke: palette.grid, strokeOpacity: 1 })] : []),
    Plot.axisX(ticks, {
      ...{ label, labelAnchor: "center", labelArrow: "none", labelOffset: 36 },
      ...{ tickSize: 0, tickPadding: 6, color: palette.muted },
      ...(format === undefined ? {} : { tickFormat: format }),
    }),
  ];
}

/**
 * The vertical axis, its name above.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import * as Plot from "@observablehq/plot";
 * import { yAxis } from "#lib/plots/axis_marks.ts";
 * import { paletteOf } from "#lib/plots/palette.ts";
 * const draw = { Plot, palette: paletteOf("light"), width: 300, height: 100 };
 * assert.equal(yAxis(draw, { label: "Error", ticks: [0, 1] }).length, 2);
 * ```
 */
export function yAxis({ Plot, palette }: DrawTools, axis: AxisOptions): Markish[] {
  const { label, ticks, format, grid = true } = axis;
  return [
    ...(grid ? [Plot.gridY(ticks, { stroke: palette.grid, strokeOpacity: 1 })] : []),
    Plot.axisY(ticks, {
      ...{ label, labelAnchor: "top", labelArrow: "none" },
      ...{ tickSize: 0, tickPadding: 8, color: palette.muted },
      ...(format === undefined ? {} : { tickFormat: format }),
    }),
  ];
}
