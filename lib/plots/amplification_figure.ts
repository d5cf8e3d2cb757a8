import { clockTime } from "#lib/timeline/clock_time.ts";
import { X_AXIS_HEIGHT, xAxis, Y_LABEL_HEIGHT, yAxis } from "./axis_marks.ts";
import { type Decades, decades, placedTicks } from "./decades.ts";
import type { Figure, FigureOptions, PlotlySpec } from "./figure.ts";
import { textWidth } from "./font.ts";
import { formatNumber } from "./format_number.ts";
import { DEFAULT_WIDTH, makeFigure } from "./make_figure.ts";
import { categoryColour, paletteOf, type Theme } from "./palette.ts";

/** How noise at a stage grows through the later ones; `Amplification` is one. */
export interface AmplificationData {
  /** What was disturbed. */
  readonly stage: string;
  /** By ascending size of the noise. */
  readonly steps: readonly {
    readonly size: number;
    /** Relative error of each quantity that followed, in the order of the stages; null where it is infinite. */
    readonly errors: readonly { readonly artefact: string; readonly error: number | null }[];
    /** Whether the turns stayed the same. */
    readonly identical: boolean;
  }[];
  /** Between which sizes the turns first changed. */
  readonly flip?: { readonly below: number; readonly above: number; readonly startSec?: number };
}

/** Settings of {@link amplificationFigure}. */
export interface AmplificationOptions extends FigureOptions {
  /** Which quantities are drawn, if they have an error at all. @default all; ten can still be told apart */
  readonly artefacts?: readonly string[];
}

/**
 * The amplification curve of a recording: how large the error of each later quantity is, for noise of each size, both on logarithmic
 * scales, and at which size the turns change. A line along the diagonal passes noise on as it is, one above it makes it larger.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { amplificationFigure } from "#lib/plots/amplification_figure.ts";
 * const errors = (error: number) => [{ artefact: "softClusters", error }];
 * const { description } = amplificationFigure({
 *   stage: "embeddings",
 *   steps: [{ size: 1e-6, errors: errors(1e-5), identical: true }, { size: 1e-3, errors: errors(0.1), identical: false }],
 *   flip: { below: 4e-4, above: 5e-4, startSec: 61 },
 * });
 * assert.match(description, /turns change between 4e-4 and 5e-4, first at 1:01/);
 * ```
 */
export function amplificationFigure(data: AmplificationData, options: AmplificationOptions = {}): Figure {
  const { stage, steps, flip } = data;
  const all = new Set(steps.flatMap(({ errors }) => errors.map(({ artefact }) => artefact)));
  const names = [...all].filter((name) => options.artefacts?.includes(name) ?? true);
  const lines = names.map((name, index) => ({
    ...{ name, index },
    points: steps.flatMap(({ size, errors }) => {
      const error = errors.find(({ artefact }) => artefact === name)?.error;
      return error === undefined || error === null || !(error > 0) ? [] : [{ size, error }];
    }),
  })).filter(({ points }) => points.length > 0);
  const scaleX = decades(steps.map(({ size }) => size));
  const scaleY = decades(lines.flatMap(({ points }) => points.map(({ error }) => error)));
  return makeFigure({
    name: "amplification",
    title: options.title ?? `How noise at ${stage} spreads`,
    description:
      `Noise of ${steps.length} sizes at ${stage}, and the error of ${lines.length} quantities after it. ` +
      (flip === undefined
        ? "The turns never change."
        : `The turns change between ${formatNumber(flip.below)} and ${formatNumber(flip.above)}${
          flip.startSec === undefined ? "" : `, first at ${clockTime(flip.startSec)}`
        }.`),
    width: options.width ?? DEFAULT_WIDTH,
    height: options.height ?? 420,
    svg: (draw) => {
      const { Plot, palette } = draw;
      const right = Math.max(60, ...lines.map(({ name }) => textWidth(name))) + 20;
      const points = lines.flatMap(({ index, points }) =>
        points.map(({ size, error }) => ({
          ...{ x: scaleX.place(size), y: scaleY.place(error), z: index },
          stroke: categoryColour(palette, index),
          symbol: SYMBOLS[index % SYMBOLS.length],
        }))
      );
      const ends = spread(
        lines.map(({ name, points, index }) => ({
          ...{ name, fill: categoryColour(palette, index), symbol: SYMBOLS[index % SYMBOLS.length] },
          y: scaleY.place(points.at(-1)!.error),
        })),
        15 / Math.max(1, draw.height - Y_LABEL_HEIGHT - X_AXIS_HEIGHT),
      );
      const flips = flip === undefined ? [] : [{ x: scaleX.place(flip.above), text: "turns change" }];
      return {
        ...{ marginLeft: 56, marginRight: right, marginTop: Y_LABEL_HEIGHT, marginBottom: X_AXIS_HEIGHT },
        x: { domain: [0, 1], axis: null },
        y: { domain: [0, 1], axis: null },
        marks: [
          Plot.rect(flips, { x1: "x", x2: 1, y1: 0, y2: 1, fill: palette.error, fillOpacity: 0.07 }),
          ...yAxis(draw, { label: "Relative error after it", ...axisOf(scaleY, draw.height) }),
          ...xAxis(draw, {
            label: `Relative size of the noise at ${stage}`,
            ...axisOf(scaleX, draw.width - right - 56),
          }),
          Plot.link([diagonal(scaleX, scaleY)], {
            ...{ x1: "x1", y1: "y1", x2: "x2", y2: "y2", stroke: palette.muted, strokeDasharray: "2,4" },
          }),
          Plot.ruleX(flips, { x: "x", stroke: palette.error, strokeWidth: 1.5, strokeDasharray: "6,4" }),
          Plot.line(points, { x: "x", y: "y", z: "z", stroke: "stroke", strokeWidth: 1.8 }),
          Plot.dot(points, { x: "x", y: "y", fill: "stroke", symbol: "symbol", r: 3.2 }),
          Plot.text(flips, {
            ...{ x: "x", text: "text", frameAnchor: "top", dx: -6, dy: 4, textAnchor: "end" },
            ...{ fill: palette.error, stroke: palette.background, strokeWidth: 4 },
          }),
          Plot.text(ends, {
            ...{
              frameAnchor: "right",
              y: "y",
              text: "name",
              fill: palette.text,
              dx: 18,
              textAnchor: "start",
            },
          }),
          Plot.dot(ends, { frameAnchor: "right", y: "y", fill: "fill", symbol: "symbol", r: 3.2, dx: 11 }),
        ],
      };
    },
    plotly: (theme) => plotlyLines(data, lines, theme),
  });
}

