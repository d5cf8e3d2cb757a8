import type { WasmInstance } from "#lib/compute/wasm_module.ts";
import type { WasmArray } from "#lib/compute/wasm_memory.ts";
import type { ClusterGeometry } from "./cluster_geometry.ts";

/** The functions of simd.as.ts; pointers and counts are numbers. */
export interface LinkageExports {
  encode(
    point: number,
    mean: number,
    columns: number,
    step: number,
    slack: number,
    row: number,
    padded: number,
    square: number,
    error: number,
  ): void;
  lowerBounds(
    rows: number,
    padded: number,
    squares: number,
    errors: number,
    step: number,
    slot: number,
    living: number,
    from: number,
    count: number,
    out: number,
  ): void;
  firstNeighbours(
    rows: number,
    padded: number,
    squares: number,
    errors: number,
    step: number,
    largestError: number,
    n: number,
    neighbour: number,
    bound: number,
    second: number,
  ): void;
  distance(a: number, b: number, columns: number): number;
  unite(heavy: number, light: number, share: number, columns: number, to: number): void;
}

/**
 * The clusters in a WebAssembly memory, twice: centroids in float64, which decide, and less their mean in 16-bit integers, from
 * which come the lower bounds, each with the certified error that simd.as.ts explains. The integers take a quarter of the
 * memory traffic, and eight products one instruction.
 */
export class WasmGeometry implements ClusterGeometry {
  readonly living: Int32Array;
  readonly bounds: Float64Array;
  readonly #exports: LinkageExports;
  readonly #n: number;
  readonly #columns: number;
  readonly #padded: number;
  readonly #step: number;
  readonly #slack: number;
  readonly #centroids: WasmArray<Float64Array>;
  readonly #mean: WasmArray<Float64Array>;
  readonly #errors: WasmArray<Float64Array>;
  readonly #squares: WasmArray<Int32Array>;
  readonly #living: WasmArray<Int32Array>;
  readonly #bounds: WasmArray<Float64Array>;
  readonly #nearest: WasmArray<Int32Array>;
  readonly #second: WasmArray<Float64Array>;
  /** Address of the 16-bit rows. */
  readonly #rows: number;

  /** @param x Row-major (rows, columns), checked by `assertPoints`; copied into the instance's memory. */
  constructor(
    { exports, memory }: WasmInstance<LinkageExports>,
    x: Float64Array,
    shape: { rows: number; columns: number },
  ) {
    const { rows: n, columns } = shape;
    this.#exports = exports;
    this.#n = n;
    this.#columns = columns;
    this.#padded = Math.ceil(columns / 8) * 8;

    const { mean, radius } = enclose(x, shape);
    // The centred points lie within `radius`; |q| may exceed radius / step by the rounding of each column, sqrt(columns) / 2.
    // Below 2^-480 squares lose their digits, the radius with them: step 0 makes every bound 0, and `distance` decides alone.
    this.#step = radius >= 2 ** -480 ? radius / (32766 - Math.sqrt(columns)) : 0;
    // What float64 itself loses, in the residual and in the distance that a bound is compared with.
    this.#slack = radius * (columns + 64) * 2 ** -50;

    this.#centroids = memory.float64(x);
    this.#rows = memory.alloc(2 * n * this.#padded);
    this.#mean = memory.float64(mean);
    this.#errors = memory.float64(n);
    this.#squares = memory.int32(n);
    this.#living = memory.int32(n);
    this.#bounds = memory.float64(n + 3);
    this.#nearest = memory.int32(n);
    this.#second = memory.float64(n);
    this.living = this.#living.view;
    this.bounds = this.#bounds.view;
    for (let slot = 0; slot < n; slot++) this.#encode(slot);
  }

  firstNeighbours(neighbour: Int32Array, bound: Float64Array, second: Float64Array): void {
    const errors = this.#errors.view;
    this.#exports.firstNeighbours(
      this.#rows,
      this.#padded,
      this.#squares.pointer,
      this.#errors.pointer,
      this.#step,
      errors.reduce((largest, error) => Math.max(largest, error), 0),
      this.#n,
      this.#nearest.pointer,
      this.#bounds.pointer,
      this.#second.pointer,
    );
    neighbour.set(this.#nearest.view);
    bound.set(this.#bounds.view.subarray(0, this.#n));
    second.set(this.#second.view);
  }

  lowerBounds(slot: number, from: number, count: number): void {
    this.#exports.lowerBounds(
      this.#rows,
      this.#padded,
      this.#squares.pointer,
      this.#errors.pointer,
      this.#step,
      slot,
      this.#living.pointer,
      from,
      count,
      this.#bounds.pointer,
    );
  }

  distance(a: number, b: number): number {
    return this.#exports.distance(this.#centroid(a), this.#centroid(b), this.#columns);
  }

  unite(a: number, b: number, sizeA: number, sizeB: number): void {
    const [heavy, light] = sizeA > sizeB ? [a, b] : [b, a];
    const share = Math.min(sizeA, sizeB) / (sizeA + sizeB);
    this.#exports.unite(
      this.#centroid(heavy),
      this.#centroid(light),
      share,
      this.#columns,
      this.#centroid(b),
    );
    this.#encode(b);
  }

  #centroid(slot: number): number {
    return this.#centroids.pointer + 8 * slot * this.#columns;
  }

  #encode(slot: number): void {
    this.#exports.encode(
      this.#centroid(slot),
      this.#mean.pointer,
      this.#columns,
      this.#step,
      this.#slack,
      this.#rows + 2 * slot * this.#padded,
      this.#padded,
      this.#squares.pointer + 4 * slot,
      this.#errors.pointer + 8 * slot,
    );
  }
}

/** The mean of all points, and the largest distance of any from it, rounded up. */
function enclose(
  x: Float64Array,
  { rows, columns }: { rows: number; columns: number },
): { mean: Float64Array; radius: number } {
  const mean = new Float64Array(columns);
  for (let row = 0, at = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) mean[column] += x[at++] / rows;
  }
  let radius = 0;
  for (let row = 0, at = 0; row < rows; row++) {
    let square = 0;
    for (let column = 0; column < columns; column++, at++) square += (x[at] - mean[column]) ** 2;
    radius = Math.max(radius, Math.sqrt(square));
  }
  return { mean, radius: radius * (1 + columns * 2 ** -50) };
}
