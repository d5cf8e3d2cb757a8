/** Sizes of `removeFrameMean`. */
export interface RemoveFrameMeanOptions {
  readonly batch: number;
  readonly frames: number;
  readonly melBins: number;
}

/**
 * Takes from each bin its mean over the frames of its clip, in place. The sums are float64.
 *
 * @param features (batch, frames, melBins).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { removeFrameMean } from "#kernels/fbank/remove_frame_mean.ts";
 * const features = Float32Array.of(1, 10, 3, 30);
 * removeFrameMean(features, { batch: 1, frames: 2, melBins: 2 });
 * assert.deepEqual([...features], [-1, -10, 1, 10]);
 * ```
 */
export function removeFrameMean(
  features: Float32Array | Float64Array,
  options: RemoveFrameMeanOptions,
): void {
  const { batch, frames, melBins } = options;
  const means = new Float64Array(melBins);
  for (let clip = 0; clip < batch; clip++) {
    const start = clip * frames * melBins;
    const end = start + frames * melBins;
    means.fill(0);
    for (let at = start; at < end; at += melBins) {
      for (let m = 0; m < melBins; m++) means[m] += features[at + m];
    }
    for (let m = 0; m < melBins; m++) means[m] /= frames;
    for (let at = start; at < end; at += melBins) {
      for (let m = 0; m < melBins; m++) features[at + m] -= means[m];
    }
  }
}
