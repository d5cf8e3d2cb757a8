import process from "node:process";
import { visibleText } from "#lib/warnings/visible_text.ts";
import { wrapped } from "./wrapped.ts";

/** A line on stderr for people: an error, a warning or a note, as wide as the terminal; in a pipe or a file it stays one line. */
export function say(kind: "error" | "warning" | "note", text: string): void {
  process.stderr.write(`${wrapped(`${kind}: ${visibleText(text)}`, process.stderr.columns)}\n`);
}
