import type { CommunityOptionsInput } from "./options.ts";

/**
 * Options over others, section by section and inside sections: what is not named above stays as it is below.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mergeOptions } from "#lib/pipeline/merge_options.ts";
 * const merged = mergeOptions({ vbx: { fa: 0.2, fb: 2 } }, { vbx: { fa: 0.1 }, ahc: { threshold: 0.5 } });
 * assert.deepEqual(merged, { vbx: { fa: 0.1, fb: 2 }, ahc: { threshold: 0.5 } });
 * const chunks = mergeOptions({ grid: { chunks: { durationSec: 5 } } }, { grid: { chunks: { stepSec: 0.5 } } });
 * assert.deepEqual(chunks, { grid: { chunks: { durationSec: 5, stepSec: 0.5 } } });
 * ```
 */
export function mergeOptions(
  below: CommunityOptionsInput,
  above: CommunityOptionsInput,
): CommunityOptionsInput {
  return merged(below as Section, above as Section);
}

type Section = Readonly<Record<string, unknown>>;

function merged(below: Section, above: Section): Record<string, unknown> {
  const result: Record<string, unknown> = { ...below };
  for (const [name, value] of Object.entries(above)) {
    if (value === undefined) continue;
    result[name] = isSection(value) ? merged(isSection(result[name]) ? result[name] : {}, value) : value;
  }
  return result;
}

function isSection(value: unknown): value is Section {
  return typeof value === "object" && value !== null;
}
