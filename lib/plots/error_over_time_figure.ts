import { clockTime } from "#lib/timeline/clock_time.ts";
import { X_AXIS_HEIGHT, xAxis } from "./axis_marks.ts";
import { decades } from "./decades.ts";
import type { Figure, FigureOptions, PlotlySpec } from "./figure.ts";
import { NARROW, shortened, textWidth } from "./font.ts";
import { formatNumber, formatPower } from "./format_number.ts";
import { DEFAULT_WIDTH, makeFigure } from "./make_figure.ts";
import { categoryColour, paletteOf, type Theme } from "./palette.ts";
import { plotlyText } from "./plotly_text.ts";
import { plotlyTimeAxis, timeAxis } from "./time_axis.ts";

/** Errors along the recording; `DriftSeries` with a name is one. */
export interface ErrorSeries {
  readonly name: string;
  readonly startSec: number;
  readonly stepSec: number;
  /** Largest error in each step, not negative; null where it is infinite. */
  readonly values: readonly (number | null)[] | Float64Array;
}

const STRIP = 30, GAP = 6, LETTERS = 20, SVG_STEPS = 400, PLOTLY_STEPS = 1500;

/**
 * How large the error is along the recording: a strip for each quantity, all on one logarithmic scale; without error a strip is empty.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { errorOverTimeFigure } from "#lib/plots/error_over_time_figure.ts";
 * const { description } = errorOverTimeFigure([{ name: "embeddings", startSec: 0, stepSec: 1, values: [0, 1e-3, 0] }]);
 * assert.match(description, /embeddings: at most 0.001, at 0:01.00/);
 * ```
 */
export function errorOverTimeFigure(series: readonly ErrorSeries[], options: FigureOptions = {}): Figure {
  const strips = series.map((one, index) => ({
    ...one,
    ...thinned(one, SVG_STEPS),
    index,
    largest: largest(one),
  }));
  const scale = decades(strips.flatMap(({ steps }) => steps.map(({ value }) => value)));
  const [from, to] = [scale.from, scale.to].map((exponent) => formatPower(Number(`1e${exponent}`)));
  const end = series.reduce(
    (most, { startSec, stepSec, values }) => Math.max(most, startSec + stepSec * values.length),
    0,
  );
  const start = series.reduce((least, { startSec }) => Math.min(least, startSec), 0);
  const content = Math.max(1, strips.length) * (STRIP + GAP);
  const together = Math.max(1, ...strips.map(({ together }) => together));
  return makeFigure({
    name: "error-over-time",
    title: options.title ?? "Error over time",
    description: [
      ...strips.map(({ name, largest }) =>
        largest.value > 0
          ? `${name}: at most ${formatNumber(largest.value)}, at ${clockTime(largest.sec)}.`
          : `${name}: no error.`
      ),
      ...(together > 1 ? [`Bars show the largest of up to ${together} values.`] : []),
    ].join(" "),
    width: options.width ?? DEFAULT_WIDTH,
    height: options.height ?? 52 + content + X_AXIS_HEIGHT + 22,
    timeAxis: "x",
    svg: (draw) => {
      const { Plot, palette } = draw;
      const labels = strips.map(({ name }) => shortened(name, draw.width < NARROW ? 13 : LETTERS));
      const left = Math.max(60, ...labels.map((label) => textWidth(label))) + 10, right = 64;
      const pixel = (end - start) / Math.max(1, draw.width - left - right);
      const stretch = (draw.height - X_AXIS_HEIGHT - 22) / content;
      const base = (index: number) => (index * (STRIP + GAP) + STRIP + GAP / 2) * stretch;
      const placed = strips.map((strip) => ({
        ...strip,
        base: base(strip.index),
        top: base(strip.index) - STRIP * stretch,
        middle: base(strip.index) - STRIP * stretch / 2,
      }));
      const bars = placed.flatMap((strip) =>
        strip.steps.filter(({ value }) => value > 0).map(({ x1, x2, value }) => ({
          // Half a pixel over the next, or rounding leaves gaps.
          ...{ x1, x2: Math.min(end, x2 + pixel / 2), y1: strip.base },
          // The least error shown still is a pixel high.
          y2: strip.base - Math.max(1, scale.place(value) * STRIP * stretch),
        }))
      );
      const scaled = `Logarithmic from ${from} to ${to}`, told = `${scaled}; at the right, the largest`;
      const axis = timeAxis(start, end, { count: Math.max(2, draw.width / 90) });
      return {
        ...{ marginLeft: left, marginRight: right, marginTop: 22, marginBottom: X_AXIS_HEIGHT },
        x: { domain: [start, end], axis: null },
        y: { domain: [0, content * stretch], range: [22, 22 + content * stretch], axis: null },
        marks: [
          Plot.rect(placed, { x1: start, x2: end, y1: "base", y2: "top", fill: palette.panel }),
          ...xAxis(draw, axis),
          Plot.rect(bars, {
            x1: "x1",
            x2: "x2",
            y1: "y1",
            y2: "y2",
            fill: palette.categories[0],
            shapeRendering: "crispEdges",
          }),
          Plot.text([textWidth(told) <= draw.width ? told : scaled], {
            ...{
              frameAnchor: "top-left",
              dx: -left,
              dy: -14,
              fill: palette.muted,
              text: (text: string) => text,
            },
          }),
          Plot.text(placed, {
            ...{ frameAnchor: "left", y: "middle", text: (_: unknown, i: number) => labels[i] },
            ...{ dx: -10, textAnchor: "end", fill: palette.text },
          }),
          Plot.text(placed, {
            ...{ frameAnchor: "right", y: "middle", text: (strip) => formatNumber(strip.largest.value, 2) },
            ...{ dx: right, textAnchor: "end", fill: palette.muted, fontVariant: "tabular-nums" },
          }),
        ],
      };
    },
    plotly: (theme) => plotlySeries(series, { startSec: start, endSec: end, theme }),
  });
}

