import { X_AXIS_HEIGHT, xAxis } from "./axis_marks.ts";
import { decadeAxis } from "./decade_axis.ts";
import { decades } from "./decades.ts";
import type { Figure, FigureOptions, PlotlySpec } from "./figure.ts";
import { NARROW, shortened, textWidth } from "./font.ts";
import { formatNumber } from "./format_number.ts";
import { DEFAULT_WIDTH, makeFigure } from "./make_figure.ts";
import { paletteOf, type Theme } from "./palette.ts";

/** The error of one quantity of one stage; `QuantityDifference` is one. */
export interface StageError {
  readonly stage: string;
  readonly quantity: string;
  /** Largest absolute error; null where it is infinite. */
  readonly maxAbs: number | null;
  readonly meanAbs: number;
  /** Largest error that rounding explains; 0 where there may be none. */
  readonly tolerance?: number;
}

const ROW = 24, LETTERS = 30;

/**
 * Largest and mean error of each stage's quantities on a logarithmic scale, beside what is tolerated. Quantities without any error
 * stand at the left, under "0".
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { errorByStageFigure } from "#lib/plots/error_by_stage_figure.ts";
 * const { description } = errorByStageFigure([
 *   { stage: "plda", quantity: "postPlda", maxAbs: 1e-12, meanAbs: 1e-13, tolerance: 1e-9 },
 *   { stage: "vbx", quantity: "q", maxAbs: 0.5, meanAbs: 0.01, tolerance: 1e-9 },
 * ]);
 * assert.match(description, /beyond its tolerance: vbx q \(0.5\)/);
 * ```
 */
export function errorByStageFigure(errors: readonly StageError[], options: FigureOptions = {}): Figure {
  const rows = errors.map((error, index) => {
    const largest = error.maxAbs ?? Infinity;
    const label = error.stage === error.quantity ? error.stage : `${error.stage}: ${error.quantity}`;
    return { ...error, index, largest, label, beyond: largest > (error.tolerance ?? Infinity) };
  });
  const scale = decades(rows.flatMap((row) => [row.largest, row.meanAbs, row.tolerance ?? 0]), { count: 8 });
  const beyond = rows.filter((row) => row.beyond);
  const facts = beyond.map((row) => `${row.stage} ${row.quantity} (${formatNumber(row.largest)})`);
  return makeFigure({
    name: "error-by-stage",
    title: options.title ?? "Error by stage",
    description: `${rows.length} quantities; ${
      rows.filter(({ largest }) => largest === 0).length
    } without any error. ` +
      (facts.length > 0
        ? `Largest error beyond its tolerance: ${facts.join(", ")}.`
        : "None is beyond its tolerance."),
    width: options.width ?? DEFAULT_WIDTH,
    height: options.height ?? 76 + ROW * Math.max(1, rows.length) + X_AXIS_HEIGHT,
    legend: (palette) => ({
      swatches: [
        { label: "mean to largest error", colour: palette.categories[0] },
        ...(beyond.length > 0 ? [{ label: "beyond tolerance", colour: palette.error }] : []),
        { label: "tolerance (bar)", colour: palette.muted },
      ],
    }),
    svg: (draw) => {
      const { Plot, palette } = draw;
      const narrow = draw.width < NARROW;
      const labels = rows.map(({ label, quantity }) =>
        shortened(narrow ? quantity : label, narrow ? 14 : LETTERS)
      );
      const left = Math.max(60, ...labels.map((label) => textWidth(label))) + 10;
      const zero = draw.width < NARROW ? -0.14 : -0.07,
        place = ({ value }: { value: number }) => value > 0 ? scale.place(value) : zero;
      const dots = rows.map((row) => ({ ...row, value: row.largest }));
      const colour = (row: { beyond: boolean }) => row.beyond ? palette.error : palette.categories[0];
      return {
        ...{ marginLeft: left, marginRight: 20, marginTop: 4, marginBottom: X_AXIS_HEIGHT },
        x: { domain: [zero - 0.03, 1], axis: null },
        y: { domain: [-0.5, rows.length - 0.5], reverse: true, axis: null },
        marks: [
          Plot.rect(rows, {
            ...{ y1: ({ index }) => index - 0.42, y2: ({ index }) => index + 0.42 },
            ...{ x1: zero - 0.03, x2: 1, fill: palette.panel },
          }),
          ...xAxis(
            draw,
            decadeAxis(scale, {
              ...{ label: "Absolute error", zero, zeroLabel: "0" },
              width: (draw.width - left - 20) / 1.1,
            }),
          ),
          Plot.ruleX(rows.filter(({ tolerance = 0 }) => tolerance > 0), {
            ...{ x: ({ tolerance }) => scale.place(tolerance!), stroke: palette.muted, strokeWidth: 2.5 },
            ...{ y1: ({ index }) => index - 0.36, y2: ({ index }) => index + 0.36 },
          }),
          Plot.ruleY(rows.filter(({ largest, meanAbs }) => largest > 0 && meanAbs > 0), {
            ...{ y: "index", x1: (row) => scale.place(row.meanAbs), x2: (row) => scale.place(row.largest) },
            ...{ stroke: colour, strokeWidth: 4, strokeOpacity: 0.45 },
          }),
          Plot.dot(dots, {
            x: place,
            y: "index",
            r: 5,
            fill: colour,
            symbol: (row: { beyond: boolean }) => row.beyond ? "diamond" : "circle",
          }),
          Plot.text(rows, {
            ...{ frameAnchor: "left", y: "index", text: (row: { index: number }) => labels[row.index] },
            ...{ dx: -10, textAnchor: "end", fill: palette.text },
          }),
        ],
      };
    },
    plotly: (theme) => plotlyErrors(rows, theme),
  });
}

interface Row extends StageError {
  readonly index: number;
  readonly largest: number;
  readonly label: string;
  readonly beyond: boolean;
}

function plotlyErrors(rows: readonly Row[], theme: Theme): PlotlySpec {
  const palette = paletteOf(theme);
  const positive = (value: number | undefined) =>
    value !== undefined && value > 0 && value < Infinity ? value : null;
  const y = rows.map(({ label }) => label);
  const shared = {
    type: "scatter",
    mode: "markers",
    y,
    hovertemplate: "%{y}: %{x:.3g}<extra>%{fullData.name}</extra>",
  };
  return {
    data: [
      {
        ...shared,
        name: "largest error",
        x: rows.map(({ largest }) => positive(largest)),
        marker: {
          size: 10,
          color: rows.map(({ beyond }) => beyond ? palette.error : palette.categories[0]),
          symbol: rows.map(({ beyond }) => beyond ? "diamond" : "circle"),
        },
      },
      {
        ...shared,
        name: "mean error",
        x: rows.map(({ meanAbs }) => positive(meanAbs)),
        marker: { size: 7, color: palette.categories[0], symbol: "circle-open" },
      },
      {
        ...shared,
        name: "tolerance",
        x: rows.map(({ tolerance }) => positive(tolerance)),
        marker: { size: 14, color: palette.muted, symbol: "line-ns-open" },
      },
    ],
    layout: {
      xaxis: { title: { text: "Absolute error" }, type: "log", exponentformat: "e" },
      yaxis: { autorange: "reversed", type: "category", categoryarray: y },
    },
  };
}
