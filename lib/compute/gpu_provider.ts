import process from "node:process";
import { loadPackage } from "#lib/places/load_package.ts";
import { MissingPackageError } from "#lib/places/missing_package_error.ts";
import { calmPolling, type PollingScope } from "./calm_polling.ts";
import { NoAdapterError } from "./gpu_errors.ts";
import { quietNative } from "./quiet_native.ts";

/** Whose WebGPU: Dawn (npm `webgpu`), or the runtime's own `navigator.gpu` as Deno has it. */
export type GpuProvider = "dawn" | "deno";

/**
 * Every object that Dawn's `create` has returned, by its options. They must stay referenced for as long as
 * any adapter or device lives: once one is collected, Bun dies of a segmentation fault.
 */
const dawnInstances = new Map<string, Promise<GPU>>();

/**
 * Dawn, loaded on first use, as an instance with these options (`adapter=NAME`, toggles).
 *
 * @param options in Dawn's own words, as npm `webgpu` describes them for `create`
 * @throws NoAdapterError when the npm package or its native module cannot be loaded
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { loadDawn } from "#lib/compute/gpu_provider.ts";
 *
 * const options = ["adapter=no such adapter"];
 * const gpu = await loadDawn(options);
 * assert.equal(await loadDawn(options), gpu); // one instance for all who ask for the same
 * assert.notEqual(await loadDawn([]), gpu);
 * ```
 */
export async function loadDawn(options: readonly string[]): Promise<GPU> {
  const key = options.join("\n");
  const known = dawnInstances.get(key);
  if (known) return await known;
  const loading = openDawn(options);
  dawnInstances.set(key, loading);
  try {
    return await loading;
  } catch (error) {
    dawnInstances.delete(key);
    throw error;
  }
}

async function openDawn(options: readonly string[]): Promise<GPU> {
  let dawn: typeof import("webgpu");
  try {
    dawn = await loadPackage("webgpu", { purpose: "A GPU", load: () => import("webgpu") });
  } catch (error) {
    if (error instanceof MissingPackageError) throw new NoAdapterError(error.message, { cause: error });
    throw new NoAdapterError(
      `Dawn could not be loaded; the npm package "webgpu" has to have it for ${process.platform}-${process.arch}: ${error}`,
      { cause: error },
    );
  }
  if ("Deno" in globalThis) calmPolling(globalThis as unknown as PollingScope);
  return await quietNative(() => dawn.create([...options]));
}

/**
 * The runtime's own WebGPU, `navigator.gpu`. It may be there and still have no adapter.
 *
 * @throws NoAdapterError where there is none (Bun and Node)
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { NoAdapterError } from "#lib/compute/gpu_errors.ts";
 * import { runtimeGpu } from "#lib/compute/gpu_provider.ts";
 *
 * const { navigator } = globalThis as { navigator?: { gpu?: GPU } };
 * if (navigator?.gpu) assert.equal(runtimeGpu(), navigator.gpu);
 * else assert.throws(runtimeGpu, NoAdapterError);
 * ```
 */
export function runtimeGpu(): GPU {
  const { navigator } = globalThis as { navigator?: { gpu?: GPU } };
  if (!navigator?.gpu) {
    throw new NoAdapterError(
      `This runtime has no navigator.gpu; use the provider "dawn" (DIALAB_GPU_PROVIDER=dawn), or run under Deno`,
    );
  }
  return navigator.gpu;
}

/**
 * The provider asked for by the option, else by `DIALAB_GPU_PROVIDER`; Dawn when neither says.
 *
 * @throws RangeError on another name
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { chosenProvider, type GpuProvider } from "#lib/compute/gpu_provider.ts";
 *
 * assert.equal(chosenProvider("deno"), "deno");
 * const unchecked: string = "vulkan";
 * assert.throws(() => chosenProvider(unchecked as GpuProvider), RangeError);
 * ```
 */
export function chosenProvider(option: GpuProvider | undefined): GpuProvider {
  const name = option ?? (process.env.DIALAB_GPU_PROVIDER || "dawn");
  if (name !== "dawn" && name !== "deno") {
    throw new RangeError(`A GPU provider is "dawn" or "deno", got "${name}" (option or DIALAB_GPU_PROVIDER)`);
  }
  return name;
}
