/** The legend below a figure's title, set in lines as text is. */
import { escapeXml } from "./escape_xml.ts";
import type { Legend } from "./figure.ts";
import { FONT_SIZE, textWidth } from "./font.ts";
import type { Palette } from "./palette.ts";

/** Marks and how much height they take, in CSS pixels. */
export interface DrawnLegend {
  readonly svg: string;
  readonly height: number;
}

const LINE = 20, SWATCH = 11, GAP = 6, RAMP_WIDTH = 120, RAMP_STEPS = 30;

/**
 * Draw a legend from (0, 0) down, at most `width` CSS pixels wide.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { legendSvg } from "#lib/plots/legend_svg.ts";
 * import { paletteOf } from "#lib/plots/palette.ts";
 * const { svg, height } = legendSvg({ swatches: [{ label: "ann", colour: "#0072b2" }] }, {
 *   width: 300,
 *   palette: paletteOf("light"),
 * });
 * assert.match(svg, /ann/);
 * assert.equal(height, 20);
 * ```
 */
export function legendSvg(
  { swatches = [], ramp }: Legend,
  options: { readonly width: number; readonly palette: Palette },
): DrawnLegend {
  const { width, palette } = options;
  const parts: string[] = [];
  let x = 0, line = 0;
  const place = (needed: number) => {
    if (x > 0 && x + needed > width) {
      x = 0;
      line++;
    }
    const at = { x, y: line * LINE };
    x += needed + 14;
    return at;
  };
  const text = (x: number, y: number, content: string) =>
    `<text x="${Math.round(x)}" y="${y + 11}" fill="${palette.text}">${escapeXml(content)}</text>`;
  for (const { label, colour } of swatches) {
    const at = place(SWATCH + GAP + textWidth(label));
    parts.push(
      `<rect x="${Math.round(at.x)}" y="${
        at.y + 1
      }" width="${SWATCH}" height="${SWATCH}" rx="2" fill="${colour}"/>`,
      text(at.x + SWATCH + GAP, at.y, label),
    );
  }
  if (ramp !== undefined) {
    const before = textWidth(ramp.label) + 2 * GAP, from = textWidth(ramp.from) + GAP;
    const at = place(before + from + RAMP_WIDTH + GAP + textWidth(ramp.to));
    const left = at.x + before + from, step = RAMP_WIDTH / RAMP_STEPS;
    parts.push(text(at.x, at.y, ramp.label), text(at.x + before, at.y, ramp.from));
    for (let i = 0; i < RAMP_STEPS; i++) {
      parts.push(
        `<rect x="${Math.round(left) + i * step}" y="${at.y + 1}" width="${step}" height="${SWATCH}" fill="${
          ramp.colour((i + 0.5) / RAMP_STEPS)
        }" shape-rendering="crispEdges"/>`,
      );
    }
    parts.push(text(left + RAMP_WIDTH + GAP, at.y, ramp.to));
  }
  const height = parts.length === 0 ? 0 : (line + 1) * LINE;
  return { svg: `<g font-size="${FONT_SIZE}">${parts.join("")}</g>`, height };
}
