import { clockTime } from "#lib/timeline/clock_time.ts";
import type { PlotlySpec } from "./figure.ts";
import type { MatrixAxis, PreparedHeatMap } from "./heat_map_data.ts";
import { paletteOf, type Theme } from "./palette.ts";
import { plotlyTimeAxis } from "./time_axis.ts";

/** So many cells tell their time in words. */
const TOLD = 8000;

/**
 * A heat map for Plotly. On a logarithmic scale `z` is the exponent of ten, and null where there is no error.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { prepareHeatMap } from "#lib/plots/heat_map_data.ts";
 * import { plotlyHeatMap } from "#lib/plots/heat_map_plotly.ts";
 * const data = { rows: { axis: "chunk", startSec: 0, stepSec: 1 }, columns: { axis: "slot" }, values: [[0], [0.01]] };
 * const prepared = prepareHeatMap(data, { scale: "log", quantity: "error" });
 * const [trace] = plotlyHeatMap(prepared, "light").data;
 * assert.deepEqual([trace.x, trace.z], [[0.5, 1.5], [[null, -2]]]);
 * ```
 */
export function plotlyHeatMap(prepared: PreparedHeatMap, theme: Theme): PlotlySpec {
  const { data, cells, rowStep, columnStep, scale, quantity } = prepared;
  const { rows, columns } = data;
  const palette = paletteOf(theme);
  const z = cells.map((row) => row.map((value) => number(scale === "log" ? exponent(value) : value)));
  const x = placesOf(rows, cells[0]?.length ?? 0, rowStep);
  const inTime = rows.stepSec !== undefined;
  // The time of each cell in words, as far as that is not most of the page.
  const clock = inTime && x.length * cells.length <= TOLD ? x.map((sec) => clockTime(sec)) : undefined;
  const when = clock ? " at %{text}" : inTime ? " at %{x} s" : " %{x}";
  const where = `${rows.axis}${when}, ${columns.axis} %{y}`;
  return {
    data: [{
      type: "heatmap",
      x,
      y: columns.labels === undefined
        ? cells.map((_, i) => i * columnStep)
        : cells.map((_, i) => columns.labels?.[i * columnStep] ?? String(i * columnStep)),
      z,
      ...(clock ? { text: cells.map(() => clock) } : {}),
      colorscale: Array.from({ length: 11 }, (_, i) => [i / 10, palette.sequential(i / 10)]),
      ...(scale === "share" ? { zmin: 0, zmax: 1 } : {}),
      hoverongaps: false,
      colorbar: {
        title: { text: quantity, side: "right" },
        thickness: 12,
        outlinewidth: 0,
        ...(scale === "log" ? { tickprefix: "1e", dtick: Math.max(1, Math.ceil(spread(z) / 6)) } : {}),
      },
      hovertemplate: `${where}: ${scale === "log" ? "10^%{z:.2f}" : "%{z:.3f}"}<extra></extra>`,
    }],
    layout: {
      xaxis: {
        ...(inTime ? plotlyTimeAxis(rows.startSec ?? 0, endOf(prepared)) : { title: { text: rows.axis } }),
        showgrid: false,
      },
      yaxis: {
        ...{ title: { text: columns.axis }, autorange: "reversed", showgrid: false },
        ...(columns.labels === undefined && cells.length <= 12 ? { dtick: columnStep } : {}),
        ...(columns.labels === undefined ? {} : { type: "category" }),
      },
      plot_bgcolor: palette.panel,
    },
  };
}

function endOf({ data: { rows, values } }: PreparedHeatMap): number {
  return (rows.startSec ?? 0) + values.length * (rows.stepSec ?? 1);
}

/** The middle of each cell in seconds, or the number of its first entry. */
function placesOf({ startSec, stepSec }: MatrixAxis, count: number, step: number): number[] {
  return Array.from(
    { length: count },
    (_, i) =>
      startSec === undefined || stepSec === undefined
        ? i * step
        : Math.round((startSec + (i + 0.5) * step * stepSec) * 1000) / 1000,
  );
}

function exponent(value: number): number {
  return value > 0 ? Math.log10(value) : NaN;
}

/** As JSON takes it, and no longer than anyone can see. */
function number(value: number): number | null {
  return Number.isFinite(value) ? Math.round(value * 1000) / 1000 : null;
}

function spread(values: readonly (readonly (number | null)[])[]): number {
  const known = values.flat().filter((value) => value !== null);
  return known.reduce((most, x) => Math.max(most, x), -Infinity) -
    known.reduce((l, x) => Math.min(l, x), Infinity);
}
