import type { NdArray } from "#lib/arrays/nd_array.ts";
import { asFloat64 } from "#lib/arrays/as_float64.ts";
import { assertShape } from "#lib/arrays/assert_shape.ts";

/** A two-covariance PLDA with the x-vector transform before it, D -> L dimensions. */
export interface PldaModel {
  /** D: dimension of the embeddings. */
  readonly dimension: number;
  /** L: dimension after the linear discriminant analysis. */
  readonly ldaDimension: number;
  /** (D,) mean of the embeddings. */
  readonly mean1: Float64Array;
  /** Row-major (D, L). */
  readonly lda: Float64Array;
  /** (L,) mean after the projection. */
  readonly mean2: Float64Array;
  /** (L,) mean of the PLDA. */
  readonly mu: Float64Array;
  /** Row-major (L, L); its rows make within-speaker covariance I and between-speaker diag(psi). */
  readonly tr: Float64Array;
  /** (L,) between-speaker variances, descending. */
  readonly psi: Float64Array;
}

/** The six arrays of `plda.npz` and `xvec_transform.npz`. */
export type PldaArrays = Readonly<Record<"mean1" | "lda" | "mean2" | "mu" | "tr" | "psi", NdArray>>;

/**
 * A PLDA model from the arrays that pyannote stores.
 *
 * pyannote solves a generalised eigenproblem with `tr` and `psi` when it loads them; the solution is the stored rows of `tr` in
 * descending order of `psi`, up to their signs (checked on community-1: psi to 1.6e-15, |tr| to 1.3e-13).
 *
 * @throws {RangeError} when shapes do not fit, or psi is not positive.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { pldaModel } from "#lib/clustering/plda_model.ts";
 * const two = (...values: number[]) => ndArray("f8", [2], new Float64Array(values));
 * const square = (...values: number[]) => ndArray("f8", [2, 2], new Float64Array(values));
 * const model = pldaModel({
 *   mean1: two(0, 0), lda: square(1, 0, 0, 1), mean2: two(0, 0), mu: two(0, 0), tr: square(1, 0, 0, 1), psi: two(1, 4),
 * });
 * assert.deepEqual([...model.psi], [4, 1]);
 * assert.deepEqual([...model.tr], [0, 1, 1, 0]);
 * ```
 */
export function pldaModel(arrays: PldaArrays): PldaModel {
  assertShape(arrays.lda, [null, null], { name: "lda" });
  const [dimension, ldaDimension] = arrays.lda.shape;
  const sized = (name: keyof PldaArrays, shape: number[]): Float64Array => {
    assertShape(arrays[name], shape, { name });
    const values = asFloat64(arrays[name], { name });
    const bad = values.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0) throw new RangeError(`PLDA weight ${name} holds ${values[bad]} at index ${bad}.`);
    return values;
  };
  const tr = sized("tr", [ldaDimension, ldaDimension]);
  const psi = sized("psi", [ldaDimension]);
  const negative = psi.findIndex((value) => value <= 0);
  if (negative >= 0) {
    throw new RangeError(
      `Between-speaker variance psi[${negative}] is ${psi[negative]}; it must be positive.`,
    );
  }
  const order = [...psi.keys()].sort((a, b) => psi[b] - psi[a]);
  const sortedTr = new Float64Array(tr.length);
  order.forEach((row, i) =>
    sortedTr.set(tr.subarray(row * ldaDimension, (row + 1) * ldaDimension), i * ldaDimension)
  );
  return {
    dimension,
    ldaDimension,
    mean1: sized("mean1", [dimension]),
    lda: sized("lda", [dimension, ldaDimension]),
    mean2: sized("mean2", [ldaDimension]),
    mu: sized("mu", [ldaDimension]),
    tr: sortedTr,
    psi: Float64Array.from(order, (row) => psi[row]),
  };
}
