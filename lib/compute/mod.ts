/** Backends: opening one, and the GPU as kernels use it. Knows nothing of speech. */
export type { Backend, Compute, Precision } from "./compute.ts";
export { openCompute, type OpenComputeOptions } from "./open_compute.ts";
