import { type ArrayOf, type NdArray, ndArray } from "#lib/arrays/nd_array.ts";
import { assertShape } from "#lib/arrays/assert_shape.ts";
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

  // Plain sums, as numpy's; docs/decisions/0016_plain_sums_in_plda.md has what they cost.
  const sums = "plain";
  const centred = toLength(subtractRow(new Float64Array(training.data), mean1), D);
  const projected = await dotProducts(compute, centred, ldaT, { aRows: N, bRows: L, columns: D, sums });
  const postXvec = toLength(subtractRow(projected, mean2), L);
  const shifted = subtractRow(postXvec.slice(), mu);
  const postPlda = await dotProducts(compute, shifted, tr, { aRows: N, bRows: L, columns: L, sums });
  return {
    postXvec: ndArray("f8", [N, L], postXvec),
    postPlda: ndArray("f8", [N, L], postPlda),
  };
}

type Rows = Float64Array<ArrayBuffer>;

/** Takes `row` from every row, in place. */
function subtractRow(x: Rows, row: Float64Array): Rows {
  const columns = row.length;
  for (let at = 0; at < x.length; at += columns) {
    for (let j = 0; j < columns; j++) x[at + j] -= row[j];
  }
  return x;
}

/** Scales every row, in place, to the root of its dimension. A row of zeros becomes NaN, as in numpy. */
function toLength(x: Rows, columns: number): Rows {
  for (let at = 0; at < x.length; at += columns) {
    const end = at + columns;
    // Four sums side by side: shorter sums lose less, and none waits for another.
    let s0 = 0, s1 = 0, s2 = 0, s3 = 0, j = at;
    for (; j + 3 < end; j += 4) {
      s0 += x[j] * x[j];
      s1 += x[j + 1] * x[j + 1];
      s2 += x[j + 2] * x[j + 2];
      s3 += x[j + 3] * x[j + 3];
    }
    for (; j < end; j++) s0 += x[j] * x[j];
    const factor = Math.sqrt(columns) / Math.sqrt(s0 + s1 + (s2 + s3));
    for (j = at; j < end; j++) x[j] *= factor;
  }
  return x;
}
