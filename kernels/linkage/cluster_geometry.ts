/**
 * Where the clusters are, as `mergeNearest` asks for it. A cluster is named by its slot, 0 .. rows-1; a union takes the later
 * of its members' slots. No distance is kept between two questions.
 */
export interface ClusterGeometry {
  /**
   * The living slots, ascending; `mergeNearest` keeps it. Its first `count` elements count, where `count` is what the
   * methods are given.
   */
  readonly living: Int32Array;
  /** Where `lowerBounds` leaves its answer: element i belongs to `living[i]`. */
  readonly bounds: Float64Array;
  /**
   * For every slot but the last, before anything is merged: the later slot of the smallest lower bound, that bound, and the
   * second smallest. A lower bound is never above what `distance` says.
   */
  firstNeighbours(neighbour: Int32Array, bound: Float64Array, second: Float64Array): void;
  /** Lower bounds on the distances from `slot` to `living[from .. count-1]`. What it says about `slot` itself is not read. */
  lowerBounds(slot: number, from: number, count: number): void;
  /** The distance of two centroids. Whatever finds the candidates, this decides; it is the same float64 on every CPU backend. */
  distance(a: number, b: number): number;
  /** Put the common centroid of `a` and `b`, of so many leaves each, at `b`. */
  unite(a: number, b: number, sizeA: number, sizeB: number): void;
}
