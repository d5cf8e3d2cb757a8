import type { Summation } from "#lib/numerics/sum.ts";

/** Cosine distance: 1 - cosine, from 0 to 2. Euclidean distance: the root of the sum of squared differences. */
export type Metric = "cosine" | "euclidean";

/** Sizes of `rowDotProducts`. */
export interface RowDotProductsOptions {
  /** Rows of both matrices. */
  readonly rows: number;
  /** Length of every row. */
  readonly columns: number;
  /** @default {"compensated"} */
  readonly sums?: Summation;
}

/** Sizes and metric of `distances`. */
export interface DistancesOptions {
  /** Rows of `a`. */
  readonly aRows: number;
  /** Rows of `b`, such as centroids. */
  readonly bRows: number;
  /** Length of every row. */
  readonly columns: number;
  readonly metric: Metric;
  /** @default {"compensated"} */
  readonly sums?: Summation;
}

/** Sizes and metric of `pairwiseDistances`. */
export interface PairwiseDistancesOptions {
  readonly rows: number;
  /** Length of every row. */
  readonly columns: number;
  readonly metric: Metric;
  /** Euclidean distances of plain sums are SciPy's `pdist` bit for bit on the CPU backends. @default {"compensated"} */
  readonly sums?: Summation;
}
