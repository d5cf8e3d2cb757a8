/** Batches: samples beside each other in arrays, and which rows of a table are drawn for them. */
export type { BatchScalar, DataBatch } from "./data_batch.ts";
export {
  type MetadataSample,
  MetadataSampler,
  type MetadataSamplerOptions,
  type SamplingStrategy,
} from "./metadata_sampler.ts";
export { type BatchMemory, SpeechCollator, type SpeechCollatorOptions } from "./speech_collator.ts";
export { strataOf, type StrataOfOptions, type Stratum, type StratumRows } from "./strata_of.ts";
export { type GpuArray, type GpuDataBatch, toGpu } from "./to_gpu.ts";
