import { X_AXIS_HEIGHT, xAxis } from "./axis_marks.ts";
import type { Figure, FigureOptions } from "./figure.ts";
import { textWidth } from "./font.ts";
import { heatMark } from "./heat_cells.ts";
import {
  describeHeatMap,
  DOWN,
  type HeatMapData,
  type HeatScale,
  type MatrixAxis,
  prepareHeatMap,
} from "./heat_map_data.ts";
import { plotlyHeatMap } from "./heat_map_plotly.ts";
import { DEFAULT_WIDTH, makeFigure } from "./make_figure.ts";
import type { Palette } from "./palette.ts";
import { timeAxis } from "./time_axis.ts";

/** Settings of {@link heatMapFigure}. */
export interface HeatMapOptions extends FigureOptions {
  /** For ids and file names. @default "drift-heat-map" */
  readonly name?: string;
  /** "share" is from 0 to 1. @default "log" */
  readonly scale?: HeatScale;
  /** What the values are, with their unit. @default "largest error" */
  readonly quantity?: string;
}

/**
 * A matrix of errors (chunk by slot, frame by bin, ...) as colours on a logarithmic scale; where there is no error, there is no
 * colour. With `scale: "share"`, any matrix of numbers from 0 to 1.
 *
 * @throws {RangeError} when rows differ in length.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { heatMapFigure } from "#lib/plots/heat_map_figure.ts";
 * const figure = heatMapFigure({
 *   rows: { axis: "chunk", startSec: 0, stepSec: 1 },
 *   columns: { axis: "slot" },
 *   values: [[0, 0], [1e-7, 0], [0.5, 1e-3]],
 * });
 * assert.equal(figure.timeAxis, "x");
 * assert.match(figure.description, /largest error is 0.5, at chunk 2 \(0:02.00\), slot 0/);
 * ```
 */
export function heatMapFigure(data: HeatMapData, options: HeatMapOptions = {}): Figure {
  const { quantity = "largest error", scale = "log", name = "drift-heat-map" } = options;
  const { rows, columns } = data;
  const count = data.values.length, breadth = data.values[0]?.length ?? 0;
  const prepared = prepareHeatMap(data, { scale, quantity });
  const cell = breadth <= 8 ? 22 : breadth <= 24 ? 14 : 6;
  const title = options.title ?? `${capitalized(quantity)} by ${rows.axis} and ${columns.axis}`;
  return makeFigure({
    name,
    title,
    description: describeHeatMap(prepared),
    width: options.width ?? DEFAULT_WIDTH,
    height: options.height ??
      Math.max(72, Math.min(320, cell * Math.min(breadth, DOWN))) + X_AXIS_HEIGHT + 82,
    ...(rows.stepSec === undefined ? {} : { timeAxis: "x" }),
    legend: (palette) => ({
      swatches: scale === "log" ? [{ label: "none", colour: palette.panel }] : [],
      ramp: { label: quantity, colour: colourOf(palette, scale), from: prepared.from, to: prepared.to },
    }),
    svg: (draw) => {
      const names = entryTicks(columns, breadth, 14);
      const left = Math.max(
        ...names.map(({ label }) => textWidth(label)),
        textWidth(columns.axis),
      ) + 14;
      const along = alongAxis(rows, count, draw.width - left);
      const { Plot, palette } = draw;
      return {
        ...{ marginLeft: left, marginRight: 10, marginTop: 0, marginBottom: X_AXIS_HEIGHT },
        x: { domain: along.domain, axis: null },
        y: { domain: [0, Math.max(1, breadth)], reverse: true, axis: null },
        marks: [
          Plot.frame({ fill: palette.panel, stroke: null }),
          heatMark({
            shares: prepared.cells.map((row) => row.map((value) => prepared.share(value))),
            colour: colourOf(palette, scale),
          }),
          Plot.text(names, {
            ...{ frameAnchor: "left", y: "place", text: "label" },
            ...{ dx: -8, textAnchor: "end", fill: palette.muted },
          }),
          ...xAxis(draw, { ...along, grid: false }),
        ],
      };
    },
    plotly: (theme) => plotlyHeatMap(prepared, theme),
  });
}

/** On a logarithmic scale even the least error stands out from none. */
function colourOf({ sequential }: Palette, scale: HeatScale): (share: number) => string {
  return scale === "log" ? (share) => sequential(0.15 + 0.85 * share) : sequential;
}

/** Up to `most` entries of an axis, with where their middle is. */
function entryTicks({ axis, labels }: MatrixAxis, count: number, most: number) {
  const step = Math.max(1, Math.ceil(count / most));
  const indices = Array.from({ length: Math.ceil(count / step) }, (_, i) => i * step);
  return indices.map((index) => ({
    place: index + 0.5,
    label: labels?.[index] ?? (count <= 8 ? `${axis} ${index}` : String(index)),
  }));
}

function alongAxis({ axis, startSec, stepSec }: MatrixAxis, count: number, width: number) {
  if (startSec === undefined || stepSec === undefined) {
    return { domain: [0, Math.max(1, count)], label: capitalized(axis) };
  }
  const end = startSec + Math.max(1, count) * stepSec;
  const time = timeAxis(startSec, end, { count: Math.max(2, width / 90) });
  return { ...time, domain: [startSec, end] };
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