const SYMBOLS = ["circle", "square", "triangle", "diamond", "star", "cross"];

interface Line {
  readonly name: string;
  readonly index: number;
  readonly points: readonly { readonly size: number; readonly error: number }[];
}

function axisOf(scale: Decades, length: number) {
  const names = placedTicks(scale, length);
  return { ticks: [...names.keys()], format: (place: number) => names.get(place) ?? "" };
}

/** Where the error is as large as the noise, as far as both scales go. */
function diagonal(x: Decades, y: Decades) {
  const from = Math.max(x.from, y.from), to = Math.max(from, Math.min(x.to, y.to));
  const share = ({ from, to }: Decades, exponent: number) => (exponent - from) / (to - from);
  return { x1: share(x, from), y1: share(y, from), x2: share(x, to), y2: share(y, to) };
}

/** Names at the end of lines, pushed apart so that each can be read. */
function spread<T extends { readonly y: number }>(ends: readonly T[], apart: number): T[] {
  const sorted = ends.toSorted((a, b) => b.y - a.y);
  let above = Infinity;
  const placed = sorted.map((end) => {
    above = Math.min(end.y, above - apart);
    return { ...end, y: above };
  });
  // What was pushed below the frame goes up again, and all above it with it.
  let below = -Infinity;
  for (let i = placed.length - 1; i >= 0; i--) {
    below = Math.max(placed[i].y, i === placed.length - 1 ? 0 : below + apart);
    placed[i] = { ...placed[i], y: below };
  }
  return placed;
}

function plotlyLines({ stage, flip }: AmplificationData, lines: readonly Line[], theme: Theme): PlotlySpec {
  const palette = paletteOf(theme);
  return {
    data: lines.map(({ name, index, points }) => ({
      type: "scatter",
      mode: "lines+markers",
      name,
      x: points.map(({ size }) => Number(size.toPrecision(5))),
      y: points.map(({ error }) => Number(error.toPrecision(5))),
      line: { color: categoryColour(palette, index), width: 1.8 },
      hovertemplate: "noise %{x:.2g}: %{y:.2g}<extra>%{fullData.name}</extra>",
    })),
    layout: {
      xaxis: { title: { text: `Relative size of the noise at ${stage}` }, type: "log", exponentformat: "e" },
      yaxis: { title: { text: "Relative error after it" }, type: "log", exponentformat: "e" },
      shapes: flip === undefined ? [] : [{
        ...{ type: "line", yref: "paper", y0: 0, y1: 1, x0: flip.above, x1: flip.above },
        line: { color: palette.error, width: 1.5, dash: "dash" },
      }],
      showlegend: true,
    },
  };
}
