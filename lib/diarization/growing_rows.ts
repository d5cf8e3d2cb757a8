/**
 * Rows of one size that come one by one, in any order, in one array: what a recording's chunks give, without an object for each.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { GrowingRows } from "#lib/diarization/growing_rows.ts";
 * const rows = new GrowingRows({ size: 2, expected: 1 });
 * rows.set(1, Float32Array.of(3, 4));
 * rows.set(0, Float32Array.of(1, 2));
 * assert.deepEqual([...rows.data], [1, 2, 3, 4]);
 * assert.equal(rows.count, 2);
 * ```
 */
export class GrowingRows {
  readonly #size: number;
  #data: Float32Array<ArrayBuffer>;
  #count = 0;

  /** @param options `size`: values in a row; `expected`: rows that are likely to come, 0 where nobody knows. */
  constructor(options: { readonly size: number; readonly expected: number }) {
    this.#size = options.size;
    this.#data = new Float32Array(options.size * Math.max(options.expected, 16));
  }

  /** Rows up to the last one that was set. */
  get count(): number {
    return this.#count;
  }

  /** All rows, one after the other; a view that later rows may outgrow. */
  get data(): Float32Array<ArrayBuffer> {
    return this.#data.subarray(0, this.#count * this.#size);
  }

  /** Puts a row in its place. */
  set(index: number, row: Float32Array): void {
    if (row.length !== this.#size) throw new RangeError(`A row has ${this.#size} values, not ${row.length}.`);
    const end = (index + 1) * this.#size;
    if (end > this.#data.length) {
      const larger = new Float32Array(Math.max(end, Math.ceil(this.#data.length * 1.5)));
      larger.set(this.#data);
      this.#data = larger;
    }
    this.#data.set(row, index * this.#size);
    this.#count = Math.max(this.#count, index + 1);
  }
}
