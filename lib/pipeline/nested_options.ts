import type { CommunityOptionsInput } from "./options.ts";

/**
 * Options from values by their dotted names, over others: what is not named stays as it is there.
 *
 * @param values "vbx.fa" and its value, ...; nothing of them is checked.
 * @param below Options that are not changed.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { nestedOptions } from "#lib/pipeline/nested_options.ts";
 * const options = nestedOptions([["vbx.fa", 0.1], ["grid.chunks.stepSec", 0.5]], { vbx: { fb: 2 } });
 * assert.deepEqual(options, { vbx: { fa: 0.1, fb: 2 }, grid: { chunks: { stepSec: 0.5 } } });
 * ```
 */
export function nestedOptions(
  values: readonly (readonly [key: string, value: unknown])[],
  below: CommunityOptionsInput = {},
): CommunityOptionsInput {
  const options: Record<string, unknown> = structuredClone(below);
  for (const [key, value] of values) {
    const path = key.split("."), last = path.pop()!;
    let section = options;
    for (const name of path) section = (section[name] ??= {}) as Record<string, unknown>;
    section[last] = value;
  }
  return options;
}
