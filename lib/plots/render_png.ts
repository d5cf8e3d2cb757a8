import { withPage } from "./chromium.ts";
import type { FigureParts } from "./figure.ts";
import { renderSvg, type RenderSvgOptions } from "./render_svg.ts";

/** Settings of {@link renderPng}. */
export interface RenderPngOptions extends RenderSvgOptions {
  /** Pixels for each CSS pixel. @default 2 */
  readonly scale?: number;
}

/**
 * A figure as PNG, drawn by headless Chromium: the picture that a browser shows of `renderSvg`, `scale` times as large. Its letters
 * are those of the machine.
 *
 * @throws {ChromiumError} when there is no browser.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { findChromium } from "#lib/plots/chromium.ts";
 * import { elboFigure } from "#lib/plots/elbo_figure.ts";
 * import { renderPng } from "#lib/plots/render_png.ts";
 * if (findChromium() !== undefined) {
 *   const png = await renderPng(elboFigure([-120, -100, -99]), { scale: 1 });
 *   assert.equal(new DataView(png.buffer).getUint32(16), 720); // the width in a PNG's header
 * }
 * ```
 */
export async function renderPng(
  figure: FigureParts,
  options: RenderPngOptions = {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { scale = 2, ...rest } = options;
  const svg = await renderSvg(figure, rest);
  const viewport = { width: Math.ceil(figure.width), height: Math.ceil(figure.height) };
  return await withPage(async (page) => {
    await page.setContent(`<!doctype html><style>body{margin:0}svg{display:block}</style>${svg}`);
    return Uint8Array.from(await page.screenshot({ omitBackground: true }));
  }, { viewport, scale });
}
