import type { InferenceOptions } from "#lib/networks/network_session.ts";
import type { SegmentationNetwork } from "#lib/networks/segmentation.ts";

/**
 * Runs a segmentation network over chunks that stand each in an array of its own, as one batch.
 *
 * @param batch Each `chunkSamples` long, at 16 kHz.
 * @returns Of each chunk (frames, slots) of 0 and 1.
 * @throws {RangeError} when there is no chunk.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { segmentBatch } from "#lib/diarization/segment_batch.ts";
 * const network = {
 *   chunkSamples: 2,
 *   run: (samples: Float32Array) => {
 *     const segmentations = ndArray("f4", [2, 2, 1], Float32Array.from(samples, (x) => x > 0.5 ? 1 : 0));
 *     return Promise.resolve({ scores: segmentations, segmentations });
 *   },
 * };
 * const segmented = await segmentBatch(network, [Float32Array.of(0, 1), Float32Array.of(1, 1)]);
 * assert.deepEqual(segmented.map((one) => [...one]), [[0, 1], [1, 1]]);
 * ```
 */
export async function segmentBatch(
  network: Pick<SegmentationNetwork, "chunkSamples" | "run">,
  batch: readonly Float32Array<ArrayBuffer>[],
  inference: InferenceOptions = {},
): Promise<Float32Array<ArrayBuffer>[]> {
  const size = network.chunkSamples;
  const waveforms = new Float32Array(batch.length * size);
  batch.forEach((samples, i) => waveforms.set(samples, i * size));
  const { segmentations: { data } } = await network.run(waveforms, inference);
  const each = data.length / batch.length;
  return batch.map((_, i) => data.slice(i * each, (i + 1) * each));
}
