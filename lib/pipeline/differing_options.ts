import { type CommunityOptions, parseOptions } from "./options.ts";

/** An option's value. */
type Value = number | string | boolean | null;

/**
 * Which options are not as in others, by their dotted names.
 *
 * @param base What they are held against. @default {parseOptions()}
 * @returns Values of `options`; one that only `base` has is left out.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { differingOptions } from "#lib/pipeline/differing_options.ts";
 * import { parseOptions } from "#lib/pipeline/options.ts";
 * const options = parseOptions({ hints: { numSpeakers: 2 }, vbx: { fa: 0.2, fb: 0.8 } });
 * assert.deepEqual(differingOptions(options), { "hints.numSpeakers": 2, "vbx.fa": 0.2 });
 * assert.deepEqual(differingOptions(options, options), {});
 * ```
 */
export function differingOptions(
  options: CommunityOptions,
  base: CommunityOptions = parseOptions(),
): Record<string, Value> {
  const before = new Map(leaves(base));
  return Object.fromEntries(leaves(options).filter(([name, value]) => before.get(name) !== value));
}

function leaves(value: object, path: readonly string[] = []): [name: string, value: Value][] {
  return Object.entries(value).flatMap(([name, inner]): [string, Value][] => {
    if (inner === undefined) return [];
    const at = [...path, name];
    return typeof inner === "object" && inner !== null ? leaves(inner, at) : [[at.join("."), inner as Value]];
  });
}
