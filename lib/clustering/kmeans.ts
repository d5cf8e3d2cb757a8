import { assertMatrix } from "#kernels/distances/assert_matrix.ts";
import { MersenneTwister } from "#lib/numerics/mersenne_twister.ts";
import { kmeansPlusPlus } from "./kmeans_plus_plus.ts";
import { lloyd, type LloydResult } from "./lloyd.ts";

/** Sizes and settings of `kmeans`. */
export interface KmeansOptions {
  readonly rows: number;
  readonly columns: number;
  /** Number of clusters, from 1 to `rows`. */
  readonly clusters: number;
  /** Runs from different first centres; the one of least inertia wins. @default {3} */
  readonly runs?: number;
  /** Seed of the MT19937 that draws the first centres. @default {42} */
  readonly seed?: number;
  /** Lloyd iterations at most. @default {300} */
  readonly maxIterations?: number;
  /** Stop when the centres move by less than this share of the mean variance (squared). @default {1e-4} */
  readonly tolerance?: number;
}

/**
 * KMeans with the defaults that pyannote uses for speaker-number hints, and the labels of scikit-learn 1.3 and later:
 * `KMeans(n_clusters, n_init=3, random_state=42).fit_predict(x)`.
 *
 * The data stay float32 as given, less their mean, and each stored intermediate (centres, distances, potentials) is rounded to
 * float32; inside one sum float64 is used, where scikit-learn's order of float32 additions depends on its BLAS.
 *
 * @param x Row-major (rows, columns).
 * @returns One label per row.
 * @throws {RangeError} on a wrong length, more clusters than rows, or a value that is not finite.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { kmeans } from "#lib/clustering/kmeans.ts";
 * const labels = kmeans(new Float32Array([0, 9, 0.1, 9.1]), { rows: 4, columns: 1, clusters: 2 });
 * assert(labels[0] === labels[2] && labels[1] === labels[3] && labels[0] !== labels[1]);
 * ```
 */
export function kmeans(x: Float32Array, options: KmeansOptions): Int32Array {
  const { rows, columns, clusters, runs = 3, seed = 42, maxIterations = 300, tolerance = 1e-4 } = options;
  assertMatrix("x", x, rows, columns);
  if (!Number.isInteger(clusters) || clusters < 1 || clusters > rows) {
    throw new RangeError(`KMeans over ${rows} points can make 1 to ${rows} clusters, not ${clusters}.`);
  }
  if (!Number.isInteger(runs) || runs < 1) {
    throw new RangeError(`KMeans needs at least one run, not ${runs}.`);
  }
  const bad = x.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new RangeError(`KMeans needs finite points; row ${Math.floor(bad / columns)} holds ${x[bad]}.`);
  }

  const mean = columnMeans(x, rows, columns);
  const centred = x.map((value, at) => value - mean[at % columns]);
  const bound = tolerance * meanVariance(x, mean, rows, columns);
  const random = new MersenneTwister(seed);
  let best: LloydResult | undefined;
  for (let run = 0; run < runs; run++) {
    const first = kmeansPlusPlus(centred, { rows, columns, clusters, random });
    const centers = new Float32Array(clusters * columns);
    first.forEach((row, c) => centers.set(centred.subarray(row * columns, (row + 1) * columns), c * columns));
    const result = lloyd(centred, centers, { rows, columns, maxIterations, shiftBound: bound });
    if (!best || (result.inertia < best.inertia && !samePartition(result.labels, best.labels))) best = result;
  }
  return best!.labels;
}

/** numpy's float32 mean along axis 0: rows added one after the other. */
function columnMeans(x: Float32Array, rows: number, columns: number): Float32Array {
  const total = new Float32Array(columns);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) total[j] += x[i * columns + j];
  return total.map((value) => value / rows);
}

function meanVariance(x: Float32Array, mean: Float32Array, rows: number, columns: number): number {
  let total = 0;
  for (let j = 0; j < columns; j++) {
    let variance = 0;
    for (let i = 0; i < rows; i++) variance += (x[i * columns + j] - mean[j]) ** 2;
    total += variance / rows;
  }
  return total / columns;
}

/** Whether two labellings differ only in the names of the clusters. */
function samePartition(a: Int32Array, b: Int32Array): boolean {
  const name = new Map<number, number>();
  return a.every((label, i) => {
    if (!name.has(label)) name.set(label, b[i]);
    return name.get(label) === b[i];
  });
}
