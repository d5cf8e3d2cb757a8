/**
 * How many letters are to be put in, taken out or changed to come from one word to the other. (V. Levenshtein, 1965)
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { lettersBetween } from "#lib/pipeline/letters_between.ts";
 * assert.equal(lettersBetween("treshold", "threshold"), 1);
 * assert.equal(lettersBetween("", "vad"), 3);
 * ```
 */
export function lettersBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 0; i < a.length; i++) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      next.push(Math.min(row[j] + Number(a[i] !== b[j]), row[j + 1] + 1, next[j] + 1));
    }
    row = next;
  }
  return row[b.length];
}
