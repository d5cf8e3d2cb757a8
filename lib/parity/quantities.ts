import type { Precision } from "#lib/compute/compute.ts";
import type { Artefacts } from "#lib/pipeline/artefacts.ts";

/** One thing that a capture holds and a stage gives. */
export interface Quantity {
  /** The stage that gives it. */
  readonly stage: string;
  /** Its name in the capture. */
  readonly quantity: string;
  /** The largest absolute difference that still is parity in float64 (scalar and wasm); 0 means equal, on every backend. */
  readonly tolerance: number;
  /** The same on a GPU in double-single arithmetic. @default {tolerance} */
  readonly df64?: number;
  /** The same on a GPU in float32: what shows a fault, not what is parity. @default {tolerance} */
  readonly f32?: number;
  /** Why not 0. */
  readonly reason: string;
  /** Compare magnitudes only. */
  readonly absolute?: boolean;
  /** The values in a set of artefacts, or undefined when they are not there. */
  readonly of: (artefacts: Partial<Artefacts>) => Values | undefined;
}

/**
 * The tolerance of a quantity in a precision.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { QUANTITIES, toleranceOf } from "#lib/parity/quantities.ts";
 * const q = QUANTITIES.find(({ quantity }) => quantity === "q_final")!;
 * assert(toleranceOf(q, "f64") < toleranceOf(q, "df64"));
 * ```
 */
export function toleranceOf(quantity: Quantity, precision: Precision): number {
  return (precision === "f64" ? undefined : quantity[precision]) ?? quantity.tolerance;
}

/** Numbers with a shape. */
export interface Values {
  readonly shape: readonly number[];
  readonly data: ArrayLike<number>;
}

const list = (data: ArrayLike<number> | undefined): Values | undefined =>
  data && { shape: [data.length], data };
const exact = { tolerance: 0, reason: "" };

/**
 * Everything that parity compares, in the order of the stages, with the tolerances of each. numpy and SciPy
 * themselves reach these captures to 2.5e-12 (PLDA), 7.3e-15 (q), 7.3e-12 (ELBO) and 2e-15 (scores).
 */
export const QUANTITIES: readonly Quantity[] = [
  { stage: "speaker_counting", quantity: "count", ...exact, of: (a) => a.count },
  { stage: "train_filter", quantity: "train_chunk_idx", ...exact, of: (a) => list(a.training?.chunkIndex) },
  {
    stage: "train_filter",
    quantity: "train_speaker_idx",
    ...exact,
    of: (a) => list(a.training?.speakerIndex),
  },
  { stage: "ahc", quantity: "ahc_init_labels", ...exact, of: (a) => a.ahcLabels },
  {
    stage: "plda",
    quantity: "post_xvec",
    tolerance: 1e-11,
    df64: 1e-11,
    f32: 1e-4,
    reason: "values near 10 out of sums over D terms, added in another order by BLAS",
    of: (a) => a.postXvec,
  },
  {
    stage: "plda",
    quantity: "post_plda",
    tolerance: 1e-10,
    df64: 1e-10,
    f32: 1e-3,
    reason: "the capture's weights come from an eigenproblem solved to about 1e-13; its signs are arbitrary",
    absolute: true,
    of: (a) => a.postPlda,
  },
  {
    stage: "plda",
    quantity: "phi",
    tolerance: 1e-12,
    reason: "eigenvalues near 25, solved for by the capture and stored in the weights",
    of: (a) => a.phi,
  },
  {
    stage: "vbx",
    quantity: "q_final",
    tolerance: 1e-12,
    df64: 1e-9,
    f32: 1e-2,
    reason: "up to 20 iterations over sums added in another order by BLAS",
    of: (a) => a.q,
  },
  {
    stage: "vbx",
    quantity: "sp_final",
    tolerance: 1e-12,
    df64: 1e-9,
    f32: 1e-2,
    reason: "as q_final",
    of: (a) => a.pi,
  },
  {
    stage: "vbx",
    quantity: "elbo_trajectory",
    tolerance: 1e-9,
    df64: 1e-9,
    f32: 1,
    reason: "values of 1e3 to 1e5 whose last binary digits are about 1e-12",
    of: (a) => a.elbo,
  },
  { stage: "vbx", quantity: "iterations", ...exact, of: (a) => list(a.elbo && [a.elbo.data.length]) },
  {
    stage: "centroids",
    quantity: "centroids",
    tolerance: 1e-12,
    df64: 1e-12,
    f32: 1e-5,
    reason: "weighted means over N embeddings, added in another order by BLAS",
    of: (a) => a.centroids,
  },
  {
    stage: "scores",
    quantity: "soft_clusters",
    tolerance: 1e-12,
    df64: 1e-12,
    f32: 1e-5,
    reason: "cosines over D terms, added in another order by SciPy",
    of: (a) => a.softClusters,
  },
  { stage: "assignment", quantity: "hard_clusters", ...exact, of: (a) => a.hardClusters },
  { stage: "reconstruction", quantity: "discrete_diarization", ...exact, of: (a) => a.discreteDiarization },
];
