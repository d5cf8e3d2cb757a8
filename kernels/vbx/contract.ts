import type { Summation } from "#lib/numerics/sum.ts";

/** What VBx is given besides the vectors, named as in the paper. */
export interface VbxOptions {
  /** N: number of vectors. */
  readonly rows: number;
  /** D: their dimension. */
  readonly columns: number;
  /** K: number of speakers to begin with. */
  readonly speakers: number;
  /** Acoustic factor F_A; scales the likelihood. @default {0.07} */
  readonly fa?: number;
  /** Regularisation factor F_B; scales the speaker prior. @default {0.8} */
  readonly fb?: number;
  /** Iterations at most. @default {20} */
  readonly maxIterations?: number;
  /** Stop when the ELBO grows by less than this. @default {1e-4} */
  readonly elboEpsilon?: number;
  /** How sums over vectors and dimensions are added. @default {"compensated"} */
  readonly sums?: Summation;
}

/** What VBx gives. */
export interface VbxResult {
  /** Responsibilities q, row-major (N, K); rows sum to 1. */
  readonly q: Float64Array;
  /** Speaker priors pi, (K,); they sum to 1. */
  readonly pi: Float64Array;
  /** The evidence lower bound after each iteration. */
  readonly elbo: Float64Array;
  /** Means of the speaker posteriors, row-major (K, D). */
  readonly alpha: Float64Array;
  /** Variances of the speaker posteriors (diagonal of the inverse precision), row-major (K, D). */
  readonly invL: Float64Array;
  /** True when the last ELBO was lower than the one before: VBx should never let it fall. */
  readonly elboFell: boolean;
}
