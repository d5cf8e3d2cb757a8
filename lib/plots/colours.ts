/** Arithmetic of colours: mixing, and contrast as WCAG defines it. Colours are "#rrggbb". */

/** Red, green and blue, 0 to 255. */
function channels(colour: string): [number, number, number] {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour);
  if (match === null) {
    throw new RangeError(`A colour needs the form "#rrggbb", got ${JSON.stringify(colour)}`);
  }
  return [parseInt(match[1], 16), parseInt(match[2], 16), parseInt(match[3], 16)];
}

function named(values: readonly number[]): string {
  return `#${values.map((value) => Math.round(value).toString(16).padStart(2, "0")).join("")}`;
}

/**
 * The colour a share `t` of the way from one to the other, in sRGB.
 *
 * @throws {RangeError} when a colour is not "#rrggbb".
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mix } from "#lib/plots/colours.ts";
 * assert.equal(mix("#000000", "#ffffff", 0.2), "#333333");
 * ```
 */
export function mix(from: string, to: string, t: number): string {
  const [a, b] = [channels(from), channels(to)];
  return named(a.map((value, i) => value + (b[i] - value) * t));
}

/**
 * The colour at 0 to 1 on a scale of evenly spaced colours; beyond the ends, the end.
 *
 * @throws {RangeError} when there is no colour.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { interpolate } from "#lib/plots/colours.ts";
 * assert.equal(interpolate(["#000000", "#ff0000", "#ffffff"], 0.5), "#ff0000");
 * ```
 */
export function interpolate(stops: readonly string[], t: number): string {
  if (stops.length === 0) throw new RangeError("A scale of colours needs at least one colour");
  const place = Math.min(1, Math.max(0, t)) * (stops.length - 1);
  const below = Math.floor(place);
  return below === place ? stops[below] : mix(stops[below], stops[below + 1], place - below);
}

/**
 * Relative luminance, 0 (black) to 1 (white): WCAG 2.2.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { luminance } from "#lib/plots/colours.ts";
 * assert.deepEqual([luminance("#000000"), luminance("#ffffff")], [0, 1]);
 * ```
 */
export function luminance(colour: string): number {
  const [r, g, b] = channels(colour).map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/**
 * Contrast of two colours, 1 to 21: WCAG 2.2. Text needs 4.5, a graphical object 3.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { contrast } from "#lib/plots/colours.ts";
 * assert.equal(contrast("#ffffff", "#000000"), 21);
 * ```
 */
export function contrast(a: string, b: string): number {
  const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (light + 0.05) / (dark + 0.05);
}
