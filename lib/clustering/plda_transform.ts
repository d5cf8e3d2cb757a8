import { type ArrayOf, type NdArray, ndArray } from "#lib/arrays/nd_array.ts";
import { assertShape } from "#lib/arrays/assert_shape.ts";
import { sum } from "#lib/numerics/sum.ts";
import { dotProducts } from "#kernels/distances/mod.ts";
import { type ComputeOption, SCALAR } from "#lib/compute/scalar_compute.ts";
import type { PldaModel } from "./plda_model.ts";

/** Embeddings on their way into the PLDA space. */
export interface PldaEmbeddings {
  /** After the x-vector transform: centred, projected, of length sqrt(L); (N, L). */
  readonly postXvec: ArrayOf<"f8">;
  /** In the space where within-speaker covariance is I and between-speaker diag(psi); (N, L). */
  readonly postPlda: ArrayOf<"f8">;
}

/**
 * Embeddings into the PLDA space: `x - mean1`, to length sqrt(D), times `lda`, `- mean2`, to length sqrt(L), `- mu`, times `tr`
 * transposed (pyannote utils/vbx.py, `xvec_tf` and `plda_tf`). The signs of the result's columns are the weights' own.
 *
 * @param training (N, D).
 * @throws {RangeError} when the embeddings are not of the model's dimension.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { pldaTransform } from "#lib/clustering/plda_transform.ts";
 * const zero = new Float64Array(2);
 * const eye = new Float64Array([1, 0, 0, 1]);
 * const model = {
 *   dimension: 2, ldaDimension: 2, mean1: zero, lda: eye, mean2: zero, mu: zero, tr: eye, psi: new Float64Array([4, 1]),
 * };
 * const { postPlda } = await pldaTransform(ndArray("f4", [1, 2], new Float32Array([3, 4])), model);
 * assert(Math.abs(postPlda.data[0] - 0.6 * Math.SQRT2) < 1e-15);
 * ```
 */
export async function pldaTransform(
  training: NdArray<"f4">,
  model: PldaModel,
  options: ComputeOption = {},
): Promise<PldaEmbeddings> {
  const { compute = SCALAR } = options;
  const { dimension: D, ldaDimension: L, mean1, lda, mean2, mu, tr } = model;
  assertShape(training, [null, D], { name: "training embeddings" });
  const [N] = training.shape;
  const ldaT = new Float64Array(L * D);
  for (let d = 0; d < D; d++) for (let l = 0; l < L; l++) ldaT[l * D + d] = lda[d * L + l];

  const centred = toLength(subtractRow(new Float64Array(training.data), mean1), D, Math.sqrt(D));
  const projected = await dotProducts(compute, centred, ldaT, { aRows: N, bRows: L, columns: D });
  const postXvec = toLength(subtractRow(projected, mean2), L, Math.sqrt(L));
  const postPlda = await dotProducts(compute, subtractRow(postXvec, mu), tr, {
    aRows: N,
    bRows: L,
    columns: L,
  });
  return {
    postXvec: ndArray("f8", [N, L], postXvec),
    postPlda: ndArray("f8", [N, L], postPlda),
  };
}

type Rows = Float64Array<ArrayBuffer>;

function subtractRow(x: Rows, row: Float64Array): Rows {
  const out = new Float64Array(x.length);
  for (let at = 0; at < x.length; at += row.length) {
    for (let j = 0; j < row.length; j++) out[at + j] = x[at + j] - row[j];
  }
  return out;
}

/** Scales every row, in place, to the length asked for. A row of zeros becomes NaN, as in numpy. */
function toLength(x: Rows, columns: number, length: number): Rows {
  const squares = new Float64Array(columns);
  for (let at = 0; at < x.length; at += columns) {
    for (let j = 0; j < columns; j++) squares[j] = x[at + j] * x[at + j];
    const norm = Math.sqrt(sum(squares));
    for (let j = at; j < at + columns; j++) x[j] = length * (x[j] / norm);
  }
  return x;
}
