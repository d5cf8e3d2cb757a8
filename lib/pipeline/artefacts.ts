import type { ArrayOf } from "#lib/arrays/nd_array.ts";
import type { TrainingSet } from "#lib/clustering/training_filter.ts";
import type { Annotation } from "#lib/timeline/annotation.ts";

/**
 * Everything that stages hand to one another. Symbols as in docs/pipeline.md: C chunks, F frames in a chunk, S slots, D embedding
 * dimension, L dimension of the PLDA, N training embeddings, K clusters, T frames of the recording.
 */
export interface Artefacts {
  /** (samples,) of the whole recording in [-1, 1], one channel at 16 kHz. */
  waveform: ArrayOf<"f4">;
  /** (C, windows of 25 ms every 10 ms, mel bins) of every chunk, less its mean. */
  fbank: ArrayOf<"f4">;
  /** (C, F, classes) scores of the sets of slots that may be active, log-probabilities; the largest is decided. */
  powersetScores: ArrayOf<"f4">;
  /** (C, F, S) of 0 and 1. */
  segmentations: ArrayOf<"f4">;
  /** (C, S, D). */
  embeddings: ArrayOf<"f4">;
  /** (T, 1) speakers at once. */
  count: ArrayOf<"u1">;
  /** N (chunk, slot) pairs. */
  training: TrainingSet;
  /** (N, L). */
  postXvec: ArrayOf<"f8">;
  /** (N, L). */
  postPlda: ArrayOf<"f8">;
  /** (L,) between-speaker variances, descending. */
  phi: ArrayOf<"f8">;
  /** (N - 1, 4) SciPy linkage matrix. */
  tree: ArrayOf<"f8">;
  /** (N,) clusters from 0. */
  ahcLabels: ArrayOf<"i4">;
  /** (N, K) responsibilities. */
  q: ArrayOf<"f8">;
  /** (K,) speaker priors. */
  pi: ArrayOf<"f8">;
  /** (iterations,) evidence lower bounds. */
  elbo: ArrayOf<"f8">;
  /** (speakers, D). */
  centroids: ArrayOf<"f8">;
  /** (N,) KMeans clusters where hints overruled VBx; else undefined. */
  kmeansLabels: ArrayOf<"i4"> | undefined;
  /** (C, S, speakers); silent slots hold the lowest value less one. */
  softClusters: ArrayOf<"f8">;
  /** (C, S) clusters, -2 where there is none; silent slots not yet taken out. */
  hardClusters: ArrayOf<"i4">;
  /** (T, columns) of 0 and 1. */
  discreteDiarization: ArrayOf<"f4">;
  /** (T, columns) of 0 and 1, one speaker at most in a frame. */
  discreteExclusive: ArrayOf<"f4">;
  /** The result. */
  diarization: Annotation;
  /** The result with one speaker at most at a time, under the same names. */
  exclusive: Annotation;
}

/** An artefact's name. */
export type ArtefactName = keyof Artefacts;
