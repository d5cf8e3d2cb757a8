import type { Precision } from "#lib/compute/compute.ts";
import { NO_CLUSTER, silentSlots } from "#lib/clustering/assign_clusters.ts";
import { LIVING_PRIOR } from "#lib/clustering/centroids.ts";
import type { ArtefactName, Artefacts } from "#lib/pipeline/artefacts.ts";
import { QUANTITIES, toleranceOf } from "../quantities.ts";
import type { DriftAxis } from "./run_difference.ts";

/** Numbers of one type with a shape. */
export type DriftTensor =
  | { readonly dtype: "f4"; readonly shape: readonly number[]; readonly data: Float32Array }
  | { readonly dtype: "f8"; readonly shape: readonly number[]; readonly data: Float64Array }
  | { readonly dtype: "i4"; readonly shape: readonly number[]; readonly data: Int32Array }
  | { readonly dtype: "u1"; readonly shape: readonly number[]; readonly data: Uint8Array };

/** An artefact as the comparison sees it. */
export interface DriftQuantity {
  readonly stage: string;
  readonly artefact: ArtefactName;
  readonly axes: readonly DriftAxis[];
  readonly of: (artefacts: Partial<Artefacts>) => DriftTensor | undefined;
  /**
   * What is decided with it: the largest along the last axis, all values of the last axis together, each value by itself, or which priors
   * live.
   */
  readonly decides?: { readonly by: "argmax" | "group" | "value" | "living"; readonly what: string };
  /** Values are names of clusters, which mean nothing by themselves. */
  readonly names?: "cluster" | "speaker";
  /** The sign of each column is arbitrary. */
  readonly signless?: boolean;
  /** Largest difference that rounding explains, where parity has no tolerance for it. @default {0} */
  readonly tolerance?: number;
}

/**
 * Everything that `compareRuns` compares, in the order of the stages, from the decoded audio on.
 *
 * The tolerances are parity's (lib/parity/quantities.ts). Those of the front stages are what the backends differ by: fbank is float64 in
 * scalar and float32 in the others, and the networks turn a last bit there into some 1e-5 of their output.
 */
export const DRIFT_QUANTITIES: readonly DriftQuantity[] = [
  { stage: "decoding", artefact: "waveform", axes: ["sample"], of: (a) => a.waveform },
  {
    stage: "segmentation",
    artefact: "powersetScores",
    axes: ["chunk", "frame", "class"],
    of: (a) => a.powersetScores,
    decides: { by: "argmax", what: "frames" },
    tolerance: 1e-3,
  },
  {
    stage: "segmentation",
    artefact: "segmentations",
    axes: ["chunk", "frame", "slot"],
    of: (a) => a.segmentations,
    decides: { by: "group", what: "frames" },
  },
  {
    stage: "fbank",
    artefact: "fbank",
    axes: ["chunk", "window", "bin"],
    of: (a) => a.fbank,
    tolerance: 1e-5,
  },
  {
    stage: "embedding",
    artefact: "embeddings",
    axes: ["chunk", "slot", "dimension"],
    of: (a) => a.embeddings,
    tolerance: 1e-4,
  },
  {
    stage: "speaker_counting",
    artefact: "count",
    axes: ["frame"],
    of: ({ count }) => count && { ...count, shape: [count.shape[0]] },
    decides: { by: "value", what: "frames" },
  },
  {
    stage: "train_filter",
    artefact: "training",
    axes: ["chunk", "slot"],
    of: chosenSlots,
    decides: { by: "value", what: "slots" },
  },
  {
    stage: "ahc",
    artefact: "tree",
    axes: ["merge"],
    of: ({ tree }) =>
      tree && {
        dtype: "f8",
        shape: [tree.shape[0]],
        data: Float64Array.from({ length: tree.shape[0] }, (_, k) => tree.data[4 * k + 2]),
      },
    tolerance: 1e-12,
  },
  {
    stage: "ahc",
    artefact: "ahcLabels",
    axes: ["embedding"],
    of: (a) => a.ahcLabels,
    decides: { by: "value", what: "embeddings" },
    names: "cluster",
  },
  { stage: "plda", artefact: "postXvec", axes: ["embedding", "dimension"], of: (a) => a.postXvec },
  {
    stage: "plda",
    artefact: "postPlda",
    axes: ["embedding", "dimension"],
    of: (a) => a.postPlda,
    signless: true,
  },
  { stage: "plda", artefact: "phi", axes: ["dimension"], of: (a) => a.phi },
  {
    stage: "vbx",
    artefact: "q",
    axes: ["embedding", "cluster"],
    of: (a) => a.q,
    decides: { by: "argmax", what: "embeddings" },
  },
  {
    stage: "vbx",
    artefact: "pi",
    axes: ["cluster"],
    of: (a) => a.pi,
    decides: { by: "living", what: "speakers" },
  },
  { stage: "vbx", artefact: "elbo", axes: ["iteration"], of: (a) => a.elbo },
  { stage: "centroids", artefact: "centroids", axes: ["speaker", "dimension"], of: (a) => a.centroids },
  {
    stage: "centroids",
    artefact: "kmeansLabels",
    axes: ["embedding"],
    of: (a) => a.kmeansLabels,
    decides: { by: "value", what: "embeddings" },
    names: "speaker",
  },
  {
    stage: "scores",
    artefact: "softClusters",
    axes: ["chunk", "slot", "speaker"],
    of: (a) => a.softClusters,
    decides: { by: "argmax", what: "slots" },
  },
  {
    stage: "assignment",
    artefact: "hardClusters",
    axes: ["chunk", "slot"],
    of: heardClusters,
    decides: { by: "value", what: "slots" },
    names: "speaker",
  },
  {
    stage: "reconstruction",
    artefact: "discreteDiarization",
    axes: ["frame", "speaker"],
    of: (a) => a.discreteDiarization,
    decides: { by: "group", what: "frames" },
  },
];

