import type { Figure, FigureParts } from "#lib/plots/figure.ts";
import { plotlySpec } from "#lib/plots/plotly_spec.ts";
import { renderSvg } from "#lib/plots/render_svg.ts";
import { embedJson, Markup, markup } from "./markup.ts";
import { type Patch, patchesBetween } from "./theme_patches.ts";
import { themedSvg } from "./themed_svg.ts";

/** CSS pixels that a figure has on a phone. */
const PHONE_WIDTH = 340;

/** What the page's scripts know of a figure; client/page_data.js tells the same. */
export interface FigureData {
  readonly light: unknown;
  /** What the dark theme has otherwise. */
  readonly dark: readonly Patch[];
  readonly timeAxis: "x" | "y" | null;
  /** Place of the recording that its times are of. */
  readonly recording: number | null;
}

/** A figure, drawn for the page. */
export interface DrawnFigure {
  readonly figure: Figure;
  /**
   * The picture until Plotly draws, for paper and for readers without scripts: an SVG in both themes' colours as an address,
   * escaped for a quoted attribute.
   */
  readonly picture: string;
  /** The same for a phone. */
  readonly narrow: string;
  readonly data: FigureData;
  /** Bytes of `data` as JSON. */
  readonly dataBytes: number;
}

/**
 * A figure in both its forms: as a picture, and as what Plotly draws in either theme.
 *
 * @param recording Place of its recording in the page; null where it has none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { elboFigure } from "#lib/plots/elbo_figure.ts";
 * import { drawFigure } from "#lib/report/render_figure.ts";
 * const { picture, data } = await drawFigure(elboFigure([-120, -100, -99]), null);
 * assert.match(picture, /^data:image\/svg\+xml,<svg/);
 * assert(data.dark.length > 0 && data.dark.length < 100);
 * ```
 */
export async function drawFigure(figure: Figure, recording: number | null): Promise<DrawnFigure> {
  // Through JSON, as the page gets them: a typed array would be compared, and written, as an object.
  const [light, dark] = (["light", "dark"] as const).map((theme) =>
    JSON.parse(JSON.stringify(plotlySpec(figure, { theme }), plainArrays))
  );
  const data: FigureData = {
    light,
    dark: patchesBetween(light, dark),
    timeAxis: figure.timeAxis ?? null,
    recording,
  };
  const [picture, narrow] = [await pictureOf(figure), await pictureOf({ ...figure, width: PHONE_WIDTH })];
  return { figure, picture, narrow, data, dataBytes: embedJson(data).text.length };
}

async function pictureOf(figure: FigureParts): Promise<string> {
  const idPrefix = figure.name;
  const [light, dark] = [
    await renderSvg(figure, { heading: false, idPrefix }),
    await renderSvg(figure, { heading: false, idPrefix, theme: "dark" }),
  ];
  // In a quoted attribute these would mean something else; all others may stand as they are.
  return `data:image/svg+xml,${themedSvg(light, dark).replace(/[%#"&\n]/g, encodeURIComponent)}`;
}

function plainArrays(_: string, value: unknown): unknown {
  return ArrayBuffer.isView(value) && !(value instanceof DataView)
    ? Array.from(value as unknown as ArrayLike<number>)
    : value;
}

/**
 * A figure's place in the page. The picture is an image of its own, so that it costs nothing until it is shown, and its ids
 * and styles touch nothing else.
 *
 * @param live Its place among the figures that Plotly draws; undefined for one that stays a picture.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { elboFigure } from "#lib/plots/elbo_figure.ts";
 * import { drawFigure, renderFigure } from "#lib/report/render_figure.ts";
 * const drawn = await drawFigure(elboFigure([-120, -100, -99]), null);
 * assert.match(renderFigure(drawn, 0).text, /data-figure="0"/);
 * assert.doesNotMatch(renderFigure(drawn, undefined).text, /data-figure/);
 * ```
 */
export function renderFigure(drawn: DrawnFigure, live: number | undefined): Markup {
  const { figure, picture, narrow, data } = drawn;
  const { title, description, width, height } = figure;
  const canSeek = live !== undefined && data.timeAxis !== null && data.recording !== null;
  // The page's script fills it in: it knows whether there is sound.
  const hint = canSeek && markup` <span class="hint" data-recording="${data.recording}"></span>`;
  const chart = live !== undefined &&
    markup`<div class="chart" data-figure="${live}" role="img" aria-label="${title}" style="height:${height}px"></div>
${canSeek && markup`<i class="playhead" hidden></i>`}`;
  const still = (kind: string, source: string, size: number) =>
    markup`<img class="still ${kind}" src="${new Markup(
      source,
    )}" alt="${description}" width="${size}" height="${height}">`;
  return markup`<figure><figcaption><h3>${title}</h3><p>${description}${hint}</p></figcaption>
<div class="drawing">${chart}${still("broad", picture, width)}${
    still("narrow", narrow, PHONE_WIDTH)
  }</div></figure>`;
}
