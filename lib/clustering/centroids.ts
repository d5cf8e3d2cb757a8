import { assertMatrix } from "#kernels/distances/assert_matrix.ts";
import { dotProducts } from "#kernels/distances/mod.ts";
import { type ComputeOption, SCALAR } from "#lib/compute/scalar_compute.ts";
import { type ArrayOf, type NdArray, ndArray } from "#lib/arrays/nd_array.ts";
import { assertShape } from "#lib/arrays/assert_shape.ts";
import { sum } from "#lib/numerics/sum.ts";

/** Speakers whose prior VBx leaves at or under this are dead. The captures' living ones have 2.7e-3 and more. */
export const LIVING_PRIOR = 1e-7;

/**
 * The speakers that VBx kept alive.
 *
 * @param pi (K,) speaker priors.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { livingSpeakers } from "#lib/clustering/centroids.ts";
 * assert.deepEqual([...livingSpeakers(new Float64Array([0.4, 1e-12, 0.6]))], [0, 2]);
 * ```
 */
export function livingSpeakers(pi: Float64Array): Int32Array {
  return Int32Array.from([...pi.keys()].filter((k) => pi[k] > LIVING_PRIOR));
}

/**
 * Centroids of the living speakers: means of the raw training embeddings weighted by the responsibilities (pyannote
 * clustering.py, `VBxClustering`).
 *
 * @param training (N, dimension).
 * @param vbx Responsibilities `q`, row-major (N, K), and priors `pi`, (K,).
 * @returns (living speakers, dimension).
 * @throws {RangeError} when the sizes do not fit.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { weightedCentroids } from "#lib/clustering/centroids.ts";
 * const training = ndArray("f4", [2, 1], new Float32Array([1, 3]));
 * const centroids = await weightedCentroids(training, { q: new Float64Array([0.25, 0.75]), pi: new Float64Array([1]) });
 * assert.deepEqual([...centroids.data], [2.5]);
 * ```
 */
export async function weightedCentroids(
  training: NdArray<"f4">,
  vbx: { readonly q: Float64Array; readonly pi: Float64Array },
  options: ComputeOption = {},
): Promise<ArrayOf<"f8">> {
  const { compute = SCALAR } = options;
  assertShape(training, [null, null], { name: "training embeddings" });
  const [N, D] = training.shape;
  const K = vbx.pi.length;
  assertMatrix("q", vbx.q, N, K);
  const living = livingSpeakers(vbx.pi);

  const weights = new Float64Array(living.length * N);
  living.forEach((k, row) => {
    for (let n = 0; n < N; n++) weights[row * N + n] = vbx.q[n * K + k];
  });
  const transposed = new Float64Array(D * N);
  for (let n = 0; n < N; n++) for (let d = 0; d < D; d++) transposed[d * N + n] = training.data[n * D + d];

  const data = await dotProducts(compute, weights, transposed, {
    aRows: living.length,
    bRows: D,
    columns: N,
  });
  const totals = Float64Array.from(living, (_, row) => sum(weights.subarray(row * N, (row + 1) * N)));
  return ndArray(
    "f8",
    [living.length, D],
    Float64Array.from(data, (value, at) => value / totals[Math.floor(at / D)]),
  );
}

/**
 * Centroids of hard clusters: plain means of the raw training embeddings, added in float32 as numpy adds them.
 *
 * @param training (N, dimension).
 * @param labels (N,) clusters from 0.
 * @returns (clusters, dimension).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { meanCentroids } from "#lib/clustering/centroids.ts";
 * const training = ndArray("f4", [3, 1], new Float32Array([1, 3, 7]));
 * const centroids = meanCentroids(training, { labels: new Int32Array([0, 0, 1]), clusters: 2 });
 * assert.deepEqual([...centroids.data], [2, 7]);
 * ```
 */
export function meanCentroids(
  training: NdArray<"f4">,
  clustering: { readonly labels: Int32Array; readonly clusters: number },
): ArrayOf<"f8"> {
  assertShape(training, [clustering.labels.length, null], { name: "training embeddings" });
  const D = training.shape[1];
  const totals = new Float32Array(clustering.clusters * D);
  const sizes = new Int32Array(clustering.clusters);
  clustering.labels.forEach((k, n) => {
    sizes[k]++;
    for (let d = 0; d < D; d++) totals[k * D + d] += training.data[n * D + d];
  });
  const means = totals.map((total, at) => total / sizes[Math.floor(at / D)]);
  return ndArray("f8", [clustering.clusters, D], new Float64Array(means));
}
