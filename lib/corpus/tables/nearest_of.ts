import { lettersBetween } from "#lib/pipeline/letters_between.ts";

/**
 * The nearest of some names, however far it is: one that differs in case alone, then one that begins or ends with the word or the other way
 * round, else by letters.
 *
 * @throws {RangeError} when there is no name.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { nearestOf } from "#lib/corpus/tables/nearest_of.ts";
 * assert.equal(nearestOf("snr", ["vad", "snr_mean"]), "snr_mean");
 * assert.equal(nearestOf("error", ["errors", "Error"]), "Error");
 * ```
 */
export function nearestOf(name: string, names: readonly string[]): string {
  if (names.length === 0) {
    throw new RangeError(`There is no name that ${JSON.stringify(name)} could be near.`);
  }
  const distances = names.map((other) => distance(name, other));
  return names[distances.indexOf(distances.reduce((a, b) => Math.min(a, b)))];
}

function distance(a: string, b: string): number {
  if (a.toLowerCase() === b.toLowerCase()) return 0.5;
  const within = (part: string, whole: string) =>
    part !== "" && (whole.startsWith(part) || whole.endsWith(part));
  return within(a, b) || within(b, a) ? 1 : lettersBetween(a, b);
}
