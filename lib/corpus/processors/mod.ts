/** Processors: what reads recordings once and writes tables and arrays. */
export type {
  Feature,
  FeatureColumns,
  FeatureColumnType,
  FeatureSegment,
  Scalar,
  StoredFeature,
} from "./feature.ts";
export {
  defineProcessor,
  type FeatureProcessor,
  type ProcessorDefinition,
  type ProcessorNeed,
} from "./feature_processor.ts";
export { meanEmbedding, type MeanEmbeddingParts } from "./mean_embedding.ts";
export { ProcessError } from "./process_error.ts";
export {
  type ProcessedRow,
  type ProcessEvent,
  type ProcessOptions,
  processRecordings,
  type ProcessReport,
} from "./process_recordings.ts";
export type { ProcessorInput } from "./processor_input.ts";
export { processorNamed, processorNames, registerProcessor } from "./registry.ts";
export { type SignalToNoise, signalToNoise, type SignalToNoiseInput } from "./signal_to_noise.ts";
export { speechSegments, type SpeechSegmentsOptions } from "./speech_segments.ts";
export { type VadOptions, vadProcessor } from "./vad_processor.ts";
