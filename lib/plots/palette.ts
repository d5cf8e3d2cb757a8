/** One set of colours for everything: for light and dark pages, and for eyes that see colours otherwise. */
import { compareCodePoints } from "#lib/timeline/compare_code_points.ts";
import { interpolate, mix } from "./colours.ts";

/** Which page a picture is for. */
export type Theme = "light" | "dark";

/** The colours of a theme, each "#rrggbb". */
export interface Palette {
  readonly theme: Theme;
  readonly background: string;
  /** Behind marks, a shade off the background. */
  readonly panel: string;
  readonly text: string;
  /** Axes and remarks; still text to be read. */
  readonly muted: string;
  readonly grid: string;
  /** For the one thing to look at: a threshold, a cut. */
  readonly accent: string;
  /** For what belongs together; any two differ for colour-blind eyes too. */
  readonly categories: readonly string[];
  /** For what is wrong; no category has it. */
  readonly error: string;
  /** From little to much at 0 to 1; much is what stands out from the background. */
  readonly sequential: (t: number) => string;
  /** From minus to plus at 0 to 1; the middle is close to the background. */
  readonly diverging: (t: number) => string;
}

// The hues of Okabe and Ito (2008), which colour-blind people can tell apart, in an order that keeps neighbours apart. Lightness and hue
// are moved a little, by a search, until each colour has a contrast of 3 : 1 with its background (yellow on white has 1.3) and the
// nearest two are as far from each other as they can be under every kind of colour blindness: 11.8 and 12.4 in OKLab times 100, where
// the original eight have 7.6. tests/plots/palette.test.ts measures all that.
const LIGHT = ["#0049a7", "#cb8211", "#058573", "#7c1467", "#0099eb", "#aa5902", "#4c4610", "#241c30"];
const DARK = ["#51b9ff", "#f7c400", "#35a560", "#f97bb5", "#ffff91", "#a04f02", "#2a6aa2", "#b0dff0"];

// One way from the background to what stands out, its lightness falling (or rising) all along.
const LIGHT_SCALE = ["#eef4f5", "#c4e3de", "#86cbc8", "#45a9bb", "#2b7fa9", "#2f5490", "#2a2a66"];
const DARK_SCALE = ["#1d2a36", "#204a63", "#22708b", "#2f98a4", "#5fbfa8", "#a9dca5", "#f4f3b0"];

const PALETTES: Readonly<Record<Theme, Palette>> = {
  light: {
    theme: "light",
    background: "#ffffff",
    panel: "#f4f6f8",
    text: "#1b2733",
    muted: "#56646f",
    grid: "#dde3e9",
    accent: "#c44e00",
    categories: LIGHT,
    error: "#b0123f",
    sequential: (t) => interpolate(LIGHT_SCALE, t),
    diverging: (t) => interpolate(["#0072b2", "#eef1f4", "#d55e00"], t),
  },
  dark: {
    theme: "dark",
    background: "#0f1720",
    panel: "#17212c",
    text: "#e3eaf1",
    muted: "#9aaaba",
    grid: "#2a3846",
    accent: "#f08a4b",
    categories: DARK,
    error: "#ff7a90",
    sequential: (t) => interpolate(DARK_SCALE, t),
    diverging: (t) => interpolate(["#56b4e9", "#1f2b37", "#f08a4b"], t),
  },
};

/**
 * The colours of a theme.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { contrast } from "#lib/plots/colours.ts";
 * import { paletteOf } from "#lib/plots/palette.ts";
 * const { background, text } = paletteOf("dark");
 * assert(contrast(background, text) > 7);
 * ```
 */
export function paletteOf(theme: Theme): Palette {
  return PALETTES[theme];
}

/**
 * One colour for each speaker, by the order of their labels (Unicode code points), so that a speaker looks the same in every
 * figure of the same labels. Beyond 8 the colours come again paler, beyond 16 stronger, then from the beginning: what tells
 * speakers apart must never be colour alone.
 *
 * @param labels Any order; a label may come twice.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { speakerColours } from "#lib/plots/palette.ts";
 * const colours = speakerColours(["bob", "ann"]);
 * assert.deepEqual([...colours.keys()], ["ann", "bob"]);
 * assert.equal(colours.get("bob"), speakerColours(["ann", "bob", "carol"]).get("bob"));
 * ```
 */
export function speakerColours(
  labels: Iterable<string>,
  options: { readonly theme?: Theme } = {},
): Map<string, string> {
  const palette = paletteOf(options.theme ?? "light");
  const sorted = [...new Set(labels)].sort(compareCodePoints);
  return new Map(sorted.map((label, index) => [label, categoryColour(palette, index)]));
}

/**
 * The colour of category 0, 1, ...: `palette.categories`, then paler, then stronger, then the same again.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { categoryColour, paletteOf } from "#lib/plots/palette.ts";
 * const light = paletteOf("light");
 * assert.equal(categoryColour(light, 1), light.categories[1]);
 * assert.notEqual(categoryColour(light, 9), light.categories[1]);
 * ```
 */
export function categoryColour(palette: Palette, index: number): string {
  const { categories, background, text } = palette;
  const colour = categories[index % categories.length];
  const round = Math.floor(index / categories.length) % 3;
  return round === 0 ? colour : mix(colour, round === 1 ? background : text, round === 1 ? 0.4 : 0.45);
}
