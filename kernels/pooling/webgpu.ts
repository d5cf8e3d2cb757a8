import df64 from "#kernels/df64.wgsl" with { type: "text" };
import type { Compute } from "#lib/compute/compute.ts";
import flatGroup from "#lib/compute/flat_group.wgsl" with { type: "text" };
import type { GpuBuffer } from "#lib/compute/gpu_buffer.ts";
import type { GpuContext } from "#lib/compute/gpu_context.ts";
import { joinDf64 } from "#lib/compute/join_df64.ts";
import arithmeticDf64 from "./arithmetic_df64.wgsl" with { type: "text" };
import arithmeticF32 from "./arithmetic_f32.wgsl" with { type: "text" };
import { type PoolingOptions, type PoolingSizes, poolingSizes } from "./contract.ts";
import { nearestFrames } from "./nearest_frames.ts";
import statistics from "./statistics.wgsl" with { type: "text" };

/** The kernel's WGSL as it is; a test may pass a damaged one. */
export const poolingShader: string = statistics;

/** What `poolingOnDevice` is given besides the features. */
export interface DevicePoolingOptions extends Omit<PoolingOptions, "masks"> {
  /** (items, masksPerItem, mask frames) f32. @default none */
  readonly masks?: GpuBuffer;
  /** What is computed in; the result is f32, or pairs (high, low) of f32. @default {"df64"} */
  readonly precision?: "df64" | "f32";
}

/**
 * `statisticsPooling` on a GPU, in the precision of `compute`: uploads, pools and reads back.
 *
 * @param features Row-major (items, channels, frames).
 * @param shader The kernel. @default the WGSL as it is
 * @returns Row-major (items x masksPerItem, 2 x channels): the means, then the deviations.
 * @throws {TypeError} when `compute` is no GPU.
 * @throws {RangeError} as `poolingSizes`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openCompute } from "#lib/compute/open_compute.ts";
 * import { SCALAR } from "#lib/compute/scalar_compute.ts";
 * import { softwareAdapterManifest } from "#lib/compute/software_adapters.ts";
 * import { webgpuPooling } from "#kernels/pooling/webgpu.ts";
 * const features = Float32Array.of(1, 2, 3);
 * const sizes = { items: 1, channels: 1, frames: 3 };
 * await assert.rejects(webgpuPooling(SCALAR, features, sizes), TypeError);
 * if (softwareAdapterManifest("swiftshader")) {
 *   await using compute = await openCompute({ backend: "webgpu", adapter: "swiftshader" });
 *   assert.deepEqual(await webgpuPooling(compute, features, sizes), Float64Array.of(2, 1));
 * }
 * ```
 */
export async function webgpuPooling(
  compute: Compute,
  features: Float32Array,
  options: PoolingOptions,
  shader = poolingShader,
): Promise<Float64Array<ArrayBuffer>> {
  const { gpu } = compute;
  if (gpu === undefined) {
    throw new TypeError(`Pooling on a GPU needs backend "webgpu", got "${compute.backend}"`);
  }
  const precision = compute.precision === "f32" ? "f32" : "df64";
  if (poolingSizes(features, options).rows === 0) return new Float64Array(0);
  using input = gpu.upload(features, { label: "pooling features" });
  using masks = options.masks && gpu.upload(options.masks, { label: "pooling masks" });
  using output = await poolingOnDevice(gpu, input, { ...options, masks, precision }, shader);
  const numbers = new Float32Array(await gpu.download(output));
  return precision === "f32" ? Float64Array.from(numbers) : joinDf64(numbers);
}

/**
 * The same from buffer to buffer, so that features and statistics can stay on the device.
 *
 * @param features (items, channels, frames) f32.
 * @returns (items x masksPerItem, 2 x channels) f32, or vec2 of f32 for `df64`; the caller disposes of it.
 * @throws {RangeError} as `poolingSizes`, and when there is no item.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openCompute } from "#lib/compute/open_compute.ts";
 * import { poolingOnDevice } from "#kernels/pooling/webgpu.ts";
 * await using compute = await openCompute({ backend: "auto" });
 * if (compute.gpu) {
 *   using features = compute.gpu.upload(Float32Array.of(1, 2, 3), { label: "features" });
 *   using pooled = await poolingOnDevice(compute.gpu, features, { items: 1, channels: 1, frames: 3 });
 *   assert.deepEqual([...new Float32Array(await compute.gpu.download(pooled))], [2, 0, 1, 0]);
 * }
 * ```
 */
export async function poolingOnDevice(
  gpu: GpuContext,
  features: GpuBuffer,
  options: DevicePoolingOptions,
  shader = poolingShader,
): Promise<GpuBuffer> {
  const { masks, precision = "df64" } = options;
  const lengths = { ...options, masks: masks && { length: masks.byteLength / 4 } };
  const sizes = poolingSizes({ length: features.byteLength / 4 }, lengths);
  const { rows, channels, frames, maskFrames } = sizes;
  if (rows === 0) throw new RangeError("Pooling on the device needs one item at least, got none.");
  const kernel = await gpu.kernel({
    label: `pooling statistics ${precision}`,
    code: [df64, flatGroup, precision === "f32" ? arithmeticF32 : arithmeticDf64, shader].join("\n"),
    bindings: ["uniform", "read", "read", "read", "read_write"],
  });
  using params = gpu.upload(parameters(sizes), { label: "pooling sizes" });
  using table = gpu.upload(nearestFrames(Math.max(maskFrames, 1), frames), { label: "pooling frames" });
  const pooled = gpu.buffer((precision === "f32" ? 4 : 8) * rows * 2 * channels, {
    label: "pooling statistics",
  });
  try {
    await gpu.run(kernel, {
      // Without masks any buffer will do in their place; it is not read.
      bindings: [params, features, masks ?? features, table, pooled],
      workgroups: rows * channels,
    });
  } catch (error) {
    pooled.dispose();
    throw error;
  }
  return pooled;
}

function parameters(
  { channels, frames, masksPerItem, maskFrames, rows, epsilon }: PoolingSizes,
): Uint32Array {
  const words = new Uint32Array(8);
  words.set([channels, frames, masksPerItem, maskFrames, rows * channels]);
  const high = Math.fround(epsilon);
  new Float32Array(words.buffer).set([high, epsilon - high], 5);
  return words;
}
