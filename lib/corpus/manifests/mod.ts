/** Manifests: tables of any size on a database, joined and filtered. */
export type { JoinStrategy } from "./join_query.ts";
export type { ManifestColumn } from "./manifest_column.ts";
export { conditionText, type ManifestCondition } from "./manifest_condition.ts";
export { ManifestEngineError, type ManifestEngineOptions } from "./manifest_engine.ts";
export { ManifestJoiner, type ManifestJoinerOptions } from "./manifest_joiner.ts";
export type { ManifestCounts } from "./count_conditions.ts";
export { MetadataManifest, type MetadataManifestOptions } from "./metadata_manifest.ts";