/** The largest value, and the second in which it begins. */
function largest({ values, startSec, stepSec }: ErrorSeries): { value: number; sec: number } {
  let value = 0, at = 0;
  for (let i = 0; i < values.length; i++) {
    const here = values[i] ?? Infinity;
    if (here > value) [value, at] = [here, i];
  }
  return { value, sec: startSec + at * stepSec };
}

/** At most so many steps, each the largest of those it stands for. */
function thinned({ values, startSec, stepSec }: ErrorSeries, limit: number) {
  const together = Math.max(1, Math.ceil(values.length / limit));
  const steps = Array.from({ length: Math.ceil(values.length / together) }, (_, step) => {
    let value = 0;
    const end = Math.min(values.length, (step + 1) * together);
    for (let i = step * together; i < end; i++) value = Math.max(value, values[i] ?? Infinity);
    return { x1: startSec + step * together * stepSec, x2: startSec + end * stepSec, value };
  });
  return { steps, together };
}

function plotlySeries(
  series: readonly ErrorSeries[],
  { startSec, endSec, theme }: { readonly startSec: number; readonly endSec: number; readonly theme: Theme },
): PlotlySpec {
  const palette = paletteOf(theme);
  const round = (sec: number) => Math.round(sec * 1000) / 1000;
  return {
    data: series.map((one, index) => {
      const { steps } = thinned(one, Math.min(PLOTLY_STEPS, Math.ceil(9000 / series.length)));
      return {
        type: "scatter",
        mode: "lines+markers",
        name: plotlyText(one.name),
        x: steps.map(({ x1 }) => round(x1)),
        y: steps.map(({ value }) => value > 0 && value < Infinity ? Number(value.toPrecision(4)) : null),
        line: { color: categoryColour(palette, index), width: 1.5, shape: "hv" },
        marker: { color: categoryColour(palette, index), size: 4 },
        customdata: steps.map(({ x1 }) => clockTime(x1)),
        hovertemplate: "%{customdata}: %{y:.3g}<extra>%{fullData.name}</extra>",
      };
    }),
    layout: {
      showlegend: true,
      xaxis: plotlyTimeAxis(startSec, endSec),
      yaxis: { title: { text: "Largest error", standoff: 12 }, type: "log", exponentformat: "e" },
    },
  };
}
