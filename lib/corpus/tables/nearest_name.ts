import { someOf } from "#lib/language/some_of.ts";
import { nearestOf } from "./nearest_of.ts";

/**
 * Says of a name that is not there which one of those that are comes nearest, for the end of an error.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { nearestName } from "#lib/corpus/tables/nearest_name.ts";
 * assert.equal(nearestName("snr", ["wav_id", "snr_mean"]), '"snr"; the nearest is "snr_mean". There are wav_id, snr_mean.');
 * ```
 */
export function nearestName(name: string, names: readonly string[]): string {
  if (names.length === 0) return `${JSON.stringify(name)}: it has none.`;
  const nearest = nearestOf(name, names);
  return `${JSON.stringify(name)}; the nearest is ${JSON.stringify(nearest)}. There are ${
    someOf(names, 40)
  }.`;
}
