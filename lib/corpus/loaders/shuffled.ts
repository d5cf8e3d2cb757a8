import { MersenneTwister } from "#lib/numerics/mersenne_twister.ts";

/**
 * The whole numbers below a count, each once, in an order that depends on the seed alone (Fisher and Yates; Durstenfeld 1964).
 *
 * @param count From 0 to 2^32 - 1.
 * @param seed From 0 to 2^32 - 1.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { shuffled } from "#lib/corpus/loaders/shuffled.ts";
 * const order = shuffled(5, 7);
 * assert.deepEqual([...order].sort(), [0, 1, 2, 3, 4]);
 * assert.deepEqual(shuffled(5, 7), order);
 * ```
 */
export function shuffled(count: number, seed: number): Uint32Array<ArrayBuffer> {
  const order = new Uint32Array(count);
  for (let i = 0; i < count; i++) order[i] = i;
  const random = new MersenneTwister(seed);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(random.random() * (i + 1));
    const swapped = order[i];
    order[i] = order[j];
    order[j] = swapped;
  }
  return order;
}
