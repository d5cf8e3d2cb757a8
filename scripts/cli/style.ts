/** Colour and weight for a terminal; plain text elsewhere and under NO_COLOR. */
import process from "node:process";

const CODES = { bold: 1, dim: 2, red: 31, green: 32 } as const;

/** Paints text, or leaves it as it is. */
export type Style = (code: keyof typeof CODES, text: string) => string;

/** The style of a stream. */
export function styleOf(stream: { readonly isTTY?: boolean }): Style {
  const paints = stream.isTTY === true && !process.env.NO_COLOR;
  return (code, text) => paints ? `\x1b[${CODES[code]}m${text}\x1b[0m` : text;
}
