import { assertPoints } from "./assert_points.ts";
import type { ClusterGeometry } from "./cluster_geometry.ts";

/**
 * Centroids in float64, their distances added up from the first column to the last. Nothing is estimated: every lower bound is the
 * distance itself.
 *
 * The union of clusters with n_a and n_b leaves is the heavier centroid moved towards the lighter one by the lighter one's
 * share. In this form duplicates stay where they are to the last bit.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { FloatGeometry } from "#kernels/linkage/float_geometry.ts";
 * const points = new FloatGeometry(new Float64Array([0, 0, 3, 4]), { rows: 2, columns: 2 });
 * assert.equal(points.distance(0, 1), 5);
 * ```
 */
export class FloatGeometry implements ClusterGeometry {
  readonly living: Int32Array;
  readonly bounds: Float64Array;
  readonly #centroids: Float64Array;
  readonly #columns: number;

  /**
   * @param x Row-major (rows, columns); copied.
   * @throws {RangeError} as `assertPoints`.
   */
  constructor(x: Float64Array, shape: { rows: number; columns: number }) {
    assertPoints(x, shape);
    this.#centroids = x.slice();
    this.#columns = shape.columns;
    this.living = Int32Array.from({ length: shape.rows }, (_, slot) => slot);
    this.bounds = new Float64Array(shape.rows);
  }

  firstNeighbours(neighbour: Int32Array, bound: Float64Array, second: Float64Array): void {
    const n = this.living.length;
    for (let slot = 0; slot < n - 1; slot++) {
      this.lowerBounds(slot, slot + 1, n);
      let smallest = Infinity, rest = Infinity;
      for (let other = slot + 1; other < n; other++) {
        const d = this.bounds[other];
        if (d < smallest) {
          rest = smallest;
          smallest = d;
          neighbour[slot] = other;
        } else if (d < rest) rest = d;
      }
      bound[slot] = smallest;
      second[slot] = rest;
    }
  }

  lowerBounds(slot: number, from: number, count: number): void {
    const { living, bounds } = this, x = this.#centroids, d = this.#columns;
    const self = slot * d;
    // Four sums at a time: the additions of one wait for each other, those of four do not.
    for (let i = from; i < count; i += 4) {
      const last = count - 1;
      const p = living[i] * d, q = living[Math.min(i + 1, last)] * d;
      const r = living[Math.min(i + 2, last)] * d, s = living[Math.min(i + 3, last)] * d;
      let sp = 0, sq = 0, sr = 0, ss = 0;
      for (let m = 0; m < d; m++) {
        const v = x[self + m];
        const ep = v - x[p + m], eq = v - x[q + m], er = v - x[r + m], es = v - x[s + m];
        sp += ep * ep;
        sq += eq * eq;
        sr += er * er;
        ss += es * es;
      }
      bounds[i] = Math.sqrt(sp);
      if (i + 1 < count) bounds[i + 1] = Math.sqrt(sq);
      if (i + 2 < count) bounds[i + 2] = Math.sqrt(sr);
      if (i + 3 < count) bounds[i + 3] = Math.sqrt(ss);
    }
  }

  /** The centroid at a slot; a view. */
  centroid(slot: number): Float64Array {
    return this.#centroids.subarray(slot * this.#columns, (slot + 1) * this.#columns);
  }

  distance(a: number, b: number): number {
    const x = this.#centroids, d = this.#columns;
    let sum = 0;
    for (let m = 0, p = a * d, q = b * d; m < d; m++, p++, q++) sum += (x[p] - x[q]) * (x[p] - x[q]);
    return Math.sqrt(sum);
  }

  unite(a: number, b: number, sizeA: number, sizeB: number): void {
    const x = this.#centroids, d = this.#columns;
    const heavy = sizeA > sizeB ? a : b;
    const light = sizeA > sizeB ? b : a;
    const share = Math.min(sizeA, sizeB) / (sizeA + sizeB);
    for (let m = 0, p = heavy * d, q = light * d, to = b * d; m < d; m++, p++, q++, to++) {
      x[to] = x[p] + (x[q] - x[p]) * share;
    }
  }
}
