/**
 * Dot products and distances between the rows of matrices, on any backend.
 *
 * Precision: `scalar` and `wasm` give the same float64 numbers bit for bit. `webgpu` with precision `df64` keeps about 45 bits of the
 * sum of magnitudes, with `f32` about 24 less the rounding of the sum; compensated sums are df64's own, so `sums` makes a
 * difference only to `f32`. Rows that float32 cannot hold (NaN, infinities, magnitudes outside 2^-40 ... 2^40) are done in
 * float64 on the host, so NaN and infinities come out as the scalar backend gives them.
 */
import type { Compute } from "#lib/compute/compute.ts";
import type { DistancesOptions, PairwiseDistancesOptions, RowDotProductsOptions } from "./contract.ts";
import type { DotProductsOptions } from "./dot_products.ts";

export type { DistancesOptions, DotProductsOptions, PairwiseDistancesOptions, RowDotProductsOptions };
export type { Metric } from "./contract.ts";

type Matrix = Float64Array<ArrayBuffer>;

/**
 * All dot products of the rows of `a` with the rows of `b`: A B^T.
 *
 * @param a Row-major (aRows, columns).
 * @param b Row-major (bRows, columns).
 * @returns Row-major (aRows, bRows).
 * @throws {RangeError} on a wrong length.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openCompute } from "#lib/compute/open_compute.ts";
 * import { dotProducts } from "#kernels/distances/mod.ts";
 * await using compute = await openCompute({ backend: "wasm" });
 * const a = new Float64Array([1, 2]), b = new Float64Array([3, 4, 0, 1]);
 * assert.deepEqual([...await dotProducts(compute, a, b, { aRows: 1, bRows: 2, columns: 2 })], [11, 2]);
 * ```
 */
export async function dotProducts(
  compute: Compute,
  a: Float64Array,
  b: Float64Array,
  options: DotProductsOptions,
): Promise<Matrix> {
  if (compute.backend === "webgpu") return (await import("./webgpu.ts")).dotProducts(compute, a, b, options);
  if (compute.backend === "wasm") return (await import("./wasm.ts")).dotProducts(a, b, options);
  return (await import("./scalar.ts")).dotProducts(a, b, options);
}

/**
 * The dot product of every row of `a` with the same row of `b`.
 *
 * @param a Row-major (rows, columns).
 * @param b Row-major (rows, columns).
 * @returns (rows,).
 * @throws {RangeError} on a wrong length.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openCompute } from "#lib/compute/open_compute.ts";
 * import { rowDotProducts } from "#kernels/distances/mod.ts";
 * await using compute = await openCompute({ backend: "wasm" });
 * const x = new Float64Array([3, 4, 0, 2]);
 * assert.deepEqual([...await rowDotProducts(compute, x, x, { rows: 2, columns: 2 })], [25, 4]);
 * ```
 */
export async function rowDotProducts(
  compute: Compute,
  a: Float64Array,
  b: Float64Array,
  options: RowDotProductsOptions,
): Promise<Matrix> {
  if (compute.backend === "webgpu") {
    return (await import("./webgpu.ts")).rowDotProducts(compute, a, b, options);
  }
  if (compute.backend === "wasm") return (await import("./wasm.ts")).rowDotProducts(a, b, options);
  return (await import("./scalar.ts")).rowDotProducts(a, b, options);
}

/**
 * Cosine or Euclidean distances of every row of `a` to every row of `b`, such as embeddings to centroids. A cosine distance with
 * a row of zeros is NaN.
 *
 * @param a Row-major (aRows, columns).
 * @param b Row-major (bRows, columns).
 * @returns Row-major (aRows, bRows).
 * @throws {RangeError} on a wrong length.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openCompute } from "#lib/compute/open_compute.ts";
 * import { distances } from "#kernels/distances/mod.ts";
 * await using compute = await openCompute({ backend: "wasm" });
 * const options = { aRows: 1, bRows: 2, columns: 2, metric: "cosine" } as const;
 * const got = await distances(compute, new Float64Array([1, 0]), new Float64Array([0, 2, -3, 0]), options);
 * assert.deepEqual([...got], [1, 2]);
 * ```
 */
export async function distances(
  compute: Compute,
  a: Float64Array,
  b: Float64Array,
  options: DistancesOptions,
): Promise<Matrix> {
  if (compute.backend === "webgpu") return (await import("./webgpu.ts")).distances(compute, a, b, options);
  if (compute.backend === "wasm") return (await import("./wasm.ts")).distances(a, b, options);
  return (await import("./scalar.ts")).distances(a, b, options);
}

/**
 * Distances of all pairs of rows, condensed as SciPy's `pdist`: (0,1), (0,2), ..., (n-2,n-1).
 *
 * @param x Row-major (rows, columns).
 * @returns `rows * (rows - 1) / 2` distances.
 * @throws {RangeError} on a wrong length.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openCompute } from "#lib/compute/open_compute.ts";
 * import { pairwiseDistances } from "#kernels/distances/mod.ts";
 * await using compute = await openCompute({ backend: "wasm" });
 * const options = { rows: 3, columns: 2, metric: "euclidean", sums: "plain" } as const;
 * const x = new Float64Array([0, 0, 3, 4, 0, 1]);
 * assert.deepEqual([...await pairwiseDistances(compute, x, options)], [5, 1, Math.sqrt(18)]);
 * ```
 */
export async function pairwiseDistances(
  compute: Compute,
  x: Float64Array,
  options: PairwiseDistancesOptions,
): Promise<Matrix> {
  if (compute.backend === "webgpu") {
    return (await import("./webgpu.ts")).pairwiseDistances(compute, x, options);
  }
  if (compute.backend === "wasm") return (await import("./wasm.ts")).pairwiseDistances(x, options);
  return (await import("./scalar.ts")).pairwiseDistances(x, options);
}
