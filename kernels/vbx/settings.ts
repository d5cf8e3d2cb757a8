import { assertMatrix } from "#kernels/distances/assert_matrix.ts";
import type { VbxOptions } from "./contract.ts";

/** VBx's options with every default filled in, under the paper's names. */
export interface VbxSettings {
  readonly N: number;
  readonly D: number;
  readonly K: number;
  readonly Fa: number;
  readonly Fb: number;
  readonly maxIterations: number;
  readonly elboEpsilon: number;
}

/**
 * Checks what VBx is given and fills in the defaults; every backend's first step.
 *
 * @throws {RangeError} on wrong sizes or a factor or count out of range.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { vbxSettings } from "#kernels/vbx/settings.ts";
 * const one = new Float64Array(1);
 * assert.equal(vbxSettings(one, one, one, { rows: 1, columns: 1, speakers: 1 }).Fb, 0.8);
 * assert.throws(() => vbxSettings(one, one, one, { rows: 2, columns: 1, speakers: 1 }), RangeError);
 * ```
 */
export function vbxSettings(
  x: Float64Array,
  phi: Float64Array,
  q0: Float64Array,
  options: VbxOptions,
): VbxSettings {
  const { rows: N, columns: D, speakers: K } = options;
  const { fa: Fa = 0.07, fb: Fb = 0.8, maxIterations = 20, elboEpsilon = 1e-4 } = options;
  assertMatrix("x", x, N, D);
  assertMatrix("phi", phi, 1, D);
  assertMatrix("q0", q0, N, K);
  if (!(Fa > 0) || !(Fb > 0)) throw new RangeError(`VBx needs positive factors, not fa ${Fa}, fb ${Fb}.`);
  if (!Number.isInteger(maxIterations) || maxIterations < 1) {
    throw new RangeError(`VBx needs at least one iteration, not ${maxIterations}.`);
  }
  return { N, D, K, Fa, Fb, maxIterations, elboEpsilon };
}
