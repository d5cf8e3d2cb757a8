/**
 * Some of many words as a list: the first few, and how many more there are.
 *
 * @param most How many are named. Default: 5.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { someOf } from "#lib/language/some_of.ts";
 * assert.equal(someOf(["a", "b"], 2), "a, b");
 * assert.equal(someOf(["a", "b", "c", "d"], 2), "a, b and 2 more");
 * ```
 */
export function someOf(words: readonly string[], most = 5): string {
  const named = words.slice(0, most).join(", ");
  return words.length > most ? `${named} and ${words.length - most} more` : named;
}
