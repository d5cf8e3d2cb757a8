/** Loaders: in which order the samples of a corpus come, and which of them are whose. */
export {
  type DurationBatch,
  durationBatches,
  type DurationBatchesOptions,
  paddingShareOf,
} from "./duration_batches.ts";
export { type EpochBatch, epochBatches, type EpochBatchesOptions } from "./epoch_batches.ts";
export { type SampleOrder, sampleOrder, type SampleOrderOptions } from "./sample_order.ts";
