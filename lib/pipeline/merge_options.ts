import type { CommunityOptionsInput } from "./options.ts";

/**
 * Options over others, section by section: what a section above does not name stays as it is below.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mergeOptions } from "#lib/pipeline/merge_options.ts";
 * const merged = mergeOptions({ vbx: { fa: 0.2, fb: 2 } }, { vbx: { fa: 0.1 }, ahc: { threshold: 0.5 } });
 * assert.deepEqual(merged, { vbx: { fa: 0.1, fb: 2 }, ahc: { threshold: 0.5 } });
 * ```
 */
export function mergeOptions(
  below: CommunityOptionsInput,
  above: CommunityOptionsInput,
): CommunityOptionsInput {
  const merged: Record<string, unknown> = { ...below };
  for (const [section, values] of Object.entries(above)) {
    if (values !== undefined) merged[section] = { ...(merged[section] as object | undefined), ...values };
  }
  return merged;
}
