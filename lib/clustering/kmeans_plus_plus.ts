import type { MersenneTwister } from "#lib/numerics/mersenne_twister.ts";

/**
 * First centres for KMeans by greedy k-means++: each next centre is the best of 2 + floor(ln k) points drawn with probability
 * proportional to the squared distance to the nearest centre so far.
 *
 * D. Arthur and S. Vassilvitskii, "k-means++: the advantages of careful seeding" (SODA 2007), with the draws and the float32
 * roundings of scikit-learn 1.3 and later, whose first centre is drawn through the cumulated weights.
 *
 * @param x Row-major (rows, columns), float32.
 * @param options `clusters` from 1 to rows; `random` is drawn from once, then 2 + floor(ln k) times for each further centre.
 * @returns The rows of `x` that were chosen.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { kmeansPlusPlus } from "#lib/clustering/kmeans_plus_plus.ts";
 * import { MersenneTwister } from "#lib/numerics/mersenne_twister.ts";
 * const x = new Float32Array([0, 0.1, 9, 9.1]);
 * const chosen = kmeansPlusPlus(x, { rows: 4, columns: 1, clusters: 2, random: new MersenneTwister(42) });
 * assert.equal(new Set([...chosen].map((row) => row >> 1)).size, 2); // one of each pair
 * ```
 */
export function kmeansPlusPlus(
  x: Float32Array,
  options: {
    readonly rows: number;
    readonly columns: number;
    readonly clusters: number;
    readonly random: MersenneTwister;
  },
): Int32Array {
  const { rows, columns, clusters, random } = options;
  const trials = 2 + Math.floor(Math.log(clusters));
  const chosen = new Int32Array(clusters);

  const weight = Math.fround(1 / rows);
  const cumulated = new Float64Array(rows);
  for (let i = 0, total = 0; i < rows; i++) cumulated[i] = total += weight;
  const first = random.random();
  chosen[0] = cumulated.findIndex((sum) => sum / cumulated[rows - 1] > first);

  let nearest = squaredDistances(x, chosen[0], rows, columns);
  let potential = total32(nearest);
  for (let c = 1; c < clusters; c++) {
    const draws = Float64Array.from({ length: trials }, () => random.random() * potential);
    for (let i = 0, total = 0; i < rows; i++) cumulated[i] = total += nearest[i];
    let best: { row: number; nearest: Float32Array; potential: number } | undefined;
    for (const draw of draws) {
      const at = cumulated.findIndex((sum) => sum >= draw);
      const row = at < 0 ? rows - 1 : at;
      const candidate = squaredDistances(x, row, rows, columns).map((d, i) => Math.min(d, nearest[i]));
      const candidatePotential = total32(candidate);
      if (!best || candidatePotential < best.potential) {
        best = { row, nearest: candidate, potential: candidatePotential };
      }
    }
    if (!best) break;
    chosen[c] = best.row;
    nearest = best.nearest;
    potential = best.potential;
  }
  return chosen;
}

/** Squared distances of every row to row `center`; the sums in float64, the results in float32. */
function squaredDistances(x: Float32Array, center: number, rows: number, columns: number): Float32Array {
  const out = new Float32Array(rows);
  for (let i = 0; i < rows; i++) {
    let s = 0;
    for (let j = 0; j < columns; j++) {
      const difference = x[i * columns + j] - x[center * columns + j];
      s += difference * difference;
    }
    out[i] = s;
  }
  return out;
}

function total32(values: Float32Array): number {
  let s = 0;
  for (let i = 0; i < values.length; i++) s += values[i];
  return Math.fround(s);
}
