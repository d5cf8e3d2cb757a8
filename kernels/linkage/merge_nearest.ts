import type { ClusterGeometry } from "./cluster_geometry.ts";
import { LowestBound } from "./lowest_bound.ts";

/** The bound is the distance to the neighbour, and no later slot is nearer. */
const EXACT = 0;
/** The bound is only a bound; the neighbour is the best guess. */
const GUESS = 1;
/** The neighbour, at the distance `reach`, is known to be near but perhaps not the nearest. */
const SEARCH = 2;

/** What is known of the points. */
export interface MergeNearestOptions {
  /** Number of leaves that each point stands for, where points are clusters already. @default 1 each */
  readonly sizes?: Int32Array;
}

/**
 * Centroid linkage of whatever `geometry` describes, without a matrix of distances.
 *
 * After D. Müllner's generic algorithm (arXiv:1109.2378, fig. 3), with the bookkeeping of G. Hamerly's k-means ("Making k-means
 * even faster", 2010): of each cluster a neighbour among the later slots, a lower bound on the distance to it, and a second
 * lower bound on the distance to all other later slots. The cluster of the lowest bound is looked at more closely until its
 * bound is a distance; then nothing can be nearer, and the two are merged. One pass of lower bounds over the living follows
 * each merge; a search for a new neighbour is needed only where the second bound is passed.
 *
 * Always the smallest (distance, slot, later slot) is merged, in lexicographic order. So the tree does not depend on how tight the
 * bounds are, and ties do not depend on history (SciPy's do: there the layout of the heap decides).
 *
 * @param rows Number of points, 2 at least.
 * @returns Z, row-major (rows - 1, 4), as `centroidLinkage` gives it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { FloatGeometry } from "#kernels/linkage/float_geometry.ts";
 * import { mergeNearest } from "#kernels/linkage/merge_nearest.ts";
 * const points = new FloatGeometry(new Float64Array([0, 10, 1]), { rows: 3, columns: 1 });
 * assert.deepEqual([...mergeNearest(points, 3)], [0, 2, 1, 2, 1, 3, 9.5, 3]);
 * ```
 */
export function mergeNearest(
  geometry: ClusterGeometry,
  rows: number,
  options: MergeNearestOptions = {},
): Float64Array {
  const { living, bounds } = geometry;
  const neighbour = new Int32Array(rows);
  const bound = new Float64Array(rows).fill(Infinity);
  const second = new Float64Array(rows).fill(Infinity);
  const reach = new Float64Array(rows);
  const state = new Uint8Array(rows).fill(GUESS);
  const size = options.sizes?.slice() ?? new Int32Array(rows).fill(1);
  const id = Int32Array.from({ length: rows }, (_, slot) => slot);
  const z = new Float64Array((rows - 1) * 4);

  let count = rows;
  living.set(id);
  geometry.firstNeighbours(neighbour, bound, second);
  const lowest = new LowestBound(bound);

  /** The nearest later slot for certain, where one of them is known to be within `reach`. */
  const search = (slot: number): void => {
    let nearest = neighbour[slot], smallest = reach[slot], rest = Infinity;
    const from = placeOf(living, count, slot) + 1;
    geometry.lowerBounds(slot, from, count);
    const known = nearest;
    for (let i = from; i < count; i++) {
      const other = living[i];
      if (other === known) continue;
      if (bounds[i] > smallest) {
        if (bounds[i] < rest) rest = bounds[i];
        continue;
      }
      const d = geometry.distance(slot, other);
      if (d < smallest || (d === smallest && other < nearest)) {
        rest = Math.min(rest, smallest);
        smallest = d;
        nearest = other;
      } else if (d < rest) rest = d;
    }
    neighbour[slot] = nearest;
    second[slot] = rest;
    state[slot] = EXACT;
    lowest.set(slot, smallest);
  };

  /** Lower bounds to a new union, and what they mean for everyone's neighbour. */
  const welcome = (a: number, union: number): void => {
    geometry.lowerBounds(union, 0, count);
    let nearest = -1, smallest = Infinity, rest = Infinity;
    for (let i = 0; i < count; i++) {
      const slot = living[i], low = bounds[i];
      if (slot > union) {
        if (low < smallest) {
          rest = smallest;
          smallest = low;
          nearest = slot;
        } else if (low < rest) rest = low;
      } else if (slot < union) {
        const old = neighbour[slot];
        if (old === a || old === union) {
          neighbour[slot] = union;
          state[slot] = GUESS;
          lowest.set(slot, Math.min(low, second[slot]));
        } else if (low < bound[slot] || (low === bound[slot] && union < old)) {
          second[slot] = bound[slot];
          neighbour[slot] = union;
          state[slot] = GUESS;
          lowest.set(slot, low);
        } else if (low < second[slot]) second[slot] = low;
      }
    }
    neighbour[union] = nearest;
    second[union] = rest;
    state[union] = GUESS;
    lowest.set(union, smallest);
  };

  for (let k = 0; k < rows - 1; k++) {
    let a = lowest.lowest();
    while (state[a] !== EXACT) {
      if (state[a] === SEARCH) search(a);
      else {
        const d = geometry.distance(a, neighbour[a]);
        if (d < second[a]) {
          state[a] = EXACT;
          lowest.set(a, d);
        } else {
          state[a] = SEARCH;
          reach[a] = d;
          lowest.set(a, second[a]);
        }
      }
      a = lowest.lowest();
    }
    const b = neighbour[a];
    const total = size[a] + size[b];
    z[4 * k] = Math.min(id[a], id[b]);
    z[4 * k + 1] = Math.max(id[a], id[b]);
    z[4 * k + 2] = bound[a];
    z[4 * k + 3] = total;

    geometry.unite(a, b, size[a], size[b]);
    size[b] = total;
    id[b] = rows + k;
    lowest.set(a, Infinity);
    const place = placeOf(living, count, a);
    living.copyWithin(place, place + 1, count--);
    welcome(a, b);
  }
  return z;
}

/** Where `slot` stands among the first `count` of the ascending `living`. */
function placeOf(living: Int32Array, count: number, slot: number): number {
  let low = 0, high = count - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (living[middle] < slot) low = middle + 1;
    else high = middle;
  }
  return low;
}
