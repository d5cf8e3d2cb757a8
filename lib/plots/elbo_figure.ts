import { formatNumber } from "./format_number.ts";
import type { Figure, FigureOptions } from "./figure.ts";
import { DEFAULT_WIDTH, makeFigure } from "./make_figure.ts";
import { paletteOf } from "./palette.ts";

/**
 * VBx's evidence lower bound by iteration, and on a second scale how much each iteration still gained.
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
    svg: ({ Plot, palette }) => ({
      marginLeft: 64,
      marginBottom: 40,
      x: {
        label: "Iteration",
        labelAnchor: "center",
        labelArrow: "none",
        ticks: points.length <= 25 ? points.map(({ iteration }) => iteration) : 10,
        tickFormat: "d",
      },
      y: { label: "ELBO (nats)", labelArrow: "none", nice: true, ticks: 5 },
      marks: [
        Plot.gridY({ stroke: palette.grid, strokeOpacity: 1, ticks: 5 }),
        Plot.lineY(points, {
          x: "iteration",
          y: "bound",
          stroke: palette.categories[0],
          strokeWidth: 2,
          curve: "linear",
        }),
        Plot.dot(points, { x: "iteration", y: "bound", r: 3.5, fill: palette.categories[0] }),
      ],
    }),
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
