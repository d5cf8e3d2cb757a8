/** The letters of all figures: what the reader's machine has, so that nothing is embedded or fetched. */
export const FONT_FAMILY =
  "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif";

/** Size of the letters in CSS pixels. */
export const FONT_SIZE = 12;

/** Narrower figures (of phones) have shorter names and fewer ticks; CSS pixels. */
export const NARROW = 480;

/**
 * About how wide a text will be, in CSS pixels: letters differ from machine to machine, so this leaves some room.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { textWidth } from "#lib/plots/font.ts";
 * assert(textWidth("speaker") > textWidth("speak"));
 * assert.equal(textWidth("ab", 20), 2 * textWidth("ab", 10));
 * ```
 */
export function textWidth(text: string, size: number = FONT_SIZE): number {
  return [...text].reduce((sum, letter) => sum + letterWidth(letter), 0) * size;
}

/** In shares of the letters' size, after DejaVu Sans, which is wider than most. */
function letterWidth(letter: string): number {
  if (letter >= "\u2e80") return 1; // East Asian letters fill a square
  if (/[iljtfrI.,:;'|!()[\] ]/.test(letter)) return 0.38;
  if (/[mwMW@%…]/.test(letter)) return 0.95;
  return /[A-Z_]/.test(letter) ? 0.68 : 0.62;
}

/**
 * A name cut to at most `letters`, with an ellipsis where something is lost.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { shortened } from "#lib/plots/font.ts";
 * assert.equal(shortened("SPEAKER_00", 14), "SPEAKER_00");
 * assert.equal(shortened("a very long name", 8), "a very…");
 * ```
 */
export function shortened(text: string, letters: number): string {
  const all = [...text];
  return all.length <= letters ? text : `${all.slice(0, letters - 1).join("").trimEnd()}…`;
}
