import { dotProducts } from "#kernels/distances/dot_products.ts";
import { reportKernelRun } from "#lib/compute/kernel_runs.ts";
import { sum, type Summation } from "#lib/numerics/sum.ts";
import type { VbxOptions, VbxResult } from "./contract.ts";
import { vbxSettings } from "./settings.ts";

/** Added to pi before the logarithm, as pyannote does, so that a dead speaker stays finite. */
const PI_FLOOR = 1e-8;

/**
 * Variational Bayes clustering of x-vectors with a PLDA model, without the HMM: every vector is drawn on its own (loop
 * probability 0), as pyannote's community-1 runs it.
 *
 * F. Landini et al., "Bayesian HMM clustering of x-vector sequences (VBx) in speaker diarization", Computer Speech &
 * Language 71 (2022); numbers in the code are its equations. pyannote: utils/vbx.py.
 *
 * @param x Vectors in the PLDA space where within-speaker covariance is I and between-speaker diag(phi); row-major (N, D).
 * @param phi Between-speaker variances, (D,), positive.
 * @param q0 Responsibilities to begin with, row-major (N, K).
 * @throws {RangeError} on wrong sizes or a factor, bound or count out of range.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { vbx } from "#kernels/vbx/scalar.ts";
 * const x = new Float64Array([5, 5.2, -5, -5.1]);
 * const q0 = new Float64Array([0.9, 0.1, 0.8, 0.2, 0.3, 0.7, 0.2, 0.8]);
 * const { q, elbo } = vbx(x, new Float64Array([20]), q0, { rows: 4, columns: 1, speakers: 2, fa: 1, fb: 1 });
 * assert(q[0] > 0.99 && q[2] > 0.99 && q[5] > 0.99 && q[7] > 0.99);
 * assert(elbo[elbo.length - 1] >= elbo[0]);
 * ```
 */
export function vbx(x: Float64Array, phi: Float64Array, q0: Float64Array, options: VbxOptions): VbxResult {
  reportKernelRun({ backend: "scalar", kernel: "vbx", name: "vbx" });
  const { N, D, K, Fa, Fb, maxIterations, elboEpsilon } = vbxSettings(x, phi, q0, options);
  const { sums = "compensated" } = options;

  const ratio = Fa / Fb;
  const { G, rho, rhoT } = prepare(x, phi, N, D, sums); // G: the part of (23) that no speaker changes
  const elbo: number[] = [];
  let q: Float64Array = q0;
  let qT = transpose(q0, N, K);
  let counts = sumRows(qT, K, N, sums);
  let pi: Float64Array = new Float64Array(K).fill(1 / K);

  for (;;) {
    // (17) variances and (16) means of the speakers' posteriors
    const invL = new Float64Array(K * D);
    const alpha = dotProducts(qT, rhoT, { aRows: K, bRows: D, columns: N, sums });
    for (let k = 0, at = 0; k < K; k++) {
      for (let d = 0; d < D; d++, at++) {
        invL[at] = 1 / (1 + ratio * counts[k] * phi[d]);
        alpha[at] *= ratio * invL[at];
      }
    }

    // (23) log likelihoods, (24) responsibilities and priors
    const logP = dotProducts(rho, alpha, { aRows: N, bRows: K, columns: D, sums });
    const secondMoment = invL.map((variance, at) => variance + alpha[at] * alpha[at]);
    const penalty = dotProducts(secondMoment, phi, { aRows: K, bRows: 1, columns: D, sums });
    const logPx = new Float64Array(N);
    q = new Float64Array(N * K);
    for (let n = 0; n < N; n++) {
      const row = logP.subarray(n * K, (n + 1) * K);
      for (let k = 0; k < K; k++) {
        row[k] = Fa * (row[k] - 0.5 * penalty[k] + G[n]) + Math.log(pi[k] + PI_FLOOR);
      }
      logPx[n] = logSumExp(row, sums);
      for (let k = 0; k < K; k++) q[n * K + k] = Math.exp(row[k] - logPx[n]);
    }
    qT = transpose(q, N, K);
    counts = sumRows(qT, K, N, sums);
    const total = sum(counts, sums);
    pi = counts.map((count) => count / total);

    // (25) the evidence lower bound
    const posterior = invL.map((l, at) => Math.log(l) - l - alpha[at] * alpha[at] + 1);
    elbo.push(sum(logPx, sums) + Fb * 0.5 * sum(posterior, sums));

    const growth = elbo.length > 1 ? elbo[elbo.length - 1] - elbo[elbo.length - 2] : Infinity;
    if (growth < elboEpsilon || elbo.length === maxIterations) {
      return { q, pi, elbo: Float64Array.from(elbo), alpha, invL, elboFell: growth < 0 };
    }
  }
}

/** G of (23), rho = x sqrt(phi) of (18), and rho transposed, so that both products run along rows. */
function prepare(x: Float64Array, phi: Float64Array, N: number, D: number, sums: Summation) {
  const root = phi.map(Math.sqrt);
  const rho = x.map((value, at) => value * root[at % D]);
  const squares = sumRows(x.map((value) => value * value), N, D, sums);
  const G = squares.map((square) => -0.5 * (square + D * Math.log(2 * Math.PI)));
  return { G, rho, rhoT: transpose(rho, N, D) };
}

function sumRows(a: Float64Array, rows: number, columns: number, sums: Summation): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => sum(a.subarray(i * columns, (i + 1) * columns), sums));
}

function transpose(a: Float64Array, rows: number, columns: number): Float64Array {
  const out = new Float64Array(a.length);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) out[j * rows + i] = a[i * columns + j];
  }
  return out;
}

function logSumExp(values: Float64Array, sums: Summation): number {
  let top = -Infinity;
  for (const value of values) if (!(value <= top)) top = value; // NaN stays on top
  return top + Math.log(sum(values.map((value) => Math.exp(value - top)), sums));
}
