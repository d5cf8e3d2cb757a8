import process from "node:process";
import type { Backend, Compute, Precision } from "./compute.ts";
import { NoAdapterError } from "./gpu_errors.ts";
import { chosenProvider, type GpuProvider } from "./gpu_provider.ts";
import { hasWasmSimd } from "./wasm_simd.ts";

/** What to open. Every field has a default. */
export interface OpenComputeOptions {
  /**
   * `auto` takes the best that works: a real GPU, then `wasm`, then `scalar`; a software GPU only when `adapter`
   * names it, since `wasm` is faster than that.
   *
   * @default DIALAB_BACKEND, else "auto"
   */
  backend?: Backend | "auto";
  /** On the GPU `df64` or `f32`; the CPU backends have `f64`. Under `auto` it holds for the GPU. @default "df64" on the GPU */
  precision?: Precision;
  /** Part of a GPU adapter's name, such as "nvidia" or "swiftshader". @default DIALAB_ADAPTER, else a real GPU first */
  adapter?: string;
  /** Whose WebGPU. @default DIALAB_GPU_PROVIDER, else "dawn" */
  provider?: GpuProvider;
  /** Measure the time of every kernel on the GPU; see `GpuContext.times`. @default false */
  profile?: boolean;
}

const backends = ["auto", "webgpu", "wasm", "scalar"];

/**
 * Opens a backend for the kernels. Close it with `await using`, or by `[Symbol.asyncDispose]()`.
 *
 * An explicit backend that is missing is an error that names the cure. `auto` passes over what does not work and
 * tells in `why`; when a GPU is there and fails, it says so in a process warning as well.
 *
 * @throws NoAdapterError when `webgpu` is asked for and no adapter is found
 * @throws SelfTestError when `webgpu` with `df64` is asked for and the device's arithmetic is not exact
 * @throws RangeError when a name is unknown or the precision does not fit the backend
 *
 * @example
 * ```ts
 * import { deepStrictEqual } from "node:assert";
 * import { openCompute } from "#lib/compute/open_compute.ts";
 *
 * await using compute = await openCompute({ backend: "wasm" });
 * deepStrictEqual([compute.backend, compute.precision, compute.gpu], ["wasm", "f64", undefined]);
 * ```
 */
export async function openCompute(options: OpenComputeOptions = {}): Promise<Compute> {
  const backend = options.backend ?? (process.env.DIALAB_BACKEND || "auto");
  const { precision } = options;
  if (!backends.includes(backend)) {
    throw new RangeError(`A backend is one of ${backends.join(", ")}, got "${backend}"`);
  }
  if (backend === "webgpu") return await openWebgpu(options, { why: "asked for" });
  if (backend === "auto") return await openBest(options);
  if (precision !== undefined && precision !== "f64") {
    throw new RangeError(`Backend "${backend}" computes in f64, got precision "${precision}"; leave it out`);
  }
  if (backend === "scalar") return onCpu("scalar", "asked for");
  if (!hasWasmSimd()) {
    throw new Error(
      `This runtime has no WebAssembly SIMD, which backend "wasm" needs; use a newer one, or "scalar"`,
    );
  }
  return onCpu("wasm", "asked for");
}

function onCpu(backend: "scalar" | "wasm", why: string): Compute {
  const close = () => Promise.resolve();
  return { backend, precision: "f64", adapter: undefined, why, gpu: undefined, [Symbol.asyncDispose]: close };
}

async function openWebgpu(
  options: OpenComputeOptions,
  { why, hardwareOnly = false }: { why: string; hardwareOnly?: boolean },
): Promise<Compute> {
  const precision = options.precision ?? "df64";
  if (precision === "f64") {
    throw new RangeError(`Backend "webgpu" has no f64; use precision "df64", or backend "wasm"`);
  }
  const { openGpu } = await import("./open_gpu.ts");
  const adapter = options.adapter ?? (process.env.DIALAB_ADAPTER || undefined);
  const provider = chosenProvider(options.provider);
  const { gpu, name } = await openGpu({ provider, adapter, profile: options.profile, hardwareOnly });
  try {
    if (precision === "df64") {
      const { testExactTransforms } = await import("./df64_self_test.ts");
      await testExactTransforms(gpu, { name });
    }
  } catch (error) {
    gpu.close();
    throw error;
  }
  const close = () => Promise.resolve(gpu.close());
  return { backend: "webgpu", precision, adapter: name, why, gpu, [Symbol.asyncDispose]: close };
}

/** `auto`: the first of GPU, WASM and scalar that works, with the reasons against those before it. */
async function openBest(options: OpenComputeOptions): Promise<Compute> {
  const against: string[] = [];
  const named = options.adapter ?? (process.env.DIALAB_ADAPTER || undefined);
  if (options.precision === "f64") {
    against.push("f64 was asked for, which no GPU has in WebGPU");
  } else {
    try {
      return await openWebgpu(options, {
        why: "auto: a GPU is the fastest backend",
        hardwareOnly: named === undefined,
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      against.push(reason);
      if (named !== undefined || !(error instanceof NoAdapterError)) {
        process.emitWarning(`The GPU is not used: ${reason}`);
      }
    }
  }
  if (hasWasmSimd()) return onCpu("wasm", `auto: no GPU (${against.join("; ")})`);
  return onCpu("scalar", `auto: no GPU (${against.join("; ")}) and no WebAssembly SIMD in this runtime`);
}
