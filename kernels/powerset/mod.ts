import type { Compute } from "#lib/compute/compute.ts";
import type { PowersetOptions } from "./contract.ts";

export type { PowersetOptions } from "./contract.ts";
export { type PowersetClasses, powersetClasses } from "./powerset_classes.ts";

/**
 * Hard decision of a powerset segmentation network on the backend of `compute`: per frame the class of the largest score
 * (the first of equal ones), and from it who is active. All backends give the same result, to the bit.
 *
 * A NaN among a frame's scores makes all its speakers NaN.
 *
 * @param scores Row-major (chunks x frames, classes) float32; (C, 589, 7) log-probabilities in community-1.
 * @returns Row-major (chunks x frames, speakers), 0 or 1: (C, 589, 3).
 * @throws {RangeError} on options outside their range, or when the scores are not whole frames.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openCompute } from "#lib/compute/open_compute.ts";
 * import { powerset } from "#kernels/powerset/mod.ts";
 * await using compute = await openCompute({ backend: "wasm" });
 * const scores = Float32Array.of(-9, -8, -7, -6, -5, -0.1, -5);
 * assert.deepEqual([...await powerset(compute, scores)], [1, 0, 1]);
 * ```
 */
export async function powerset(
  compute: Compute,
  scores: Float32Array,
  options: PowersetOptions = {},
): Promise<Float32Array<ArrayBuffer>> {
  if (compute.gpu !== undefined) {
    return await (await import("./webgpu.ts")).webgpuPowerset(compute.gpu, scores, options);
  }
  if (compute.backend === "wasm") return await (await import("./wasm.ts")).wasmPowerset(scores, options);
  return (await import("./scalar.ts")).powersetToMultilabel(scores, options);
}
