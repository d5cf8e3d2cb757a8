import type { PlotOptions } from "@observablehq/plot";
import { loadPackage } from "#lib/places/load_package.ts";
import { escapeXml } from "./escape_xml.ts";
import type { DrawTools, FigureParts } from "./figure.ts";
import { FONT_FAMILY, FONT_SIZE, shortened, textWidth } from "./font.ts";
import { legendSvg } from "./legend_svg.ts";
import { loadPlot } from "./load_plot.ts";
import { paletteOf, type Theme } from "./palette.ts";

/** Settings of {@link renderSvg}. */
export interface RenderSvgOptions {
  /** @default "light" */
  readonly theme?: Theme;
  /** Begins every id in the picture; give each its own where one page holds several. @default the figure's name and theme */
  readonly idPrefix?: string;
  /** Whether the figure's title is drawn; the `title` element is there anyhow. @default true */
  readonly heading?: boolean;
  /** Whether the background is filled. @default true */
  readonly background?: boolean;
}

const MARGIN = 16, TITLE_SIZE = 15, TITLE_HEIGHT = 26;
/** Attributes that hold lengths; their numbers are cut to hundredths of a pixel. */
const LENGTHS = /\b(d|x|y|x1|x2|y1|y2|cx|cy|r|rx|ry|dx|dy|width|height|transform|points)="([^"]*)"/g;

/**
 * A figure as an SVG document by Observable Plot: one element with its own size (`viewBox`; it scales), fonts, colours, `title` and
 * `desc`. The same figure gives the same bytes in every runtime and on every machine.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { elboFigure } from "#lib/plots/elbo_figure.ts";
 * import { renderSvg } from "#lib/plots/render_svg.ts";
 * const svg = await renderSvg(elboFigure([-120, -100, -99]), { theme: "dark" });
 * assert.match(svg, /^<svg xmlns="[^"]+" viewBox="0 0 720 280"[^>]+role="img"/);
 * ```
 */
export async function renderSvg(figure: FigureParts, options: RenderSvgOptions = {}): Promise<string> {
  const { theme = "light", heading = true, background = true } = options;
  const prefix = options.idPrefix ?? `${figure.name}-${theme}`;
  const palette = paletteOf(theme);
  const Plot = await loadPlot();
  const { width, height } = figure;
  const inner = width - 2 * MARGIN;
  const legend = legendSvg(figure.legend?.(palette) ?? {}, { width: inner, palette });
  const legendTop = MARGIN + (heading ? TITLE_HEIGHT : 0);
  const top = legendTop + legend.height + (legend.height > 0 ? 6 : 0);
  const tools: DrawTools = { Plot, palette, width: inner, height: Math.max(40, height - top - MARGIN / 2) };
  const drawn = await draw(tools, figure.svg(tools, theme));
  const title = escapeXml(figure.title), letters = Math.floor(inner / textWidth("x", TITLE_SIZE));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" ` +
    `role="img" aria-labelledby="${prefix}-title ${prefix}-desc" font-family="${FONT_FAMILY}" ` +
    `font-size="${FONT_SIZE}" fill="${palette.text}" style="max-width:100%;height:auto">`,
    `<title id="${prefix}-title">${title}</title>`,
    `<desc id="${prefix}-desc">${escapeXml(figure.description)}</desc>`,
    background ? `<rect width="${width}" height="${height}" fill="${palette.background}"/>` : "",
    heading
      ? `<text x="${MARGIN}" y="${MARGIN + 13}" font-size="${TITLE_SIZE}" font-weight="600">${
        escapeXml(shortened(figure.title, letters))
      }</text>`
      : "",
    legend.height > 0 ? `<g transform="translate(${MARGIN},${legendTop})">${legend.svg}</g>` : "",
    `<g transform="translate(${MARGIN},${top})">`,
    withOwnIds(drawn, prefix).replace(LENGTHS, (_, name, value) => `${name}="${inHundredths(value)}"`),
    "</g>",
    "</svg>",
  ].filter(Boolean).join("\n").replaceAll("&nbsp;", "&#160;");
}

/** What Plot makes of the options, without its style sheet: what that sets, stands in the attributes. */
async function draw({ Plot, palette, width, height }: DrawTools, options: PlotOptions): Promise<string> {
  const { parseHTML } = await loadPackage("linkedom", {
    purpose: "Drawing",
    load: () => import("linkedom"),
  });
  const { document } = parseHTML("<!doctype html><html><body></body></html>") as unknown as {
    document: PlotOptions["document"];
  };
  const svg: { readonly outerHTML: string } = Plot.plot({
    width,
    height,
    ...options,
    document,
    style: { fontFamily: "inherit", fontSize: `${FONT_SIZE}px`, color: palette.muted, ...styleOf(options) },
  });
  // The picture as a whole has one name and one description; its parts need none.
  return svg.outerHTML.replace(/<style>[\s\S]*?<\/style>/, "").replace(/ (class|aria-\w+)="[^"]*"/g, "");
}

function styleOf({ style }: PlotOptions): Record<string, unknown> {
  return typeof style === "object" && style !== null ? { ...style } : {};
}

/** Plot counts its ids on through the life of a process; here they begin at 1 in every picture. */
function withOwnIds(svg: string, prefix: string): string {
  const names = new Map<string, string>();
  for (const [, id] of svg.matchAll(/ id="([^"]+)"/g)) names.set(id, `${prefix}-${names.size + 1}`);
  return svg.replace(/ id="([^"]+)"/g, (_, id) => ` id="${names.get(id)}"`)
    .replace(/url\(#([^)"]+)\)/g, (whole, id) => names.has(id) ? `url(#${names.get(id)})` : whole);
}

function inHundredths(text: string): string {
  return text.replace(/-?\d+\.\d+(?:e[+-]?\d+)?|-?\d+e[+-]?\d+/g, (number) => {
    const rounded = Math.round(Number(number) * 100) / 100;
    return String(rounded === 0 ? 0 : rounded);
  });
}
