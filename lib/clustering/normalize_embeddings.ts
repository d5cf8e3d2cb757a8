import { assertMatrix } from "#kernels/distances/assert_matrix.ts";

/**
 * Embeddings scaled to length 1 in float32, bit for bit as pyannote's `x / np.linalg.norm(x, axis=1, keepdims=True)` gives them.
 *
 * AHC and KMeans start from these very numbers, and near-ties must fall alike; numpy's float32 sum is pairwise: blocks of at
 * most 128 terms in eight interleaved partial sums, blocks added as a balanced tree. A row of zeros gives NaN.
 *
 * @param x Row-major (rows, columns).
 * @throws {RangeError} on a wrong length.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { normalizeEmbeddings } from "#lib/clustering/normalize_embeddings.ts";
 * const unit = normalizeEmbeddings(new Float32Array([3, 4]), { rows: 1, columns: 2 });
 * assert.deepEqual([...unit], [Math.fround(0.6), Math.fround(0.8)]);
 * ```
 */
export function normalizeEmbeddings(
  x: Float32Array,
  shape: { readonly rows: number; readonly columns: number },
): Float32Array<ArrayBuffer> {
  const { rows, columns } = shape;
  assertMatrix("x", x, rows, columns);
  const out = new Float32Array(x.length);
  const squares = new Float32Array(columns);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) squares[j] = x[i * columns + j] * x[i * columns + j];
    const norm = Math.fround(Math.sqrt(pairwiseSum(squares, 0, columns)));
    for (let j = 0; j < columns; j++) out[i * columns + j] = x[i * columns + j] / norm;
  }
  return out;
}

const fround = Math.fround;
const BLOCK = 128;
const LANES = 8;

function pairwiseSum(a: Float32Array, at: number, n: number): number {
  if (n < LANES) {
    let total = n === 0 ? 0 : a[at];
    for (let i = 1; i < n; i++) total = fround(total + a[at + i]);
    return total;
  }
  if (n > BLOCK) {
    const half = (n >> 1) - (n >> 1) % LANES;
    return fround(pairwiseSum(a, at, half) + pairwiseSum(a, at + half, n - half));
  }
  const lanes = a.slice(at, at + LANES);
  let i = LANES;
  for (; i < n - n % LANES; i += LANES) {
    for (let lane = 0; lane < LANES; lane++) lanes[lane] += a[at + i + lane];
  }
  const [l0, l1, l2, l3, l4, l5, l6, l7] = lanes;
  const low = fround(fround(l0 + l1) + fround(l2 + l3));
  const high = fround(fround(l4 + l5) + fround(l6 + l7));
  let total = fround(low + high);
  for (; i < n; i++) total = fround(total + a[at + i]);
  return total;
}
