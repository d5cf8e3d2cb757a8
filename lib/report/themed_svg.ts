/** Colours as pictures write them. */
const COLOUR = /#[0-9a-f]{6}\b|rgba?\([^)]*\)/gi;

/**
 * One picture for both themes, of one that was drawn in each: colours that differ become names, which mean one thing in a light
 * page and another in a dark one. An `img` takes the theme of the page around it.
 *
 * @param light An SVG document.
 * @param dark The same in other colours; if more than colours differs, the light one is given back as it is.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { themedSvg } from "#lib/report/themed_svg.ts";
 * const svg = (colour: string) => `<svg xmlns="http://www.w3.org/2000/svg"><rect fill="${colour}"/></svg>`;
 * assert.match(themedSvg(svg("#ffffff"), svg("#000000")), /--a:#ffffff.*--a:#000000.*<rect fill="var\(--a\)"\/>/);
 * ```
 */
export function themedSvg(light: string, dark: string): string {
  const other = dark.match(COLOUR) ?? [];
  if (light.replace(COLOUR, "#") !== dark.replace(COLOUR, "#")) return light;
  const names = new Map<string, string>();
  let place = 0;
  const drawn = light.replace(COLOUR, (colour) => {
    const pair = `${colour} ${other[place++]}`;
    if (pair === `${colour} ${colour}`) return colour;
    if (!names.has(pair)) names.set(pair, nameOf(names.size));
    return `var(--${names.get(pair)})`;
  });
  if (names.size === 0) return light;
  const rule = (theme: 0 | 1) =>
    `svg{${[...names].map(([pair, name]) => `--${name}:${splitPair(pair)[theme]}`).join(";")}}`;
  const style = `<style>svg{color-scheme:light dark}${rule(0)}@media (prefers-color-scheme:dark){${
    rule(1)
  }}</style>`;
  return drawn.replace(/>/, `>${style}`);
}

/** "a" to "z", then "aa", ...: short, since there are thousands of them in a large picture. */
function nameOf(index: number): string {
  const letter = String.fromCharCode(97 + index % 26);
  return index < 26 ? letter : nameOf(Math.floor(index / 26) - 1) + letter;
}

/** A colour itself may hold spaces: "rgb(1, 2, 3) rgb(4, 5, 6)". */
function splitPair(pair: string): readonly [string, string] {
  const [light = "", dark = ""] = pair.match(COLOUR) ?? [];
  return [light, dark];
}
