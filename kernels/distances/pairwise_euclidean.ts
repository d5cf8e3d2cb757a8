import { reportKernelRun } from "#lib/compute/kernel_runs.ts";
import { assertMatrix } from "./assert_matrix.ts";

/**
 * Euclidean distances between all pairs of rows, condensed as `scipy.spatial.distance.pdist` does: (0,1), (0,2), ...,
 * (n-2,n-1).
 *
 * The sum of squares of one pair runs plainly from the first column to the last, exactly as SciPy's does, so the distances
 * are SciPy's bit for bit and merges of equal height fall alike (docs/decisions/0003_compensated_sums.md has the figures).
 * Four pairs are summed side by side: same order within a pair, but no waiting on one chain of additions.
 *
 * @param x Row-major (rows, columns).
 * @returns `rows * (rows - 1) / 2` distances.
 * @throws {RangeError} when `x` has another length.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { pairwiseEuclidean } from "#kernels/distances/pairwise_euclidean.ts";
 * const x = new Float64Array([0, 0, 3, 4, 0, 1]);
 * assert.deepEqual([...pairwiseEuclidean(x, { rows: 3, columns: 2 })], [5, 1, Math.sqrt(18)]);
 * ```
 */
export function pairwiseEuclidean(
  x: Float64Array,
  shape: { rows: number; columns: number },
): Float64Array<ArrayBuffer> {
  reportKernelRun({ backend: "scalar", kernel: "distances", name: "pairwiseEuclidean" });
  const { rows: n, columns: d } = shape;
  assertMatrix("x", x, n, d);
  const out = new Float64Array(n * (n - 1) / 2);
  const row = new Float64Array(d);
  let k = 0;
  for (let i = 0; i < n; i++) {
    row.set(x.subarray(i * d, (i + 1) * d));
    let j = i + 1;
    for (; j + 3 < n; j += 4) {
      const a = j * d, b = a + d, c = b + d, e = c + d;
      let sa = 0, sb = 0, sc = 0, se = 0;
      for (let m = 0; m < d; m++) {
        const v = row[m];
        const ea = v - x[a + m], eb = v - x[b + m], ec = v - x[c + m], ee = v - x[e + m];
        sa += ea * ea;
        sb += eb * eb;
        sc += ec * ec;
        se += ee * ee;
      }
      out[k++] = Math.sqrt(sa);
      out[k++] = Math.sqrt(sb);
      out[k++] = Math.sqrt(sc);
      out[k++] = Math.sqrt(se);
    }
    for (; j < n; j++) {
      let s = 0;
      for (let m = 0, a = j * d; m < d; m++) s += (row[m] - x[a + m]) * (row[m] - x[a + m]);
      out[k++] = Math.sqrt(s);
    }
  }
  return out;
}
