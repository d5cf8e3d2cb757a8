import { lettersBetween } from "./letters_between.ts";

/**
 * The word that was probably meant: the nearest of some words, at most two letters away; capitals count for nothing unless two
 * words differ in no more.
 *
 * @param given What was written.
 * @param words What could have been meant.
 * @returns Undefined when no word is near.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { closest } from "#lib/pipeline/closest.ts";
 * assert.equal(closest("treshold", ["threshold", "seed"]), "threshold");
 * assert.equal(closest("TRESHOLD", ["threshold", "seed"]), "threshold");
 * assert.equal(closest("colour", ["threshold", "seed"]), undefined);
 * ```
 */
export function closest(given: string, words: readonly string[]): string | undefined {
  let best: string | undefined, least = Math.min(2, Math.floor(given.length / 2)) + 0.5;
  for (const word of words) {
    const distance = Math.min(
      lettersBetween(given, word),
      // Half a letter at most: of "A" and "a" the one that is written so is nearer.
      lettersBetween(given.toLowerCase(), word.toLowerCase()) + (given === word ? 0 : 0.5),
    );
    if (distance > least || (best !== undefined && distance === least)) continue;
    [best, least] = [word, distance];
  }
  return best;
}
