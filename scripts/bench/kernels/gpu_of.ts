import type { Compute } from "#lib/compute/compute.ts";
import type { GpuContext } from "#lib/compute/gpu_context.ts";

/** The GPU of an opened backend. @throws {TypeError} on one that has none */
export function gpuOf({ gpu, backend }: Compute): GpuContext {
  if (gpu === undefined) throw new TypeError(`Data stays on a device only with webgpu, not ${backend}.`);
  return gpu;
}
