import { X_AXIS_HEIGHT, xAxis, Y_LABEL_HEIGHT, yAxis } from "./axis_marks.ts";
import { formatNumber } from "./format_number.ts";
import type { Figure, FigureOptions } from "./figure.ts";
import { DEFAULT_WIDTH, makeFigure } from "./make_figure.ts";
import { paletteOf } from "./palette.ts";

/**
 * VBx's evidence lower bound by iteration.
 *
 * @param elbo One value per iteration, in nats.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { elboFigure } from "#lib/plots/elbo_figure.ts";
 * const figure = elboFigure([-120, -100, -99]);
 * assert.match(figure.description, /3 iterations.*-99/);
 * ```
 */
export function elboFigure(elbo: ArrayLike<number>, options: FigureOptions = {}): Figure {
  const values = Array.from(elbo);
  const points = values.map((bound, index) => ({ iteration: index + 1, bound }));
  const last = values.at(-1);
  const gain = values.length > 1 ? values[values.length - 1] - values[values.length - 2] : undefined;
  const description = last === undefined
    ? "VBx made no iteration."
    : `VBx made ${values.length} iterations; the evidence lower bound ended at ${formatNumber(last)} nats` +
      (gain === undefined ? "." : `, the last iteration gained ${formatNumber(gain)}.`);
  return makeFigure({
    name: "elbo",
    title: options.title ?? "Evidence lower bound by iteration",
    description,
    width: options.width ?? DEFAULT_WIDTH,
    height: options.height ?? 280,
    svg: (draw) => {
      const { Plot, palette } = draw;
      const step = Math.ceil(points.length / 20);
      return {
        ...{ marginLeft: 64, marginRight: 12, marginTop: Y_LABEL_HEIGHT, marginBottom: X_AXIS_HEIGHT },
        x: { axis: null },
        y: { axis: null, nice: true },
        marks: [
          ...yAxis(draw, { label: "ELBO (nats)" }),
          ...xAxis(draw, {
            label: "Iteration",
            ticks: points.map(({ iteration }) => iteration).filter((i) => i === 1 || i % step === 0),
            format: String,
            grid: false,
          }),
          Plot.lineY(points, {
            x: "iteration",
            y: "bound",
            stroke: palette.categories[0],
            strokeWidth: 2,
            curve: "linear",
          }),
          Plot.dot(points, { x: "iteration", y: "bound", r: 3.5, fill: palette.categories[0] }),
        ],
      };
    },
    plotly: (theme) => ({
      data: [{
        type: "scatter",
        mode: "lines+markers",
        name: "ELBO",
        x: points.map(({ iteration }) => iteration),
        y: values,
        line: { color: paletteOf(theme).categories[0], width: 2 },
        hovertemplate: "iteration %{x}: %{y} nats<extra></extra>",
      }],
      layout: { xaxis: { title: { text: "Iteration" } }, yaxis: { title: { text: "ELBO (nats)" } } },
    }),
  });
}
