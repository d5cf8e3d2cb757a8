/**
 * A seed of 32 bits for each list of whole numbers, such as a user's seed, an epoch and a block: lists that differ give seeds that
 * have nothing to do with each other.
 *
 * @param numbers Whole numbers from 0 to 2^53 - 1.
 * @throws {RangeError} One is not.
 * @see The mixing is the finalizer of MurmurHash3 (A. Appleby, public domain).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { seedOf } from "#lib/corpus/loaders/seed_of.ts";
 * assert.equal(seedOf(1, 2), seedOf(1, 2));
 * assert.notEqual(seedOf(1, 2), seedOf(2, 1));
 * assert.throws(() => seedOf(-1), /A seed is a whole number from 0, not -1/);
 * ```
 */
export function seedOf(...numbers: readonly number[]): number {
  let hash = numbers.length;
  for (const number of numbers) {
    if (!Number.isSafeInteger(number) || number < 0) {
      throw new RangeError(`A seed is a whole number from 0, not ${number}.`);
    }
    hash = mixed(hash ^ (number >>> 0)) + 0x9e3779b9 | 0;
    hash = mixed(hash ^ Math.floor(number / 2 ** 32)) + 0x9e3779b9 | 0;
  }
  return mixed(hash) >>> 0;
}

function mixed(bits: number): number {
  let h = bits;
  h = Math.imul(h ^ h >>> 16, 0x85ebca6b);
  h = Math.imul(h ^ h >>> 13, 0xc2b2ae35);
  return h ^ h >>> 16;
}
