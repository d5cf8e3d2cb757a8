const BLOCK = 128;

/**
 * Values for the keys 0 .. n-1 that change in place, and always the smallest of them; among equals the smallest key.
 *
 * One minimum per block of 128 keys is kept, and looked up anew only where a value has changed. A merge changes anything
 * between one value and all of them; a heap would pay a logarithm for each.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { LowestBound } from "#kernels/linkage/lowest_bound.ts";
 * const bounds = new LowestBound(Float64Array.of(3, 1, 2, 1));
 * assert.equal(bounds.lowest(), 1);
 * bounds.set(1, Infinity);
 * assert.equal(bounds.lowest(), 3);
 * ```
 */
export class LowestBound {
  /** The values. Read them; write through `set`. */
  readonly values: Float64Array;
  readonly #lowestOfBlock: Int32Array;
  readonly #stale: Uint8Array;

  /** Takes `values` over. There must be one at least, and no NaN. */
  constructor(values: Float64Array) {
    this.values = values;
    const blocks = Math.ceil(values.length / BLOCK);
    this.#lowestOfBlock = new Int32Array(blocks);
    this.#stale = new Uint8Array(blocks).fill(1);
  }

  /** Change one value. */
  set(key: number, value: number): void {
    this.values[key] = value;
    this.#stale[key >> 7] = 1;
  }

  /** The key of the smallest value. */
  lowest(): number {
    const { values } = this, lowestOfBlock = this.#lowestOfBlock, stale = this.#stale;
    let best = -1, smallest = Infinity;
    for (let block = 0; block < stale.length; block++) {
      if (stale[block]) {
        stale[block] = 0;
        const end = Math.min((block + 1) * BLOCK, values.length);
        let key = block * BLOCK;
        for (let other = key + 1; other < end; other++) if (values[other] < values[key]) key = other;
        lowestOfBlock[block] = key;
      }
      const key = lowestOfBlock[block];
      if (values[key] < smallest || best < 0) {
        smallest = values[key];
        best = key;
      }
    }
    return best;
  }
}
