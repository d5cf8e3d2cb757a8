/**
 * Text as it may reach a terminal: control and invisible characters are written as escapes, but for tabs and line feeds, so that the
 * name of a file can neither steer the terminal nor show as another.
 *
 * @example
 * ```ts
 * import { strictEqual } from "node:assert";
 * import { visibleText } from "#lib/warnings/visible_text.ts";
 *
 * strictEqual(visibleText("red\u001b[31m\u202e.wav\n"), "red\\u{1b}[31m\\u{202e}.wav\n");
 * ```
 */
export function visibleText(text: string): string {
  return text.replace(
    /(?![\t\n])[\p{Cc}\p{Cf}\u2028\u2029]/gu,
    (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`,
  );
}
