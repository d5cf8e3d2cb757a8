/** Batches: samples beside each other in arrays. */
export type { BatchScalar, DataBatch } from "./data_batch.ts";
export { SpeechCollator, type SpeechCollatorOptions } from "./speech_collator.ts";
