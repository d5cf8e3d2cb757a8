import { assertMatrix } from "./assert_matrix.ts";
import type { DistancesOptions, PairwiseDistancesOptions } from "./contract.ts";
import { cosineDistance } from "./cosine_distance.ts";
import { dotProducts } from "./dot_products.ts";
import { euclideanDistances } from "./euclidean_distances.ts";
import { pairwiseEuclidean } from "./pairwise_euclidean.ts";
import { rowDotProducts } from "./row_dot_products.ts";

export { dotProducts, rowDotProducts };

/**
 * Distances of every row of `a` to every row of `b`, in float64: the definition.
 *
 * @param a Row-major (aRows, columns).
 * @param b Row-major (bRows, columns).
 * @returns Row-major (aRows, bRows).
 * @throws {RangeError} on a wrong length.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { distances } from "#kernels/distances/scalar.ts";
 * const a = new Float64Array([1, 0]), b = new Float64Array([0, 2, -3, 0]);
 * const shape = { aRows: 1, bRows: 2, columns: 2 };
 * assert.deepEqual([...distances(a, b, { ...shape, metric: "cosine" })], [1, 2]);
 * assert.deepEqual([...distances(a, b, { ...shape, metric: "euclidean" })], [Math.sqrt(5), 4]);
 * ```
 */
export function distances(
  a: Float64Array,
  b: Float64Array,
  options: DistancesOptions,
): Float64Array<ArrayBuffer> {
  const { metric, aRows, bRows, columns, sums } = options;
  if (metric === "euclidean") return euclideanDistances(a, b, options);
  const products = dotProducts(a, b, options);
  const aLengths = rowDotProducts(a, a, { rows: aRows, columns, sums }).map(Math.sqrt);
  const bLengths = rowDotProducts(b, b, { rows: bRows, columns, sums }).map(Math.sqrt);
  return products.map((product, at) =>
    cosineDistance(product, aLengths[Math.floor(at / bRows)], bLengths[at % bRows])
  );
}

/**
 * Distances of all pairs of rows, condensed as SciPy's `pdist`: (0,1), (0,2), ..., (n-2,n-1). In float64: the definition.
 *
 * @param x Row-major (rows, columns).
 * @returns `rows * (rows - 1) / 2` distances.
 * @throws {RangeError} on a wrong length.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pairwiseDistances } from "#kernels/distances/scalar.ts";
 * const x = new Float64Array([1, 0, 0, 2, -3, 0]);
 * const shape = { rows: 3, columns: 2 };
 * assert.deepEqual([...pairwiseDistances(x, { ...shape, metric: "cosine" })], [1, 2, 1]);
 * ```
 */
export function pairwiseDistances(
  x: Float64Array,
  options: PairwiseDistancesOptions,
): Float64Array<ArrayBuffer> {
  const { rows, columns, metric, sums = "compensated" } = options;
  assertMatrix("x", x, rows, columns);
  if (metric === "euclidean" && sums === "plain") {
    return pairwiseEuclidean(x, { rows, columns });
  }
  const out = new Float64Array(rows * (rows - 1) / 2);
  for (let i = 0, at = 0; i < rows - 1; i++) {
    const later = rows - 1 - i;
    const a = x.subarray(i * columns, (i + 1) * columns);
    out.set(
      distances(a, x.subarray((i + 1) * columns), { aRows: 1, bRows: later, columns, metric, sums }),
      at,
    );
    at += later;
  }
  return out;
}
