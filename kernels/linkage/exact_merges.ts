import { reportKernelRun } from "#lib/compute/kernel_runs.ts";
import { FloatGeometry } from "./float_geometry.ts";
import { mergeNearest } from "./merge_nearest.ts";
import { nextEqualRows } from "./next_equal_rows.ts";

/**
 * The tree of merges that somebody else chooses, in float64, as `mergeNearest` gives it; and what `mergeNearest` would choose, where they
 * cannot tell: equal points, the nearest pair of some clusters, all that is left.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ExactMerges } from "#kernels/linkage/exact_merges.ts";
 * const merges = new ExactMerges(new Float64Array([0, 10, 1, 10]), { rows: 4, columns: 1 });
 * merges.mergeEqual();
 * assert.deepEqual([...merges.living], [0, 2, 3]);
 * assert.deepEqual(merges.nearest([0, 2]), [0, 2]);
 * merges.merge(0, 2);
 * assert.deepEqual([...merges.finish()], [1, 3, 0, 2, 0, 2, 1, 2, 4, 5, 9.5, 4]);
 * ```
 */
export class ExactMerges {
  readonly #x: Float64Array;
  readonly #rows: number;
  readonly #columns: number;
  readonly #geometry: FloatGeometry;
  readonly #size: Int32Array;
  readonly #id: Int32Array;
  readonly #z: Float64Array;
  #done = 0;

  /** @throws {RangeError} as `assertPoints`. */
  constructor(x: Float64Array, shape: { readonly rows: number; readonly columns: number }) {
    const { rows, columns } = shape;
    [this.#x, this.#rows, this.#columns] = [x, rows, columns];
    this.#geometry = new FloatGeometry(x, shape);
    this.#size = new Int32Array(rows).fill(1);
    this.#id = Int32Array.from({ length: rows }, (_, slot) => slot);
    this.#z = new Float64Array(4 * Math.max(0, rows - 1));
  }

  /** The slots of the clusters that there are, ascending; changes with each merge. */
  get living(): Int32Array {
    return this.#geometry.living.subarray(0, this.#rows - this.#done);
  }

  /** Number of leaves of a slot's cluster; 0 where it has been merged away. */
  sizeOf(slot: number): number {
    return this.#size[slot];
  }

  /** The centroids of the living, row-major, in their order; a copy. */
  centroids(): Float64Array {
    const { living } = this, d = this.#columns;
    const out = new Float64Array(living.length * d);
    living.forEach((slot, i) => out.set(this.#geometry.centroid(slot), i * d));
    return out;
  }

  /**
   * Merges two clusters; the union takes the second's slot.
   *
   * @throws {RangeError} when a slot is not alive, or they are not ascending.
   */
  merge(a: number, b: number): void {
    if (!(a < b && b < this.#rows && this.#size[a] > 0 && this.#size[b] > 0)) {
      throw new RangeError(
        `Merge ${this.#done} names slots ${a} and ${b}, which are not two living clusters.`,
      );
    }
    const total = this.#size[a] + this.#size[b];
    this.#write(this.#id[a], this.#id[b], this.#geometry.distance(a, b), total);
    this.#geometry.unite(a, b, this.#size[a], this.#size[b]);
    const place = this.#placeOf(a);
    this.#geometry.living.copyWithin(place, place + 1, this.#rows - this.#done + 1);
    this.#size[a] = 0;
    this.#size[b] = total;
    this.#id[b] = this.#rows + this.#done - 1;
  }

  /**
   * Merges the points that are equal, before anything else is merged: `mergeNearest` would begin with them, in this order. Leaves them
   * where there are points so close that the square of a difference may vanish: those are at distance 0 as well.
   */
  mergeEqual(): void {
    if (this.#x.some((value) => value !== 0 && Math.abs(value) < 2 ** -480)) return;
    const next = nextEqualRows(this.#x, { rows: this.#rows, columns: this.#columns });
    next.forEach((later, slot) => {
      if (later >= 0) this.merge(slot, later);
    });
  }

  /** Of the pairs of one of `slots` (living, ascending) and a later slot, the one that is to be merged first. */
  nearest(slots: Iterable<number>): [number, number] {
    const { living } = this, { bounds } = this.#geometry;
    let best: [number, number] = [-1, -1], smallest = Infinity;
    for (const slot of slots) {
      const from = this.#placeOf(slot) + 1;
      this.#geometry.lowerBounds(slot, from, living.length); // this geometry's are the distances
      for (let i = from; i < living.length; i++) {
        if (bounds[i] < smallest) {
          smallest = bounds[i];
          best = [slot, living[i]];
        }
      }
    }
    return best;
  }

  /** Merges all that is left, and gives the tree. */
  finish(): Float64Array {
    const slots = [...this.living], before = this.#done;
    if (slots.length < 2) return this.#z;
    reportKernelRun({ backend: "scalar", kernel: "linkage", name: "finish" });
    const rest = new FloatGeometry(this.centroids(), { rows: slots.length, columns: this.#columns });
    const sizes = Int32Array.from(slots, (slot) => this.#size[slot]);
    const z = mergeNearest(rest, slots.length, { sizes });
    const id = (local: number) =>
      local < slots.length ? this.#id[slots[local]] : this.#rows + before + local - slots.length;
    for (let k = 0; k < z.length; k += 4) this.#write(id(z[k]), id(z[k + 1]), z[k + 2], z[k + 3]);
    return this.#z;
  }

  #write(a: number, b: number, height: number, total: number): void {
    this.#z.set([Math.min(a, b), Math.max(a, b), height, total], 4 * this.#done++);
  }

  /** Where a slot stands among the living. */
  #placeOf(slot: number): number {
    const { living } = this.#geometry;
    let low = 0, high = this.#rows - this.#done;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (living[middle] < slot) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
