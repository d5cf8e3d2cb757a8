import { reportKernelRun } from "#lib/compute/kernel_runs.ts";
import type { Summation } from "#lib/numerics/sum.ts";
import { assertMatrix } from "./assert_matrix.ts";

/** Sizes of `dotProducts`. */
export interface DotProductsOptions {
  /** Rows of `a`. */
  readonly aRows: number;
  /** Rows of `b`. */
  readonly bRows: number;
  /** Length of every row. */
  readonly columns: number;
  /** @default {"compensated"} */
  readonly sums?: Summation;
}

/**
 * All dot products of the rows of `a` with the rows of `b`: A B^T.
 *
 * Compensated sums are Neumaier's in the branch-free form of Knuth's two-sum: what each addition loses is added up beside the
 * sum and given back at the end. Each product is rounded once, which no sum can mend. NaN travels; where an infinity makes the
 * compensation NaN, the plain sum stands.
 *
 * @param a Row-major (aRows, columns).
 * @param b Row-major (bRows, columns).
 * @returns Row-major (aRows, bRows).
 * @throws {RangeError} on a wrong length.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { dotProducts } from "#kernels/distances/dot_products.ts";
 * const a = new Float64Array([1e16, 1, -1e16]);
 * const ones = new Float64Array([1, 1, 1]);
 * const shape = { aRows: 1, bRows: 1, columns: 3 };
 * assert.equal(dotProducts(a, ones, shape)[0], 1);
 * assert.equal(dotProducts(a, ones, { ...shape, sums: "plain" })[0], 0);
 * ```
 */
export function dotProducts(
  a: Float64Array,
  b: Float64Array,
  options: DotProductsOptions,
): Float64Array<ArrayBuffer> {
  reportKernelRun({ backend: "scalar", kernel: "distances", name: "dotProducts" });
  const { aRows, bRows, columns, sums = "compensated" } = options;
  assertMatrix("a", a, aRows, columns);
  assertMatrix("b", b, bRows, columns);
  const row = sums === "plain" ? plainRow : compensatedRow;
  const out = new Float64Array(aRows * bRows);
  for (let i = 0; i < aRows; i++) row(a, i * columns, b, bRows, columns, out, i * bRows);
  return out;
}

// One row of `a` against four of `b` at a time: the additions of one sum wait for each other, those of four do not.

function plainRow(
  a: Float64Array,
  aAt: number,
  b: Float64Array,
  bRows: number,
  d: number,
  out: Float64Array,
  outAt: number,
): void {
  for (let j = 0; j < bRows; j += 4) {
    const b0 = j * d, b1 = Math.min(j + 1, bRows - 1) * d;
    const b2 = Math.min(j + 2, bRows - 1) * d, b3 = Math.min(j + 3, bRows - 1) * d;
    let s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    for (let m = 0; m < d; m++) {
      const x = a[aAt + m];
      s0 += x * b[b0 + m];
      s1 += x * b[b1 + m];
      s2 += x * b[b2 + m];
      s3 += x * b[b3 + m];
    }
    out[outAt + j] = s0;
    if (j + 1 < bRows) out[outAt + j + 1] = s1;
    if (j + 2 < bRows) out[outAt + j + 2] = s2;
    if (j + 3 < bRows) out[outAt + j + 3] = s3;
  }
}

function compensatedRow(
  a: Float64Array,
  aAt: number,
  b: Float64Array,
  bRows: number,
  d: number,
  out: Float64Array,
  outAt: number,
): void {
  for (let j = 0; j < bRows; j += 4) {
    const b0 = j * d, b1 = Math.min(j + 1, bRows - 1) * d;
    const b2 = Math.min(j + 2, bRows - 1) * d, b3 = Math.min(j + 3, bRows - 1) * d;
    let s0 = 0, s1 = 0, s2 = 0, s3 = 0, e0 = 0, e1 = 0, e2 = 0, e3 = 0;
    for (let m = 0; m < d; m++) {
      const x = a[aAt + m];
      const p0 = x * b[b0 + m], p1 = x * b[b1 + m], p2 = x * b[b2 + m], p3 = x * b[b3 + m];
      const t0 = s0 + p0, t1 = s1 + p1, t2 = s2 + p2, t3 = s3 + p3;
      const z0 = t0 - s0, z1 = t1 - s1, z2 = t2 - s2, z3 = t3 - s3;
      e0 += s0 - (t0 - z0) + (p0 - z0);
      e1 += s1 - (t1 - z1) + (p1 - z1);
      e2 += s2 - (t2 - z2) + (p2 - z2);
      e3 += s3 - (t3 - z3) + (p3 - z3);
      s0 = t0;
      s1 = t1;
      s2 = t2;
      s3 = t3;
    }
    out[outAt + j] = finish(s0, e0);
    if (j + 1 < bRows) out[outAt + j + 1] = finish(s1, e1);
    if (j + 2 < bRows) out[outAt + j + 2] = finish(s2, e2);
    if (j + 3 < bRows) out[outAt + j + 3] = finish(s3, e3);
  }
}

/** An infinite sum has made its error inf - inf. */
function finish(sum: number, error: number): number {
  return Number.isFinite(sum) ? sum + error : sum;
}
