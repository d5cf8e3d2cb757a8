/**
 * VBx on any backend.
 *
 * Precision: `scalar` is float64 with compensated sums, the definition. `wasm` is float64 as well: products of matrices are added
 * plainly, the sums that decide pi and the ELBO compensated; q is within 1e-12 of the definition. `webgpu` works in pairs of
 * float32, about 48 bits, under `f32` too; q is within 1e-9 of the definition. Labels and the number of iterations are the
 * same on all (docs/decisions/0007_vbx_precision.md). A problem that pairs of float32 cannot hold (NaN, infinities, vectors beyond
 * 2^20, factors outside 2^-40 ... 2^40) is solved in float64 on the host. Responsibilities below 1e-38 are 0 on the GPU.
 */
import type { Compute } from "#lib/compute/compute.ts";
import type { VbxOptions, VbxResult } from "./contract.ts";

export type { VbxOptions, VbxResult };

/**
 * Variational Bayes clustering of x-vectors with a PLDA model, without the HMM; scalar.ts tells more.
 *
 * @param x Vectors in the PLDA space where within-speaker covariance is I and between-speaker diag(phi); row-major (N, D).
 * @param phi Between-speaker variances, (D,), positive.
 * @param q0 Responsibilities to begin with, row-major (N, K).
 * @throws {RangeError} on wrong sizes or a factor or count out of range.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openCompute } from "#lib/compute/open_compute.ts";
 * import { vbx } from "#kernels/vbx/mod.ts";
 * await using compute = await openCompute({ backend: "wasm" });
 * const x = new Float64Array([5, 5.2, -5, -5.1]);
 * const q0 = new Float64Array([0.9, 0.1, 0.8, 0.2, 0.3, 0.7, 0.2, 0.8]);
 * const options = { rows: 4, columns: 1, speakers: 2, fa: 1, fb: 1 };
 * const { q } = await vbx(compute, x, new Float64Array([20]), q0, options);
 * assert(q[0] > 0.99 && q[2] > 0.99 && q[5] > 0.99 && q[7] > 0.99);
 * ```
 */
export async function vbx(
  compute: Compute,
  x: Float64Array,
  phi: Float64Array,
  q0: Float64Array,
  options: VbxOptions,
): Promise<VbxResult> {
  if (compute.backend === "webgpu") return (await import("./webgpu.ts")).vbx(compute, x, phi, q0, options);
  if (compute.backend === "wasm") return (await import("./wasm.ts")).vbx(x, phi, q0, options);
  return (await import("./scalar.ts")).vbx(x, phi, q0, options);
}
