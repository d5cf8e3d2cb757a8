import type { CommunityOptions, CommunityOptionsInput } from "#lib/pipeline/options.ts";

/**
 * Refuse a dump whose arrays were computed under other options than its manifest tells: neither could be replayed.
 *
 * @param stored Options that stand beside the arrays.
 * @param told All options of the run, from its manifest.
 * @throws {RangeError} naming the option and both values.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { checkRecorded } from "#lib/parity/check_recorded.ts";
 * import { parseOptions } from "#lib/pipeline/options.ts";
 * checkRecorded({ ahc: { threshold: 0.6 } }, parseOptions());
 * assert.throws(() => checkRecorded({ ahc: { threshold: 0.5 } }, parseOptions()), /ahc.threshold is 0.5 beside its arrays, but 0.6/);
 * ```
 */
export function checkRecorded(stored: CommunityOptionsInput, told: CommunityOptions): void {
  const walk = (stored: object, told: Record<string, unknown>, path: readonly string[]): void => {
    for (const [key, value] of Object.entries(stored)) {
      const [other, name] = [told[key], [...path, key]];
      if (typeof value === "object" && value !== null) walk(value, other as Record<string, unknown>, name);
      else if (value !== other) {
        throw new RangeError(
          `${name.join(".")} is ${value} beside its arrays, but ${other} in manifest.json`,
        );
      }
    }
  };
  walk(stored, told, []);
}
