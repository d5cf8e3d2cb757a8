import { categoryColour, paletteOf, speakerColours, type Theme } from "./palette.ts";

/** The colours of the speakers of two annotations. */
export interface PairedColours {
  readonly reference: ReadonlyMap<string, string>;
  readonly hypothesis: ReadonlyMap<string, string>;
}

/**
 * Colours for a reference and a hypothesis: who is mapped to one another has the same, who has no partner one of its own.
 *
 * @param mapping Hypothesis speaker to reference speaker, as `diarizationErrorRate` gives it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pairedColours } from "#lib/plots/paired_colours.ts";
 * const { reference, hypothesis } = pairedColours(
 *   { reference: ["ann", "bob"], hypothesis: ["x", "y"] },
 *   { mapping: new Map([["y", "ann"]]) },
 * );
 * assert.equal(hypothesis.get("y"), reference.get("ann"));
 * assert(![...reference.values()].includes(hypothesis.get("x")!));
 * ```
 */
export function pairedColours(
  labels: { readonly reference: readonly string[]; readonly hypothesis: readonly string[] },
  options: { readonly mapping: ReadonlyMap<string, string>; readonly theme?: Theme },
): PairedColours {
  const { mapping, theme = "light" } = options;
  const reference = speakerColours(labels.reference, { theme });
  let next = reference.size;
  const hypothesis = new Map(labels.hypothesis.map((label) => {
    const partner = reference.get(mapping.get(label) ?? "");
    return [label, mapping.has(label) && partner ? partner : categoryColour(paletteOf(theme), next++)];
  }));
  return { reference, hypothesis };
}
