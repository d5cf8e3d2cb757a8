/** A shard that an index is of. */
export interface IndexedShard {
  /** Its path from the index's folder, with slashes. */
  readonly file: string;
  readonly bytes: number;
  /** Of all its bytes, in hexadecimal. */
  readonly sha256: string;
}

/** Where a member of a sample is in its shard. */
export interface IndexedMember {
  /** In small letters, without the dot before it. */
  readonly suffix: string;
  /** Of the first byte of its content. */
  readonly offset: number;
  readonly bytes: number;
}

/** A sample, and where to find it. */
export interface IndexedSample {
  /** As it stands in the shard. */
  readonly key: string;
  /** The recording it is of: what its sidecar says, else its key without the clip's number. */
  readonly wavId: string;
  /** Which of the index's shards it is in, from 0. */
  readonly shard: number;
  /** In the shard's order. */
  readonly members: readonly IndexedMember[];
  /** Samples of its sound per channel, where it is WAV or FLAC. */
  readonly sampleCount?: number;
  /** Hz, where its sound is WAV or FLAC. */
  readonly sampleRate?: number;
}

/** Samples by number, from 0, in the order of the shards and within each; the number is one that is there. */
export interface SamplesByNumber {
  readonly length: number;
  at(number: number): IndexedSample;
  keyOf(number: number): string;
  wavIdOf(number: number): string;
  /** Which of the index's shards it is in. */
  shardOf(number: number): number;
}

/** What a set of shards holds and where: the length of an epoch, the place of each sample, and what each shard's bytes were. */
export interface ShardIndex {
  /** The folder that the shards' paths begin at. */
  readonly root: string;
  readonly shards: readonly IndexedShard[];
  /** In the order of the shards and within each. */
  readonly samples: readonly IndexedSample[];
  /** The same samples, in an index that was read from a file: there is no object for each until it is asked for. */
  readonly columns?: SamplesByNumber;
}
