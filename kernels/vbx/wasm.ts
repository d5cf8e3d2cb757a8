import type { WasmCode } from "#lib/compute/wasm_code.ts";
import { type WasmInstance, withWasm } from "#lib/compute/wasm_module.ts";
import type { VbxOptions, VbxResult } from "./contract.ts";
import { code as builtCode } from "./simd.wasm.ts";
import { vbxSettings } from "./settings.ts";

/** The functions of simd.as.ts; pointers and sizes are numbers. */
interface Exports {
  prepare(x: number, root: number, N: number, D: number, Dp: number, G: number, panels: number): void;
  countAll(q: number, N: number, Kp: number, counts: number): void;
  moments(q: number, panels: number, N: number, Kp: number, Dp: number, out: number): void;
  posteriors(
    counts: number,
    phi: number,
    ratio: number,
    K: number,
    Dp: number,
    alpha: number,
    invL: number,
    panels: number,
    penalty: number,
  ): number;
  projections(rho: number, panels: number, N: number, Kp: number, Dp: number, q: number): void;
  responsibilities(
    q: number,
    G: number,
    penalty: number,
    Fa: number,
    N: number,
    K: number,
    Kp: number,
    pi: number,
    counts: number,
    bias: number,
  ): number;
}

/**
 * VBx in WASM SIMD, float64. Matrix products are added plainly in blocks of 256; the sums that decide pi and the ELBO are
 * compensated, whatever `sums` says (docs/decisions/0007_vbx_precision.md). See `vbx` of mod.ts; `code` is for tests.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { vbx } from "#kernels/vbx/wasm.ts";
 * const x = new Float64Array([5, 5.2, -5, -5.1]), phi = new Float64Array([20]);
 * const q0 = new Float64Array([0.9, 0.1, 0.8, 0.2, 0.3, 0.7, 0.2, 0.8]);
 * const options = { rows: 4, columns: 1, speakers: 2, fa: 1, fb: 1 };
 * const { q } = await vbx(x, phi, q0, options);
 * assert(q[0] > 0.99 && q[7] > 0.99);
 * ```
 */
export function vbx(
  x: Float64Array,
  phi: Float64Array,
  q0: Float64Array,
  options: VbxOptions,
  code: WasmCode = builtCode,
): Promise<VbxResult> {
  return withWasm(code, (instance: WasmInstance<Exports>) => run(instance, { x, phi, q0, options }));
}

function run(
  { exports, memory }: WasmInstance<Exports>,
  given: { x: Float64Array; phi: Float64Array; q0: Float64Array; options: VbxOptions },
): VbxResult {
  const { x, phi, q0 } = given;
  const { N, D, K, Fa, Fb, maxIterations, elboEpsilon } = vbxSettings(x, phi, q0, given.options);
  const [Kp, Dp] = [K, D].map((size) => Math.ceil(size / 4) * 4);

  const rho = memory.float64(N * Dp);
  const rhoPanels = memory.float64(N * Dp);
  const q = memory.float64(N * Kp);
  const alpha = memory.float64(Kp * Dp);
  const alphaPanels = memory.float64(Kp * Dp);
  const invL = memory.float64(Kp * Dp);
  const variances = memory.float64(Dp);
  const root = memory.float64(Dp);
  const G = memory.float64(N);
  const [pi, penalty, bias] = [memory.float64(Kp), memory.float64(Kp), memory.float64(Kp)];
  const counts = memory.float64(2 * Kp);
  for (const padded of [variances, root, pi, penalty, alphaPanels]) padded.view.fill(0);
  variances.view.set(phi);
  root.view.set(phi.map(Math.sqrt));
  pi.view.fill(1 / K, 0, K);
  pad(x, rho.view, { rows: N, from: D, to: Dp });
  pad(q0, q.view, { rows: N, from: K, to: Kp });

  exports.prepare(rho.pointer, root.pointer, N, D, Dp, G.pointer, rhoPanels.pointer);
  exports.countAll(q.pointer, N, Kp, counts.pointer);
  const elbo: number[] = [];
  for (;;) {
    exports.moments(q.pointer, rhoPanels.pointer, N, Kp, Dp, alpha.pointer);
    const speakersPart = exports.posteriors(
      counts.pointer,
      variances.pointer,
      Fa / Fb,
      K,
      Dp,
      alpha.pointer,
      invL.pointer,
      alphaPanels.pointer,
      penalty.pointer,
    );
    exports.projections(rho.pointer, alphaPanels.pointer, N, Kp, Dp, q.pointer);
    const vectorsPart = exports.responsibilities(
      q.pointer,
      G.pointer,
      penalty.pointer,
      Fa,
      N,
      K,
      Kp,
      pi.pointer,
      counts.pointer,
      bias.pointer,
    );
    elbo.push(vectorsPart + Fb * 0.5 * speakersPart);
    const growth = elbo.length > 1 ? elbo[elbo.length - 1] - elbo[elbo.length - 2] : Infinity;
    if (growth < elboEpsilon || elbo.length === maxIterations) {
      return {
        q: unpad(q.view, { rows: N, from: Kp, to: K }),
        pi: pi.view.slice(0, K),
        elbo: Float64Array.from(elbo),
        alpha: unpad(alpha.view, { rows: K, from: Dp, to: D }),
        invL: unpad(invL.view, { rows: K, from: Dp, to: D }),
        elboFell: growth < 0,
      };
    }
  }
}

interface Widths {
  readonly rows: number;
  readonly from: number;
  readonly to: number;
}

/** Rows widened with zeros. */
function pad(rows: Float64Array, out: Float64Array, { rows: count, from, to }: Widths): void {
  if (from === to) return out.set(rows);
  out.fill(0);
  for (let i = 0; i < count; i++) out.set(rows.subarray(i * from, (i + 1) * from), i * to);
}

function unpad(rows: Float64Array, { rows: count, from, to }: Widths): Float64Array<ArrayBuffer> {
  const out = new Float64Array(count * to);
  for (let i = 0; i < count; i++) out.set(rows.subarray(i * from, i * from + to), i * to);
  return out;
}
