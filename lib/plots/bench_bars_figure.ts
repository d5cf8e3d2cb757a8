import { X_AXIS_HEIGHT, xAxis } from "./axis_marks.ts";
import type { Figure, FigureOptions, PlotlySpec } from "./figure.ts";
import { NARROW, shortened, textWidth } from "./font.ts";
import { DEFAULT_WIDTH, makeFigure } from "./make_figure.ts";
import { paletteOf, type Theme } from "./palette.ts";

/** One measurement; `bench`'s `Timing` is one. */
export interface BenchTiming {
  readonly step: string;
  readonly seconds: number;
  /** Null where there is no peer. */
  readonly peerSeconds: number | null;
}

/** Settings of {@link benchBarsFigure}. */
export interface BenchBarsOptions extends FigureOptions {
  /** @default "dialab" */
  readonly own?: string;
  /** @default "peer" */
  readonly peer?: string;
}

const ROW = 40, LETTERS = 30;

/**
 * Times beside a peer's: two bars for each step and their ratio; under 1 is faster than the peer. The longer bar of each step fills its
 * row, since it is ratios that one compares.
 *
 * @throws {RangeError} when a time is negative or not finite.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { benchBarsFigure } from "#lib/plots/bench_bars_figure.ts";
 * const { description } = benchBarsFigure([{ step: "vbx", seconds: 0.5, peerSeconds: 1 }], { peer: "numpy" });
 * assert.match(description, /vbx 500 ms, 0.50 times numpy/);
 * ```
 */
export function benchBarsFigure(timings: readonly BenchTiming[], options: BenchBarsOptions = {}): Figure {
  const { own = "dialab", peer = "peer" } = options;
  for (const { step, seconds, peerSeconds } of timings) {
    const odd = [seconds, peerSeconds ?? 0].find((sec) => !(sec >= 0 && sec < Infinity));
    if (odd !== undefined) throw new RangeError(`Times are finite and not negative, "${step}" has ${odd}`);
  }
  const rows = timings.map((timing, index) => ({ ...timing, index, ratio: ratioOf(timing) }));
  return makeFigure({
    name: "bench-bars",
    title: options.title ?? `Time beside ${peer}`,
    description: rows.map(({ step, seconds, ratio }) =>
      `${step} ${formatSeconds(seconds)}${ratio === undefined ? "" : `, ${ratio.toFixed(2)} times ${peer}`}`
    ).join("; ") + ".",
    width: options.width ?? DEFAULT_WIDTH,
    height: options.height ?? 84 + ROW * Math.max(1, rows.length) + X_AXIS_HEIGHT,
    legend: (palette) => ({
      swatches: [
        { label: own, colour: palette.categories[0] },
        { label: peer, colour: palette.muted },
      ],
    }),
    svg: (draw) => {
      const { Plot, palette } = draw;
      const labels = rows.map(({ step }) =>
        shortened(step, draw.width < NARROW ? 14 : LETTERS)
      );
      const left = Math.max(60, ...labels.map((label) => textWidth(label))) + 10,
        right = draw.width < NARROW ? 56 : 72;
      const bars = rows.flatMap(({ index, seconds, peerSeconds }) => {
        const longest = Math.max(seconds, peerSeconds ?? 0) || 1;
        const bar = (sec: number, from: number, fill: string) => ({
          ...{ x: sec / longest, y1: index + from, y2: index + from + 0.34, y: index + from + 0.17, fill },
          label: formatSeconds(sec),
        });
        return [
          bar(seconds, -0.36, palette.categories[0]),
          ...(peerSeconds === null ? [] : [bar(peerSeconds, 0.02, palette.muted)]),
        ];
      });
      return {
        ...{ marginLeft: left, marginRight: right, marginTop: 4, marginBottom: X_AXIS_HEIGHT },
        x: { domain: [0, draw.width < NARROW ? 1.5 : 1.18], axis: null },
        y: { domain: [-0.5, rows.length - 0.5], reverse: true, axis: null },
        marks: [
          ...xAxis(draw, {
            label: "Time as a share of the slower",
            ticks: draw.width < NARROW ? [0, 0.5, 1] : [0, 0.25, 0.5, 0.75, 1],
            format: (share) => `${share * 100} %`,
          }),
          Plot.rect(bars, { x1: 0, x2: "x", y1: "y1", y2: "y2", fill: "fill", rx: 1.5 }),
          Plot.text(bars, {
            ...{ x: "x", y: "y", text: "label", dx: 6, textAnchor: "start", fill: palette.muted },
            ...{ fontSize: 11, stroke: palette.background, strokeWidth: 3 },
          }),
          Plot.text(rows, {
            ...{ frameAnchor: "left", y: "index", text: (row: { index: number }) => labels[row.index] },
            ...{ dx: -10, textAnchor: "end", fill: palette.text },
          }),
          Plot.text(rows.filter(({ ratio }) => ratio !== undefined), {
            ...{
              frameAnchor: "right",
              y: "index",
              text: ({ ratio }: { ratio?: number }) => `× ${ratio!.toFixed(2)}`,
            },
            ...{ dx: right, textAnchor: "end", fontWeight: 600, fontVariant: "tabular-nums" },
            fill: ({ ratio = 0 }: { ratio?: number }) => ratio <= 1 ? palette.categories[2] : palette.text,
          }),
        ],
      };
    },
    plotly: (theme) => plotlyBars(rows, { own, peer, theme }),
  });
}

function ratioOf({ seconds, peerSeconds }: BenchTiming): number | undefined {
  return peerSeconds === null || peerSeconds === 0 ? undefined : seconds / peerSeconds;
}

/** Three digits in the unit that suits: "12.3 ms". */
function formatSeconds(sec: number): string {
  const [value, unit] = sec >= 1 ? [sec, "s"] : sec >= 1e-3 ? [sec * 1e3, "ms"] : [sec * 1e6, "µs"];
  return `${value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2)} ${unit}`;
}

function plotlyBars(
  rows: readonly (BenchTiming & { readonly ratio: number | undefined })[],
  options: { readonly own: string; readonly peer: string; readonly theme: Theme },
): PlotlySpec {
  const palette = paletteOf(options.theme);
  const bar = (name: string, color: string, seconds: readonly (number | null)[]) => ({
    type: "bar",
    orientation: "h",
    name,
    x: seconds,
    y: rows.map(({ step }) => step),
    marker: { color },
    text: seconds.map((sec) => sec === null ? "" : formatSeconds(sec)),
    hovertemplate: "%{y}: %{text}<extra>%{fullData.name}</extra>",
  });
  return {
    data: [
      bar(options.own, palette.categories[0], rows.map(({ seconds }) => seconds)),
      bar(options.peer, palette.muted, rows.map(({ peerSeconds }) => peerSeconds)),
    ],
    layout: {
      barmode: "group",
      xaxis: { title: { text: "Time (s)" }, type: "log", exponentformat: "e" },
      yaxis: { autorange: "reversed", type: "category" },
    },
  };
}
