/** Figures: data in, SVG, PNG or Plotly out; and the colours they all share. */
export { ChromiumError, findChromium, type PageOptions, withPage } from "./chromium.ts";
export { contrast } from "./colours.ts";
export { elboFigure } from "./elbo_figure.ts";
export {
  type DrawTools,
  type Figure,
  type FigureOptions,
  type FigureParts,
  JUPYTER_DISPLAY,
  type Legend,
  type PlotlySpec,
} from "./figure.ts";
export type { LaneNames, LanesData } from "./lane_rows.ts";
export { lanesFigure, type LanesFigureOptions } from "./lanes_figure.ts";
export { interactive, makeFigure } from "./make_figure.ts";
export { type PairedColours, pairedColours } from "./paired_colours.ts";
export { type Palette, paletteOf, speakerColours, type Theme } from "./palette.ts";
export { plotlySpec } from "./plotly_spec.ts";
export { renderPng, type RenderPngOptions } from "./render_png.ts";
export { renderSvg, type RenderSvgOptions } from "./render_svg.ts";
export { type DifferenceKind, type TurnDifferences, turnDifferences } from "./turn_differences.ts";
