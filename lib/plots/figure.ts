/** What a figure is: data that knows how it is drawn, in two ways. */
import type * as PlotModule from "@observablehq/plot";
import type { Palette, Theme } from "./palette.ts";

export type { Theme } from "./palette.ts";

/** Jupyter's name for the method by which an object displays itself. */
export const JUPYTER_DISPLAY: unique symbol = Symbol.for("Jupyter.display");

/** A picture as Plotly takes it: plain JSON. Plotly itself is loaded by the page that shows it. */
export interface PlotlySpec {
  readonly data: readonly Record<string, unknown>[];
  readonly layout: Record<string, unknown>;
  readonly config?: Record<string, unknown>;
}

/** What a figure draws its SVG with. */
export interface DrawTools {
  /** Observable Plot. */
  readonly Plot: typeof PlotModule;
  readonly palette: Palette;
  /** CSS pixels that the plot may fill; title and legend have taken theirs. */
  readonly width: number;
  readonly height: number;
}

/** What the legend below a figure's title tells: names of colours, or what a scale of colours means. */
export interface Legend {
  readonly swatches?: readonly { readonly label: string; readonly colour: string }[];
  readonly ramp?: {
    readonly label: string;
    /** Colour at 0 to 1. */
    readonly colour: (t: number) => string;
    /** Names of the two ends. */
    readonly from: string;
    readonly to: string;
  };
}

/** Settings that every figure takes. */
export interface FigureOptions {
  /** CSS pixels; from 320. @default 720 */
  readonly width?: number;
  /** CSS pixels. @default fitting the data */
  readonly height?: number;
  /** Above the figure. @default what the figure shows */
  readonly title?: string;
}

/** All that makes a figure; {@link Figure} adds its display in notebooks. */
export interface FigureParts {
  /** Stable, for ids and file names: "lanes", "drift-heat-map". */
  readonly name: string;
  readonly title: string;
  /** Its main facts in a sentence or two: for screen readers, and where there is only text. */
  readonly description: string;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  /**
   * The axis that is seconds of the recording, if one is, so that a page can seek a player by a click. A point of its Plotly traces
   * has the second in `customdata[0]` where it has `customdata` (bars, whose `x` is a length), else in `x` (or `y`).
   */
  readonly timeAxis?: "x" | "y";
  readonly legend?: (palette: Palette) => Legend;
  /** Marks and scales for Observable Plot. */
  readonly svg: (draw: DrawTools, theme: Theme) => PlotModule.PlotOptions;
  /** Traces and axes for Plotly; `plotlySpec` adds what all figures share. */
  readonly plotly: (theme: Theme) => PlotlySpec;
}

/** A figure: nothing heavy is loaded until it is rendered. Made by `makeFigure`. */
export interface Figure extends FigureParts {
  /** What a notebook shows: the SVG, and the description as text. */
  readonly [JUPYTER_DISPLAY]: () => Promise<Record<string, unknown>>;
}
