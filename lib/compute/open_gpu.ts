import { GpuContext } from "./gpu_context.ts";
import { NoAdapterError } from "./gpu_errors.ts";
import type { GpuProvider } from "./gpu_provider.ts";
import { requestAdapter } from "./request_adapter.ts";

/** Features taken where the adapter has them. */
const wantedFeatures = ["timestamp-query", "subgroups"] as const;

/** Limits raised to the adapter's best: sizes of buffers and bindings, and what a workgroup may be. */
const wantedLimits = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxUniformBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeWorkgroupStorageSize",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupSizeX",
  "maxComputeWorkgroupSizeY",
  "maxComputeWorkgroupSizeZ",
  "maxComputeWorkgroupsPerDimension",
] as const;

/** Which GPU, and how it is opened. */
export interface OpenGpuOptions {
  provider: GpuProvider;
  /** Part of the adapter's name; "swiftshader" and "lavapipe" also find an unpacked one. @default a real GPU first */
  adapter?: string | undefined;
  /** Measure kernel times. @default false */
  profile?: boolean | undefined;
  /** Refuse a software adapter. @default false */
  hardwareOnly?: boolean | undefined;
}

/** An opened GPU: its context and the adapter's name. */
export interface OpenedGpu {
  gpu: GpuContext;
  name: string;
}

/**
 * Opens a device with its limits and features asked for by name. `openCompute` does this and tests its arithmetic.
 *
 * @returns the context, which is the caller's to `close()`, and what the adapter, its driver and the provider call themselves
 * @throws NoAdapterError when there is no such adapter, or only a software one and `hardwareOnly`; names the cure
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { NoAdapterError } from "#lib/compute/gpu_errors.ts";
 * import { openGpu } from "#lib/compute/open_gpu.ts";
 * import { softwareAdapterManifest } from "#lib/compute/software_adapters.ts";
 *
 * await assert.rejects(openGpu({ provider: "dawn", adapter: "no such adapter" }), NoAdapterError);
 * if (softwareAdapterManifest("swiftshader")) {
 *   const { gpu, name } = await openGpu({ provider: "dawn", adapter: "swiftshader" });
 *   assert.match(name, /SwiftShader.*, via Dawn/);
 *   gpu.close();
 * }
 * ```
 */
export async function openGpu(options: OpenGpuOptions): Promise<OpenedGpu> {
  const { provider, adapter: wanted, profile = false, hardwareOnly = false } = options;
  const { adapter, name, software } = await requestAdapter(provider, wanted);
  if (software && hardwareOnly) {
    throw new NoAdapterError(`${name} is a software adapter, slower than wasm; ask for it by its name`);
  }
  const device = await adapter.requestDevice({
    label: "dialab",
    requiredFeatures: wantedFeatures.filter((feature) => adapter.features.has(feature)),
    requiredLimits: Object.fromEntries(wantedLimits.map((limit) => [limit, adapter.limits[limit]])),
  });
  return { gpu: new GpuContext(device, { profile }), name };
}
