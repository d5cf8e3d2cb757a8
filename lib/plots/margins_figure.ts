import { clockTime } from "#lib/timeline/clock_time.ts";
import { X_AXIS_HEIGHT, xAxis } from "./axis_marks.ts";
import { decadeAxis } from "./decade_axis.ts";
import { decades } from "./decades.ts";
import type { Figure, FigureOptions, PlotlySpec } from "./figure.ts";
import { NARROW, textWidth } from "./font.ts";
import { formatCount, formatNumber } from "./format_number.ts";
import { DEFAULT_WIDTH, makeFigure } from "./make_figure.ts";
import { paletteOf, type Theme } from "./palette.ts";

/** The nearest decisions of one kind; `MarginList` is one. */
export interface MarginKindData {
  /** "AHC cut", "assignment", ... */
  readonly kind: string;
  /** Whether the values count earlier decisions, so that an exact tie is nothing rare. */
  readonly counted?: boolean;
  /** Decisions in all, and how many were exact ties. */
  readonly total: number;
  readonly ties: number;
  readonly nearest: readonly {
    /** Distance to the threshold as a share of the larger of both. */
    readonly relative: number;
    readonly startSec?: number;
  }[];
}

const ROW = 30;

/**
 * How near decisions came to falling the other way: a row for each kind, a dot for each of its nearest decisions, left is near. The
 * nearest of each kind has its time beside it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { marginsFigure } from "#lib/plots/margins_figure.ts";
 * const { description } = marginsFigure([
 *   { kind: "AHC cut", total: 40, ties: 0, nearest: [{ relative: 0.02 }, { relative: 0.3 }] },
 *   { kind: "assignment", total: 90, ties: 0, nearest: [{ relative: 0.004, startSec: 61 }] },
 * ]);
 * assert.match(description, /nearest is assignment, 0.004 of its size, at 1:01/);
 * ```
 */
export function marginsFigure(lists: readonly MarginKindData[], options: FigureOptions = {}): Figure {
  const rows = lists.map((list, index) => ({ ...list, index, first: list.nearest[0] }));
  const dots = rows.flatMap(({ index, kind, counted, nearest }) =>
    nearest.map(({ relative, startSec }) => ({ index, kind, counted: counted === true, relative, startSec }))
  );
  const scale = decades(dots.map(({ relative }) => relative), { count: 6 });
  const measured = dots.filter(({ counted }) => !counted).sort((a, b) => a.relative - b.relative)[0];
  const total = lists.reduce((sum, list) => sum + list.total, 0);
  return makeFigure({
    name: "margins",
    title: options.title ?? "How near decisions came to falling the other way",
    description: `${formatCount(total)} decisions of ${lists.length} kinds.` +
      (measured === undefined ? "" : ` Of those that measure, the nearest is ${measured.kind}, ` +
        `${formatNumber(measured.relative)} of its size${at(measured.startSec)}.`),
    width: options.width ?? DEFAULT_WIDTH,
    height: options.height ?? 80 + ROW * Math.max(1, rows.length) + X_AXIS_HEIGHT,
    legend: (palette) => ({
      swatches: [
        { label: "measured", colour: palette.categories[0] },
        { label: "counted: moves by whole steps", colour: palette.categories[1] },
      ],
    }),
    svg: (draw) => {
      const { Plot, palette } = draw;
      const left = Math.max(60, ...rows.map(({ kind }) => textWidth(kind))) + 10, right = 104;
      const zero = draw.width < NARROW ? -0.3 : -0.07,
        place = ({ relative }: { relative: number }) => relative > 0 ? scale.place(relative) : zero;
      return {
        ...{ marginLeft: left, marginRight: right, marginTop: 4, marginBottom: X_AXIS_HEIGHT },
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
              ...{ label: "Relative distance to the threshold", zero, zeroLabel: "tie" },
              width: (draw.width - left - right) / 1.1,
            }),
          ),
          Plot.dot(dots, {
            ...{ x: place, y: "index", r: 4, fillOpacity: 0.45, strokeWidth: 1 },
            fill: ({ counted }) => palette.categories[counted ? 1 : 0],
            symbol: ({ counted }: { counted: boolean }) => counted ? "square" : "circle",
          }),
          Plot.text(rows, {
            ...{
              frameAnchor: "left",
              y: "index",
              text: "kind",
              dx: -10,
              textAnchor: "end",
              fill: palette.text,
            },
          }),
          Plot.text(rows, {
            ...{ frameAnchor: "right", y: "index", dx: right, textAnchor: "end", fill: palette.muted },
            ...{ text: (row: Row) => remark(row), fontVariant: "tabular-nums" },
          }),
        ],
      };
    },
    plotly: (theme) => plotlyMargins(rows, theme),
  });
}

interface Row extends MarginKindData {
  readonly index: number;
  readonly first: MarginKindData["nearest"][number] | undefined;
}

/** What stands at the end of a row: ties if there are, else the nearest and its time. */
function remark({ ties, first }: Row): string {
  if (first === undefined) return "none";
  if (ties > 0) return `${formatCount(ties)} tie${ties === 1 ? "" : "s"}`;
  return `${formatNumber(first.relative, 2)}${
    first.startSec === undefined ? "" : ` @ ${clockTime(first.startSec)}`
  }`;
}

function at(startSec: number | undefined): string {
  return startSec === undefined ? "" : `, at ${clockTime(startSec)}`;
}

function plotlyMargins(rows: readonly Row[], theme: Theme): PlotlySpec {
  const palette = paletteOf(theme);
  // Ties have no place on a logarithmic axis; they stand where the nearest others are, and say what they are.
  const least = rows.flatMap(({ nearest }) => nearest.map(({ relative }) => relative)).filter((x) => x > 0)
    .reduce((a, b) => Math.min(a, b), 1);
  return {
    data: rows.map(({ kind, counted, nearest }) => ({
      type: "scatter",
      mode: "markers",
      name: kind,
      x: nearest.map(({ relative }) => relative > 0 ? Number(relative.toPrecision(4)) : least),
      y: nearest.map(() => kind),
      text: nearest.map(({ relative, startSec }) =>
        `${relative > 0 ? formatNumber(relative) : "tie"}${at(startSec)}`
      ),
      marker: {
        color: palette.categories[counted ? 1 : 0],
        symbol: counted ? "square" : "circle",
        size: 8,
        opacity: 0.6,
      },
      hovertemplate: "%{text}<extra>%{y}</extra>",
      showlegend: false,
    })),
    layout: {
      xaxis: { title: { text: "Relative distance to the threshold" }, type: "log", exponentformat: "e" },
      yaxis: { autorange: "reversed", type: "category" },
    },
  };
}
