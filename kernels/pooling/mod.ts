import type { Compute } from "#lib/compute/compute.ts";
import type { PoolingOptions } from "./contract.ts";

export type { PoolingOptions } from "./contract.ts";

/**
 * Masked statistics pooling on the backend of `compute`: of each channel the weighted mean and standard deviation over the frames
 * (pyannote models/blocks/pooling.py, `StatsPool`; the formulas are at `statisticsPooling`).
 *
 * Precision: scalar and wasm compute in float64 and agree bit for bit. webgpu with `df64` agrees to 1e-11 of
 * the features' largest value, with `f32` to 5e-7; but where a mask counts a single frame, float32 sees nothing of the deviation, which is
 * then 6e-5 of the value by the formula. NaN travels; an infinite feature makes its
 * channel's mean infinite or NaN, and NaN under `df64`.
 *
 * @param features Row-major (items, channels, frames) float32.
 * @returns Row-major (items x masksPerItem, 2 x channels): the means, then the deviations.
 * @throws {RangeError} on sizes that are not whole and positive, lengths that do not fit them, or data beyond what the device binds.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openCompute } from "#lib/compute/open_compute.ts";
 * import { pooling } from "#kernels/pooling/mod.ts";
 * await using compute = await openCompute({ backend: "wasm" });
 * const features = Float32Array.of(1, 2, 3, 10, 10, 10);
 * const pooled = await pooling(compute, features, { items: 1, channels: 2, frames: 3 });
 * assert.deepEqual([...pooled], [2, 10, 1, 0]);
 * ```
 */
export async function pooling(
  compute: Compute,
  features: Float32Array,
  options: PoolingOptions,
): Promise<Float64Array<ArrayBuffer>> {
  if (compute.backend === "webgpu") {
    return await (await import("./webgpu.ts")).webgpuPooling(compute, features, options);
  }
  if (compute.backend === "wasm") return await (await import("./wasm.ts")).wasmPooling(features, options);
  return (await import("./scalar.ts")).statisticsPooling(features, options);
}
