import type { Compute } from "#lib/compute/compute.ts";
import { testExactTransforms } from "#lib/compute/df64_self_test.ts";
import { splitDf64 } from "#lib/compute/split_df64.ts";
import { sum } from "#lib/numerics/sum.ts";
import type { VbxOptions, VbxResult } from "./contract.ts";
import { type SHADERS, VbxOnDevice } from "./on_device.ts";
import { vbx as vbxInFloat64 } from "./scalar.ts";
import { type VbxSettings, vbxSettings } from "./settings.ts";

/** Magnitudes whose products, and what their roundings leave, stay inside float32's range. */
const SMALLEST = 2 ** -40;
const LARGEST = 2 ** 40;

/**
 * VBx on the GPU in double-single, whatever the precision that the GPU was opened with: float32 drifts
 * (docs/decisions/0007_vbx_precision.md). See `vbx` of mod.ts; `tests` is for tests.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openCompute } from "#lib/compute/open_compute.ts";
 * import { vbx } from "#kernels/vbx/webgpu.ts";
 * await using compute = await openCompute(); // a GPU where there is one
 * if (compute.gpu) {
 *   const x = new Float64Array([5, 5.2, -5, -5.1]), phi = new Float64Array([20]);
 *   const q0 = new Float64Array([0.9, 0.1, 0.8, 0.2, 0.3, 0.7, 0.2, 0.8]);
 *   const options = { rows: 4, columns: 1, speakers: 2, fa: 1, fb: 1 };
 *   const { q } = await vbx(compute, x, phi, q0, options);
 *   assert(q[0] > 0.99 && q[7] > 0.99);
 * }
 * ```
 */
export async function vbx(
  compute: Compute,
  x: Float64Array,
  phi: Float64Array,
  q0: Float64Array,
  options: VbxOptions,
  tests: { readonly slabRows?: number; readonly shaders?: typeof SHADERS } = {},
): Promise<VbxResult> {
  const settings = vbxSettings(x, phi, q0, options);
  const { N, D, K, Fa, Fb, maxIterations, elboEpsilon } = settings;
  const { gpu } = compute;
  if (gpu === undefined) throw new TypeError(`VBx on the GPU needs one, not backend ${compute.backend}`);
  if (compute.precision !== "df64") await testExactTransforms(gpu, { name: compute.adapter ?? "This GPU" });
  if (!fitsPairs(x, phi, q0, settings)) return vbxInFloat64(x, phi, q0, options);

  using device = await VbxOnDevice.create(gpu, { N, K, D, Fa, Fb, ...tests });
  const root = phi.map(Math.sqrt);
  for (const slab of device.slabs) {
    const { first, rows } = slab;
    const vectors = x.subarray(first * D, (first + rows) * D);
    gpu.write(slab.rho, splitDf64(vectors.map((value, at) => value * root[at % D])));
    const squares = vectors.map((value) => value * value);
    const faG = Float64Array.from({ length: rows }, (_, n) => {
      const square = sum(squares.subarray(n * D, (n + 1) * D));
      return Fa * (-0.5 * (square + D * Math.log(2 * Math.PI)));
    });
    gpu.write(slab.faG, splitDf64(faG));
    gpu.write(slab.q, splitDf64(q0.subarray(first * K, (first + rows) * K)));
  }
  gpu.write(device.phi, splitDf64(phi));
  gpu.write(device.masses, splitDf64(initialMasses(q0, N, K)));

  const elbo: number[] = [];
  for (;;) {
    elbo.push(await device.iterate());
    const growth = elbo.length > 1 ? elbo[elbo.length - 1] - elbo[elbo.length - 2] : Infinity;
    if (growth < elboEpsilon || elbo.length === maxIterations) {
      const q = new Float64Array(N * K);
      for (const slab of device.slabs) q.set(await device.read(slab.q), slab.first * K);
      return {
        q,
        pi: await device.read(device.pi),
        elbo: Float64Array.from(elbo),
        alpha: await device.read(device.alpha),
        invL: await device.read(device.invL),
        elboFell: growth < 0,
      };
    }
  }
}

/** Whether pairs of float32 hold the problem. NaN and infinities they would not carry through faithfully on every device. */
function fitsPairs(
  x: Float64Array,
  phi: Float64Array,
  q0: Float64Array,
  { N, K, D, Fa, Fb }: VbxSettings,
): boolean {
  if (N === 0 || K === 0 || D === 0) return false;
  const inRange = (value: number) => value >= SMALLEST && value <= LARGEST;
  const below = (values: Float64Array, bound: number) => values.every((value) => Math.abs(value) <= bound);
  // rho^2 and the sums of x^2 stay below 2^80.
  return [Fa, Fb, Fa / Fb].every(inRange) && below(x, 2 ** 20) && below(phi, 2 ** 40) && below(q0, LARGEST) &&
    phi.every((value) => value >= 0);
}

/** Per speaker the sum of its responsibilities and ln(pi + 1e-8), with all speakers alike in pi. */
function initialMasses(q0: Float64Array, N: number, K: number): Float64Array {
  const column = new Float64Array(N);
  const masses = new Float64Array(2 * K);
  for (let k = 0; k < K; k++) {
    for (let n = 0; n < N; n++) column[n] = q0[n * K + k];
    masses[2 * k] = sum(column);
    masses[2 * k + 1] = Math.log(1 / K + 1e-8);
  }
  return masses;
}
