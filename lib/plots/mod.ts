/** Figures: data in, SVG, PNG or Plotly out; and the colours they all share. */
export {
  type AmplificationData,
  amplificationFigure,
  type AmplificationOptions,
} from "./amplification_figure.ts";
export { benchBarsFigure, type BenchBarsOptions, type BenchTiming } from "./bench_bars_figure.ts";
export { ChromiumError, findChromium, type PageOptions, withPage } from "./chromium.ts";
export { contrast } from "./colours.ts";
export { type DendrogramData, dendrogramFigure } from "./dendrogram_figure.ts";
export { elboFigure } from "./elbo_figure.ts";
export { embeddingMapFigure, type EmbeddingMapOptions } from "./embedding_map_figure.ts";
export { errorByStageFigure, type StageError } from "./error_by_stage_figure.ts";
export { errorOverTimeFigure, type ErrorSeries } from "./error_over_time_figure.ts";
export {
  type DrawTools,
  type Figure,
  type FigureOptions,
  type FigureParts,
  JUPYTER_DISPLAY,
  type Legend,
  type PlotlySpec,
} from "./figure.ts";
export type { HeatMapData, HeatScale, MatrixAxis } from "./heat_map_data.ts";
export { heatMapFigure, type HeatMapOptions } from "./heat_map_figure.ts";
export type { LaneNames, LanesData } from "./lane_rows.ts";
export { lanesFigure, type LanesFigureOptions } from "./lanes_figure.ts";
export { interactive, makeFigure } from "./make_figure.ts";
export { type MarginKindData, marginsFigure } from "./margins_figure.ts";
export { type PairedColours, pairedColours } from "./paired_colours.ts";
export { type Palette, paletteOf, speakerColours, type Theme } from "./palette.ts";
export { plotlySpec } from "./plotly_spec.ts";
export { type PrincipalPlane, principalPlane } from "./principal_plane.ts";
export { renderPng, type RenderPngOptions } from "./render_png.ts";
export { renderSvg, type RenderSvgOptions } from "./render_svg.ts";
export { type ResponsibilitiesData, responsibilitiesFigure } from "./responsibilities_figure.ts";
export { type DifferenceKind, type TurnDifferences, turnDifferences } from "./turn_differences.ts";
export { type UlpCounts, ulpHistogramFigure } from "./ulp_histogram_figure.ts";
