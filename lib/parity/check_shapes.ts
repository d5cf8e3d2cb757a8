import { assertShape } from "#lib/arrays/assert_shape.ts";
import type { NdArray } from "#lib/arrays/nd_array.ts";
import { NO_CLUSTER } from "#lib/clustering/assign_clusters.ts";
import { chunkFrames } from "#lib/timeline/chunk_frames.ts";
import { CHUNKS, FRAMES } from "#lib/timeline/sliding_window.ts";
import type { Capture } from "./capture.ts";

/**
 * Refuse a capture whose arrays do not fit each other: a stage would be fed what pyannote cannot have fed it.
 *
 * @throws {RangeError} naming the array, its shape and the one that is needed, or a label that cannot be one.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { checkShapes } from "#lib/parity/check_shapes.ts";
 * const segmentations = ndArray("f4", [1, 589, 3], new Float32Array(589 * 3));
 * const embeddings = ndArray("f4", [2, 3, 4], new Float32Array(24));
 * assert.throws(() => checkShapes({ artefacts: { segmentations, embeddings }, options: {} }), /embeddings has shape/);
 * ```
 */
export function checkShapes({ artefacts, options }: Pick<Capture, "artefacts" | "options">): void {
  const { segmentations, embeddings, training, centroids } = artefacts;
  assertShape(segmentations, [null, null, null], { name: "segmentations" });
  const [chunks, framesPerChunk, slots] = segmentations.shape;
  assertShape(embeddings, [chunks, slots, null], { name: "embeddings" });

  const N = training?.chunkIndex.length ?? artefacts.ahcLabels?.shape[0] ?? artefacts.q?.shape[0] ?? null;
  const K = artefacts.pi?.shape[0] ?? null;
  const speakers = centroids?.shape[0] ?? null;
  const { chunks: window = CHUNKS, frames = FRAMES } = options.grid ?? {};
  const grid = { chunks: { ...CHUNKS, ...window }, frames: { ...FRAMES, ...frames } };
  const { total } = chunkFrames({ count: chunks, framesPerChunk }, grid);
  const wanted: [name: string, array: Pick<NdArray, "shape"> | undefined, shape: (number | null)[]][] = [
    ["train_speaker_idx", training && { shape: [training.speakerIndex.length] }, [N]],
    ["post_xvec", artefacts.postXvec, [N, null]],
    ["post_plda", artefacts.postPlda, [N, artefacts.phi?.shape[0] ?? null]],
    ["ahc_init_labels", artefacts.ahcLabels, [N]],
    ["q_final", artefacts.q, [N, K]],
    ["centroids", centroids, [null, embeddings.shape[2]]],
    ["soft_clusters", artefacts.softClusters, [chunks, slots, speakers]],
    ["hard_clusters", artefacts.hardClusters, [chunks, slots]],
    ["count", artefacts.count, [total, 1]],
    ["discrete_diarization", artefacts.discreteDiarization, [total, null]],
  ];
  for (const [name, array, shape] of wanted) if (array) assertShape(array, shape, { name });
  assertLabels("ahc_init_labels", artefacts.ahcLabels?.data, 0);
  assertLabels("hard_clusters", artefacts.hardClusters?.data, NO_CLUSTER);
}

/** No more clusters than there is to put into them: what counts them takes room for every number. */
function assertLabels(name: string, labels: Int32Array | undefined, lowest: number): void {
  const at = labels?.findIndex((label) => label < lowest || label >= labels.length) ?? -1;
  if (at < 0) return;
  throw new RangeError(
    `${name} holds ${labels![at]} at index ${at}; clusters from ${lowest} to ${
      labels!.length - 1
    } are needed`,
  );
}
