/** Shards: tars of samples as WebDataset has them, read, indexed and written. */
export { httpShards, type HttpShardsOptions } from "./http_shards.ts";
export { indexShards, type IndexShardsOptions } from "./index_shards.ts";
export { readSamples, type ReadSamplesOptions, type ShardSample } from "./read_samples.ts";
export type { SampleRule } from "./sample_rule.ts";
export { ShardError, type ShardErrorOptions } from "./shard_error.ts";
export type { IndexedMember, IndexedSample, IndexedShard, ShardIndex } from "./shard_index.ts";
export {
  readShardIndex,
  type ReadShardIndexOptions,
  SHARD_INDEX_NAME,
  shardPath,
  writeShardIndex,
} from "./shard_index_file.ts";
export { formatShardIndex, parseShardIndex } from "./shard_index_json.ts";
export {
  type OpenShard,
  openShards,
  type OpenShardsOptions,
  type ReadShardOptions,
  ShardReader,
} from "./shard_reader.ts";
export type { ShardInput } from "./tar_bytes.ts";
export { escapeKey, unescapeKey } from "./sample_key.ts";
export { openShardWriter, type SampleInput, ShardWriter, type ShardWriterOptions } from "./shard_writer.ts";
export { splitOf, type SplitOfOptions } from "./split_of.ts";
export {
  type ShardVerification,
  type VerifiedShard,
  verifyShards,
  type VerifyShardsOptions,
} from "./verify_shards.ts";
export {
  type PackagedInput,
  type PackagedShards,
  type PackageFailure,
  packageShards,
  type PackageShardsOptions,
} from "./package_shards.ts";
export { expandShards } from "./expand_shards.ts";
