/**
 * A name as Plotly shows it letter by letter: Plotly reads a few tags and entities in its texts, and names of speakers come from files.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { plotlyText } from "#lib/plots/plotly_text.ts";
 * assert.equal(plotlyText("<b>Ann & Bob"), "&lt;b&gt;Ann &amp; Bob");
 * ```
 */
export function plotlyText(name: string): string {
  return name.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
