import process from "node:process";
import type { DeviceGuard } from "./device_guard.ts";
import { computeStage } from "./gpu_flags.ts";
import { ShaderError } from "./gpu_errors.ts";

/** How a kernel sees one buffer: `var<storage, read>`, `var<storage, read_write>` or `var<uniform>`. */
export type BindingKind = "read" | "read_write" | "uniform";

/** Everything about a kernel that is known before it runs; what the device's cache goes by. */
export interface KernelSpec {
  /**
   * Names the kernel in errors, in profiles, for `DIALAB_PRINT_SHADER` and for `observeKernels`: its folder in `kernels/`, then
   * which of the folder's kernels it is, "vbx moments".
   */
  label: string;
  /** WGSL. Its buffers are `@group(0)`, bound 0, 1, 2, ... in the order of `bindings`. */
  code: string;
  /** One kind per `@binding` of `@group(0)`. */
  bindings: readonly BindingKind[];
  /** @default "main" */
  entryPoint?: string;
  /** Values of the code's `override` constants. */
  constants?: Readonly<Record<string, number>>;
}

/** A compiled kernel. Belongs to the context that made it and lives as long as that. */
export interface GpuKernel {
  readonly label: string;
  readonly bindings: readonly BindingKind[];
  readonly pipeline: GPUComputePipeline;
  readonly layout: GPUBindGroupLayout;
}

/**
 * What tells two kernels apart: code, entry point, bindings and constants in any order, but not the label.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { kernelKey, type KernelSpec } from "#lib/compute/gpu_kernel.ts";
 *
 * const spec: KernelSpec = { label: "a", code: "...", bindings: ["read"], constants: { x: 1, y: 2 } };
 * assert.equal(kernelKey(spec), kernelKey({ ...spec, label: "b", constants: { y: 2, x: 1 } }));
 * assert.notEqual(kernelKey(spec), kernelKey({ ...spec, bindings: ["read_write"] }));
 * ```
 */
export function kernelKey(spec: KernelSpec): string {
  const constants = Object.entries(spec.constants ?? {}).sort(([a], [b]) => a < b ? -1 : 1);
  return JSON.stringify([spec.entryPoint ?? "main", spec.bindings, constants, spec.code]);
}

const layoutTypes = { read: "read-only-storage", read_write: "storage", uniform: "uniform" } as const;

/**
 * Compiles a kernel with an explicit layout: group 0 as its `bindings` say, group 1 the context's own (the
 * opaque zero of kernels/df64.wgsl). With `layout: "auto"` a buffer that an entry point does not touch would
 * silently drop out of the layout.
 *
 * @param guard the guard of this device
 * @param options the kernel, and the layout of group 1
 * @throws ShaderError when the code does not compile, with the lines in question, or does not fit its bindings
 * @throws DeviceLostError when the device is lost, before or meanwhile
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { DeviceGuard } from "#lib/compute/device_guard.ts";
 * import { NoAdapterError } from "#lib/compute/gpu_errors.ts";
 * import { compileKernel, type KernelSpec } from "#lib/compute/gpu_kernel.ts";
 * import { openGpu } from "#lib/compute/open_gpu.ts";
 * import { softwareAdapterManifest } from "#lib/compute/software_adapters.ts";
 *
 * const spec: KernelSpec = { label: "idle", code: "@compute @workgroup_size(1) fn main() {}", bindings: [] };
 * await assert.rejects(openGpu({ provider: "dawn", adapter: "no such adapter" }), NoAdapterError);
 * if (softwareAdapterManifest("swiftshader")) {
 *   const { gpu: { device } } = await openGpu({ provider: "dawn", adapter: "swiftshader" });
 *   const guard = new DeviceGuard(device);
 *   const contextLayout = device.createBindGroupLayout({ entries: [] });
 *   assert.equal((await compileKernel(device, guard, { spec, contextLayout })).label, "idle");
 *   const misnamed = { ...spec, entryPoint: "mian" };
 *   await assert.rejects(compileKernel(device, guard, { spec: misnamed, contextLayout }), /"idle" was refused.*mian/);
 *   device.destroy();
 * }
 * ```
 */
export async function compileKernel(
  device: GPUDevice,
  guard: DeviceGuard,
  { spec, contextLayout }: { spec: KernelSpec; contextLayout: GPUBindGroupLayout },
): Promise<GpuKernel> {
  const { label, code, bindings, entryPoint = "main", constants = {} } = spec;
  const wanted = process.env.DIALAB_PRINT_SHADER;
  if (wanted === "1" || wanted === label) process.stderr.write(`// kernel "${label}"\n${code}\n`);

  guard.assertAlive();
  device.pushErrorScope("validation");
  const module = device.createShaderModule({ label, code });
  const refused = device.popErrorScope();
  const [refusal, { messages }] = await guard.until(Promise.all([refused, module.getCompilationInfo()]));
  if (refusal) throw new ShaderError(describeRefusal(label, code, messages, refusal.message));

  device.pushErrorScope("validation");
  const layout = device.createBindGroupLayout({
    label: `${label} bindings`,
    entries: bindings.map((kind, binding) => ({
      binding,
      visibility: computeStage,
      buffer: { type: layoutTypes[kind] },
    })),
  });
  // Not createComputePipelineAsync: under Deno, Dawn's never frees the pipeline (0.3 MB each, measured).
  const pipeline = device.createComputePipeline({
    label,
    layout: device.createPipelineLayout({ label, bindGroupLayouts: [layout, contextLayout] }),
    compute: { module, entryPoint, constants: { ...constants } },
  });
  const error = await guard.until(device.popErrorScope());
  await guard.assertStillAlive();
  if (error) throw new ShaderError(`Kernel "${label}" was refused by the device: ${error.message}`);
  return { label, bindings, pipeline, layout };
}

function describeRefusal(
  label: string,
  code: string,
  messages: readonly GPUCompilationMessage[],
  whole: string,
): string {
  const lines = code.split("\n");
  const errors = messages.filter((message) => message.type === "error").map((message) =>
    `  line ${message.lineNum}: ${message.message}\n    ${lines[message.lineNum - 1]?.trim() ?? ""}`
  );
  return `Kernel "${label}" does not compile:\n${errors.length > 0 ? errors.join("\n") : whole}`;
}
