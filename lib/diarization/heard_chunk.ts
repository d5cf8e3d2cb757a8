import type { InferenceOptions } from "#lib/networks/network_session.ts";

/** One chunk as the embedding network gets it. */
export interface HeardChunk {
  /** Counted from 0. */
  readonly index: number;
  /** The chunk's samples at 16 kHz. */
  readonly samples: Float32Array<ArrayBuffer>;
  /** Row-major (frames, slots) of 0 and 1. */
  readonly segmentation: Float32Array<ArrayBuffer>;
}

/** Makes one embedding for each slot of a chunk. */
export interface ChunkEmbedder extends AsyncDisposable {
  /** D. */
  readonly dimension: number;
  /** Row-major (slots, D) for every chunk; what one chunk gets does not depend on the others. */
  embed(chunks: readonly HeardChunk[], options?: InferenceOptions): Promise<Float32Array<ArrayBuffer>[]>;
}
