/** Loaders: the samples of a corpus, in which order they come, which of them are whose, and batches of them made ready. */
export {
  type DurationBatch,
  durationBatches,
  type DurationBatchesOptions,
  paddingShareOf,
} from "./duration_batches.ts";
export { type EpochBatch, epochBatches, type EpochBatchesOptions } from "./epoch_batches.ts";
export { type SampleOrder, sampleOrder, type SampleOrderOptions } from "./sample_order.ts";
export type { ChosenIds } from "./chosen_ids.ts";
export type { LoaderState } from "./loader_state.ts";
export { openRawFiles, RawFileLoader, type RawFileLoaderOptions } from "./raw_file_loader.ts";
export { SampleError, type SampleErrorOptions } from "./sample_error.ts";
export {
  type LoadedBatch,
  SpeechBatches,
  speechBatches,
  type SpeechBatchesOptions,
} from "./speech_batches.ts";
export type { LoadedWaveform, LoadOptions, SpeechLoader } from "./speech_loader.ts";
export {
  openWebDataset,
  type OpenWebDatasetOptions,
  WebDatasetLoader,
  type WebDatasetLoaderOptions,
} from "./web_dataset_loader.ts";
