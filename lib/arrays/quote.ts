/** Longest part of a text that a message quotes. */
const QUOTED = 60;

/**
 * Text of a damaged file as it may stand in a message: in quotes, cut when long, and with control and invisible
 * characters written as escapes, so that no file can steer a terminal.
 *
 * @example
 * ```ts
 * import { quote } from "#lib/arrays/quote.ts";
 *
 * if (quote('a"\u001b[31m\u202e') !== String.raw`"a\"\u001b[31m\u202e"`) throw new Error("quote");
 * ```
 */
export function quote(text: string): string {
  const cut = text.length > QUOTED ? `${text.slice(0, QUOTED)}...` : text;
  return JSON.stringify(cut).replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    return Array.from({ length: character.length }, (_, i) => {
      return `\\u${character.charCodeAt(i).toString(16).padStart(4, "0")}`;
    }).join("");
  });
}