/** Which name an artefact has in lib/parity/quantities.ts. */
const IN_PARITY: Partial<Record<ArtefactName, string>> = {
  postXvec: "post_xvec",
  postPlda: "post_plda",
  phi: "phi",
  q: "q_final",
  pi: "sp_final",
  elbo: "elbo_trajectory",
  centroids: "centroids",
  softClusters: "soft_clusters",
};

/**
 * The largest difference of an artefact that rounding explains, when one of the runs computes in `precision`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { driftTolerance, DRIFT_QUANTITIES } from "#lib/parity/drift/drift_quantities.ts";
 * const q = DRIFT_QUANTITIES.find(({ artefact }) => artefact === "q")!;
 * assert.equal(driftTolerance(q, "f64"), 1e-12);
 * ```
 */
export function driftTolerance(quantity: DriftQuantity, precision: Precision): number {
  const known = QUANTITIES.find((entry) => entry.quantity === IN_PARITY[quantity.artefact]);
  return quantity.tolerance ?? (known === undefined ? 0 : toleranceOf(known, precision));
}

/** Whether VBx's prior keeps a speaker alive. */
export const lives = (pi: number): boolean => pi > LIVING_PRIOR;

/** (C, S) bytes, 1 where a slot's embedding trains the clustering. */
function chosenSlots({ training, embeddings, segmentations }: Partial<Artefacts>): DriftTensor | undefined {
  if (training === undefined) return undefined;
  const { chunkIndex, speakerIndex } = training;
  const chunks = embeddings?.shape[0] ?? segmentations?.shape[0] ?? 0;
  const slots = embeddings?.shape[1] ?? segmentations?.shape[2] ?? 0;
  const data = new Uint8Array(chunks * slots);
  chunkIndex.forEach((c, n) => data[c * slots + speakerIndex[n]] = 1);
  return { dtype: "u1", shape: [chunks, slots], data };
}

/** Clusters of the slots that speak, -2 elsewhere: what becomes of silent slots is no decision. */
function heardClusters({ hardClusters, segmentations }: Partial<Artefacts>): DriftTensor | undefined {
  if (hardClusters === undefined || segmentations === undefined) return hardClusters;
  const silent = silentSlots(segmentations);
  return { ...hardClusters, data: hardClusters.data.map((k, at) => silent[at] ? NO_CLUSTER : k) };
}
