/**
 * A list kept in the order of `compare`, under which no two items may be equal. Finding an item takes
 * logarithmic time; putting it in or out moves what stands behind it, which for the few thousand items of a
 * queue is one short copy.
 *
 * @example
 * ```ts
 * import { deepStrictEqual, strictEqual } from "node:assert";
 * import { SortedList } from "#lib/scheduling/sorted_list.ts";
 *
 * const list = new SortedList<number>((a, b) => a - b);
 * for (const number of [5, 1, 3]) list.add(number);
 * strictEqual(list.delete(4), false);
 * strictEqual(list.delete(3), true);
 * deepStrictEqual([...list], [1, 5]);
 * ```
 */
export class SortedList<T> {
  readonly #compare: (a: T, b: T) => number;
  #items: T[] = [];

  constructor(compare: (a: T, b: T) => number) {
    this.#compare = compare;
  }

  /** Number of items. */
  get size(): number {
    return this.#items.length;
  }

  /** The first item, if there is one. */
  get first(): T | undefined {
    return this.#items[0];
  }

  /** Puts an item in its place. */
  add(item: T): void {
    this.#items.splice(this.#place(item), 0, item);
  }

  /** Takes an item out; whether it was there. */
  delete(item: T): boolean {
    const place = this.#place(item);
    if (this.#items[place] !== item) return false;
    this.#items.splice(place, 1);
    return true;
  }

  /** Takes out and returns all items that `wanted` says so of, in order. */
  take(wanted: (item: T) => boolean): T[] {
    const [taken, left]: [T[], T[]] = [[], []];
    for (const item of this.#items) (wanted(item) ? taken : left).push(item);
    this.#items = left;
    return taken;
  }

  [Symbol.iterator](): IterableIterator<T> {
    return this.#items[Symbol.iterator]();
  }

  /** Where the item stands, or would stand. */
  #place(item: T): number {
    let [low, high] = [0, this.#items.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#compare(this.#items[middle], item) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
