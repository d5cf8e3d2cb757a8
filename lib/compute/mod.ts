/** Backends: opening one, and the GPU as kernels use it. Knows nothing of speech. */
export type { Backend, Compute, Precision } from "./compute.ts";
export { openCompute, type OpenComputeOptions } from "./open_compute.ts";
export type { GpuProvider } from "./gpu_provider.ts";
export type { BufferOptions, ByteRange, GpuContext } from "./gpu_context.ts";
export type { CopyRange, Dispatch, GpuBatch, GpuSlice } from "./gpu_batch.ts";
export type { GpuBuffer } from "./gpu_buffer.ts";
export type { BindingKind, GpuKernel, KernelSpec } from "./gpu_kernel.ts";
export type { KernelTime } from "./gpu_timer.ts";
export * from "./gpu_errors.ts";
export { joinDf64 } from "./join_df64.ts";
export { isSoftwareAdapter } from "./software_adapters.ts";
export { splitDf64 } from "./split_df64.ts";
export { hasWasmSimd } from "./wasm_simd.ts";
export { workgroupGrid, type Workgroups } from "./workgroup_grid.ts";
