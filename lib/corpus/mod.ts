/** A corpus: ids, lists of recordings, processors, tables, manifests, shards, loaders, transforms, batches. */
export * from "./adapters/mod.ts";
export { buildManifest, type BuildManifestOptions, type BuiltManifest } from "./build_manifest.ts";
export { type ClipId, clipId, parseClipId } from "./ids/clip_id.ts";
export { asWavId, type WavId, WavIdError } from "./ids/wav_id.ts";
export * from "./config/mod.ts";
export * from "./recordings/mod.ts";
export * from "./clips/mod.ts";
export * from "./loaders/mod.ts";
export * from "./transforms/mod.ts";
export * from "./batches/mod.ts";
export * from "./shards/mod.ts";
export * from "./loudness/mod.ts";
export * from "./manifests/mod.ts";
export * from "./store/mod.ts";
export * from "./tables/mod.ts";
export * from "./processors/mod.ts";
export * from "./filters/mod.ts";
export { type CorpusReason, why, type WhyOptions } from "./why.ts";
