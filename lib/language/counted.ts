/**
 * A count with its noun: "1 recording", "2 recordings".
 *
 * @param many The noun of several, where an s is not enough.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { counted } from "#lib/language/counted.ts";
 * assert.deepEqual([0, 1, 2].map((n) => counted(n, "clip")), ["0 clips", "1 clip", "2 clips"]);
 * assert.equal(counted(2, "entry", "entries"), "2 entries");
 * ```
 */
export function counted(count: number | bigint, one: string, many?: string): string {
  return `${count} ${nounOf(count, one, many)}`;
}

/**
 * The form of a noun, or of a verb, that goes with a count.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { nounOf } from "#lib/language/counted.ts";
 * assert.equal(`Of 3 files 1 ${nounOf(1, "is", "are")} damaged.`, "Of 3 files 1 is damaged.");
 * ```
 */
export function nounOf(count: number | bigint, one: string, many = `${one}s`): string {
  return Number(count) === 1 ? one : many;
}
