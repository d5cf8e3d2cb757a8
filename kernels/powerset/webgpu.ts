import type { GpuBuffer } from "#lib/compute/gpu_buffer.ts";
import type { GpuContext } from "#lib/compute/gpu_context.ts";
import flatGroup from "#lib/compute/flat_group.wgsl" with { type: "text" };
import type { PowersetOptions } from "./contract.ts";
import multilabel from "./multilabel.wgsl" with { type: "text" };
import { countFrames, powersetClasses } from "./powerset_classes.ts";

/** The kernel's WGSL as it is; a test may pass a damaged one. */
export const powersetShader: string = multilabel;

const WORKGROUP = 64;

/**
 * `powersetToMultilabel` on a GPU: the same result, to the bit (only comparisons are made, on integers).
 *
 * @param scores Row-major (frames, classes).
 * @param shader The kernel. @default the WGSL as it is
 * @returns Row-major (frames, speakers), 0 or 1, or NaN where a score of the frame is.
 * @throws {RangeError} as `powersetToMultilabel`, also when the scores are more than the device binds at once.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openGpu } from "#lib/compute/open_gpu.ts";
 * import { softwareAdapterManifest } from "#lib/compute/software_adapters.ts";
 * import { powersetToMultilabel } from "#kernels/powerset/scalar.ts";
 * import { webgpuPowerset } from "#kernels/powerset/webgpu.ts";
 * const scores = Float32Array.of(-9, -8, -7, -6, -5, -0.1, -5);
 * const active = powersetToMultilabel(scores);
 * assert.deepEqual(active, Float32Array.of(1, 0, 1));
 * if (softwareAdapterManifest("swiftshader")) {
 *   const { gpu } = await openGpu({ provider: "dawn", adapter: "swiftshader" });
 *   assert.deepEqual(await webgpuPowerset(gpu, scores), active);
 *   gpu.close();
 * }
 * ```
 */
export async function webgpuPowerset(
  gpu: GpuContext,
  scores: Float32Array,
  options: PowersetOptions = {},
  shader = powersetShader,
): Promise<Float32Array<ArrayBuffer>> {
  const frames = countFrames(scores, powersetClasses(options));
  if (frames === 0) return new Float32Array(0);
  using input = gpu.upload(scores, { label: "powerset scores" });
  using output = await powersetOnDevice(gpu, input, options, shader);
  return new Float32Array(await gpu.download(output));
}

/**
 * The same from buffer to buffer, so that the result can stay on the device.
 *
 * @param scores (frames, classes) f32.
 * @returns (frames, speakers) f32, 0 or 1; the caller disposes of it.
 * @throws {RangeError} as `powersetToMultilabel`, and when there is no frame.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openCompute } from "#lib/compute/open_compute.ts";
 * import { powersetOnDevice } from "#kernels/powerset/webgpu.ts";
 * await using compute = await openCompute({ backend: "auto" });
 * if (compute.gpu) {
 *   using scores = compute.gpu.upload(Float32Array.of(0, 0, 0, 1, 0, 0, 1), { label: "scores" });
 *   using active = await powersetOnDevice(compute.gpu, scores);
 *   assert.deepEqual([...new Float32Array(await compute.gpu.download(active))], [0, 0, 1]);
 * }
 * ```
 */
export async function powersetOnDevice(
  gpu: GpuContext,
  scores: GpuBuffer,
  options: PowersetOptions = {},
  shader = powersetShader,
): Promise<GpuBuffer> {
  const sets = powersetClasses(options);
  const frames = countFrames({ length: scores.byteLength / 4 }, sets);
  if (frames === 0) {
    throw new RangeError("A powerset decision on the device needs one frame at least, got none.");
  }
  const kernel = await gpu.kernel({
    label: "powerset multilabel",
    code: `${flatGroup}\n${shader}`,
    bindings: ["uniform", "read", "read", "read_write"],
  });
  using params = gpu.upload(Uint32Array.of(frames, sets.classes, sets.speakers, 0), {
    label: "powerset sizes",
  });
  using members = gpu.upload(sets.members, { label: "powerset classes" });
  const active = gpu.buffer(4 * frames * sets.speakers, { label: "powerset speakers" });
  try {
    await gpu.run(kernel, {
      bindings: [params, scores, members, active],
      workgroups: Math.ceil(frames / WORKGROUP),
    });
  } catch (error) {
    active.dispose();
    throw error;
  }
  return active;
}
