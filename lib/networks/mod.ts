/** Networks: where they are found, sessions that check what they load and give, and what goes in and comes out. */
export * from "./average_embeddings.ts";
export * from "./batch_size.ts";
export { NetworkOutputError } from "./checked_output.ts";
export * from "./default_workers.ts";
export * from "./embedding_fbank.ts";
export * from "./find_model.ts";
export * from "./found_together.ts";
export * from "./masked_embedding.ts";
export * from "./model_cards.ts";
export type { InferenceOptions } from "./network_session.ts";
export { ModelFileError } from "./onnx/model_file_error.ts";
export { type Provider, ProviderError, type SessionOptions } from "./provider.ts";
export * from "./segmentation.ts";
export * from "./slot_windows.ts";
export * from "./thinresnet_features.ts";
export * from "./window_embedding.ts";
