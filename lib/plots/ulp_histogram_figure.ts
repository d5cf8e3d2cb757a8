import { X_AXIS_HEIGHT, xAxis, Y_LABEL_HEIGHT, yAxis } from "./axis_marks.ts";
import { decades } from "./decades.ts";
import type { Figure, FigureOptions } from "./figure.ts";
import { formatCount } from "./format_number.ts";
import { DEFAULT_WIDTH, makeFigure } from "./make_figure.ts";
import { paletteOf } from "./palette.ts";

/** How many values are how many steps of their type apart; `UlpHistogram` is one. */
export interface UlpCounts {
  readonly type: "f4" | "f8";
  readonly equal: number;
  /** `counts[i]` values are 2^i to 2^(i+1) - 1 steps apart. */
  readonly counts: readonly number[];
  /** Values that steps do not tell apart: of other signs, one of them 0, NaN or infinite. */
  readonly apart: number;
}

/**
 * How many values differ by how many units in the last place: a bar for those that are equal, then one for each power of two, on a
 * logarithmic scale.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ulpHistogramFigure } from "#lib/plots/ulp_histogram_figure.ts";
 * const { description } = ulpHistogramFigure({ type: "f8", equal: 90, counts: [8, 2], apart: 0 });
 * assert.match(description, /90.0 % .*equal.*farthest are 2 to 3 steps apart/);
 * ```
 */
export function ulpHistogramFigure(histogram: UlpCounts, options: FigureOptions = {}): Figure {
  const { type, equal, counts, apart } = histogram;
  const bars = [
    { name: "equal", from: "", count: equal, kind: "equal" },
    ...counts.map((count, power) => ({
      name: powerName(power),
      from: `from ${powerName(power)}`,
      count,
      kind: "apart",
    })),
    ...(apart > 0 ? [{ name: "±", from: "other signs, 0 or not finite", count: apart, kind: "NaN" }] : []),
  ].map((bar, index) => ({ ...bar, index }));
  const total = bars.reduce((sum, { count }) => sum + count, 0);
  const last = counts.findLastIndex((count) => count > 0);
  const scale = decades([...bars.map(({ count }) => count), 1, 10], { count: 4 });
  const format = type === "f8" ? "float64" : "float32";
  return makeFigure({
    name: "ulp-histogram",
    title: options.title ?? `How many ${format} steps apart`,
    description: `${formatCount(total)} values; ${share(equal, total)} are equal` +
      (last < 0 ? "." : `, the farthest are ${rangeName(last)} steps apart.`) +
      (apart > 0
        ? ` ${formatCount(apart)} are of other signs, or 0, NaN or infinite in one of the two.`
        : ""),
    width: options.width ?? DEFAULT_WIDTH,
    height: options.height ?? 320,
    svg: (draw) => {
      const { Plot, palette } = draw;
      const every = Math.max(1, Math.ceil(bars.length / Math.max(4, draw.width / 46)));
      const named = bars.filter(({ index, kind }) => kind !== "apart" || (index - every) % every === 0);
      const fill = ({ kind }: { kind: string }) =>
        kind === "equal" ? palette.categories[2] : kind === "NaN" ? palette.error : palette.categories[0];
      return {
        ...{ marginLeft: 56, marginRight: 8, marginTop: Y_LABEL_HEIGHT, marginBottom: X_AXIS_HEIGHT },
        x: { domain: [-0.6, bars.length - 0.4], axis: null },
        y: { domain: [0, 1], axis: null },
        marks: [
          ...yAxis(draw, {
            label: "Values",
            ticks: scale.ticks.map((exponent) => (exponent - scale.from) / (scale.to - scale.from)),
            format: (place) => formatCount(Math.round(10 ** (scale.from + place * (scale.to - scale.from)))),
          }),
          Plot.rect(bars.filter(({ count }) => count > 0), {
            ...{ x1: ({ index }) => index - 0.4, x2: ({ index }) => index + 0.4 },
            // A single value still is to be seen.
            ...{ y1: 0, y2: ({ count }) => Math.max(0.012, scale.place(count)), fill, rx: 1.5 },
          }),
          Plot.text(draw.width / bars.length > 34 ? bars.filter(({ count }) => count > 0) : [], {
            ...{
              x: "index",
              y: ({ count }: { count: number }) => Math.max(0.012, scale.place(count)),
              dy: -8,
            },
            ...{ text: ({ count }: { count: number }) => short(count), fill: palette.text, fontSize: 10 },
          }),
          ...xAxis(draw, {
            label: `Steps of ${format} (units in the last place)`,
            ticks: named.map(({ index }) => index),
            format: (index) => bars[index].name,
            grid: false,
          }),
        ],
      };
    },
    plotly: (theme) => {
      const palette = paletteOf(theme);
      return {
        data: [{
          type: "bar",
          x: bars.map(({ name, from }) => from || name),
          y: bars.map(({ count }) => count),
          marker: {
            color: bars.map(({ kind }) =>
              kind === "equal"
                ? palette.categories[2]
                : kind === "NaN"
                ? palette.error
                : palette.categories[0]
            ),
          },
          hovertemplate: "%{x}: %{y} values<extra></extra>",
        }],
        layout: {
          xaxis: { title: { text: `Steps of ${format}` }, type: "category", nticks: 16 },
          yaxis: { title: { text: "Values" }, type: "log", dtick: 1 },
          bargap: 0.2,
        },
      };
    },
  });
}

const DIGITS = ["⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"];

function powerName(power: number): string {
  if (power < 10) return String(2 ** power);
  return `2${[...String(power)].map((digit) => DIGITS[Number(digit)]).join("")}`;
}

function rangeName(power: number): string {
  if (power === 0) return "1";
  return power < 16
    ? `${formatCount(2 ** power)} to ${formatCount(2 ** (power + 1) - 1)}`
    : `about ${powerName(power)}`;
}

function short(count: number): string {
  if (count < 10_000) return formatCount(count);
  return count < 1e6 ? `${Math.round(count / 1e3)}k` : `${(count / 1e6).toFixed(1)}M`;
}

function share(part: number, whole: number): string {
  return whole === 0 ? "none" : `${(100 * part / whole).toFixed(1)} %`;
}
