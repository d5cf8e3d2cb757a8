import { type Figure, type FigureParts, JUPYTER_DISPLAY } from "./figure.ts";
import type { Theme } from "./palette.ts";

/** Which width a figure has when none is asked for, in CSS pixels. */
export const DEFAULT_WIDTH = 720;

/**
 * A figure that shows itself in a notebook.
 *
 * @throws {RangeError} when the width is below 320, or a size is not a positive number.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { JUPYTER_DISPLAY } from "#lib/plots/figure.ts";
 * import { makeFigure } from "#lib/plots/make_figure.ts";
 * const figure = makeFigure({
 *   name: "line",
 *   title: "A line",
 *   description: "A line from 0 to 1.",
 *   width: 400,
 *   height: 200,
 *   svg: ({ Plot }) => ({ marks: [Plot.lineY([0, 1])] }),
 *   plotly: () => ({ data: [{ y: [0, 1] }], layout: {} }),
 * });
 * const shown = await figure[JUPYTER_DISPLAY]();
 * assert.deepEqual(Object.keys(shown), ["image/svg+xml", "text/plain"]);
 * ```
 */
export function makeFigure(parts: FigureParts): Figure {
  const { name, width, height } = parts;
  if (!(width >= 320 && height > 0 && Number.isFinite(width * height))) {
    throw new RangeError(`Figure "${name}" needs a width from 320 and a height, got ${width} x ${height}`);
  }
  const figure: Figure = {
    ...parts,
    async [JUPYTER_DISPLAY]() {
      const { renderSvg } = await import("./render_svg.ts");
      return { "image/svg+xml": await renderSvg(figure), "text/plain": textOf(figure) };
    },
  };
  return figure;
}

/**
 * The same figure for a notebook that has Plotly's renderer: one can zoom it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { elboFigure } from "#lib/plots/elbo_figure.ts";
 * import { JUPYTER_DISPLAY } from "#lib/plots/figure.ts";
 * import { interactive } from "#lib/plots/make_figure.ts";
 * const shown = await interactive(elboFigure([-120, -100, -99]))[JUPYTER_DISPLAY]();
 * assert("application/vnd.plotly.v1+json" in shown);
 * ```
 */
export function interactive(figure: Figure, options: { readonly theme?: Theme } = {}): Figure {
  return {
    ...figure,
    async [JUPYTER_DISPLAY]() {
      const { plotlySpec } = await import("./plotly_spec.ts");
      return {
        "application/vnd.plotly.v1+json": plotlySpec(figure, options),
        "text/plain": textOf(figure),
      };
    },
  };
}

function textOf({ title, description }: Figure): string {
  return `${title}. ${description}`;
}
