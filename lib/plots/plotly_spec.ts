import type { Figure, FigureParts, PlotlySpec } from "./figure.ts";
import { FONT_FAMILY } from "./font.ts";
import { type Palette, paletteOf, type Theme } from "./palette.ts";

/**
 * A figure for Plotly: its traces, with the fonts, colours and margins that all figures share. Plain JSON without a title (the page has
 * a heading) and without a width (it fills its place).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { elboFigure } from "#lib/plots/elbo_figure.ts";
 * import { plotlySpec } from "#lib/plots/plotly_spec.ts";
 * const { data, layout } = plotlySpec(elboFigure([-120, -100, -99]), { theme: "dark" });
 * assert.deepEqual(data[0].y, [-120, -100, -99]);
 * assert.equal(layout.paper_bgcolor, "rgba(0,0,0,0)");
 * ```
 */
export function plotlySpec(
  figure: Figure | FigureParts,
  options: { readonly theme?: Theme } = {},
): PlotlySpec {
  const theme = options.theme ?? "light";
  const palette = paletteOf(theme);
  const { data, layout, config } = figure.plotly(theme);
  const shared = sharedLayout(figure, palette);
  const merged: Record<string, unknown> = { ...shared, ...layout };
  for (const key of Object.keys(merged)) {
    if (/^[xy]axis\d*$/.test(key)) merged[key] = { ...axisOf(palette), ...record(layout[key]) };
  }
  merged.font = { ...record(shared.font), ...record(layout.font) };
  merged.margin = { ...record(shared.margin), ...record(layout.margin) };
  return { data, layout: merged, config: { responsive: true, displaylogo: false, ...config } };
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function sharedLayout({ height }: FigureParts, palette: Palette): Record<string, unknown> {
  return {
    height: Math.round(height),
    autosize: true,
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    font: { family: FONT_FAMILY, size: 12, color: palette.text },
    margin: { l: 8, r: 12, t: 12, b: 8 },
    hoverlabel: { bgcolor: palette.panel, bordercolor: palette.grid, font: { color: palette.text } },
    legend: { orientation: "h", x: 0, y: 1.02, yanchor: "bottom" },
    colorway: palette.categories,
    xaxis: {},
    yaxis: {},
  };
}

function axisOf(palette: Palette): Record<string, unknown> {
  return {
    automargin: true,
    gridcolor: palette.grid,
    linecolor: palette.grid,
    tickcolor: palette.muted,
    tickfont: { color: palette.muted },
    zeroline: false,
  };
}
