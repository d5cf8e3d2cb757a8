import { reportKernelRun } from "#lib/compute/kernel_runs.ts";
import { type PoolingOptions, poolingSizes } from "./contract.ts";
import { nearestFrames } from "./nearest_frames.ts";

/**
 * Masked statistics pooling: of each channel the weighted mean and standard deviation over the frames (pyannote
 * models/blocks/pooling.py, `StatsPool`). With weights w, e = 1e-8 and v1 = sum w + e, v2 = sum w^2:
 *
 *     mean = sum(w x) / v1,   std = sqrt(sum(w (x - mean)^2) / (v1 - v2 / v1 + e)).
 *
 * Without masks w = 1 and e = 0, which is the unbiased deviation (NaN for a single frame). An empty mask gives zeros. NaN travels, also
 * under a weight of 0, as NaN x 0 is NaN.
 *
 * @param features Row-major (items, channels, frames).
 * @returns Row-major (items x masksPerItem, 2 x channels): the means, then the deviations.
 * @throws {RangeError} as `poolingSizes`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { statisticsPooling } from "#kernels/pooling/scalar.ts";
 * const sizes = { items: 1, channels: 1, frames: 3 };
 * assert.deepEqual([...statisticsPooling(Float32Array.of(1, 2, 3), sizes)], [2, 1]);
 * ```
 */
export function statisticsPooling(
  features: Float32Array,
  options: PoolingOptions,
): Float64Array<ArrayBuffer> {
  reportKernelRun({ backend: "scalar", kernel: "pooling", name: "statisticsPooling" });
  const { channels, frames, masksPerItem, rows, maskFrames, epsilon } = poolingSizes(features, options);
  const { masks } = options;
  const source = masks && nearestFrames(maskFrames, frames);
  const out = new Float64Array(rows * 2 * channels);
  const w = new Float64Array(frames).fill(1);
  for (let row = 0; row < rows; row++) {
    if (masks && source) { for (let t = 0; t < frames; t++) w[t] = masks[row * maskFrames + source[t]]; }
    let sum = 0, v2 = 0;
    for (let t = 0; t < frames; t++) {
      sum += w[t];
      v2 += w[t] * w[t];
    }
    const v1 = sum + epsilon;
    const degrees = v1 - v2 / v1 + epsilon;
    const item = Math.floor(row / masksPerItem);
    for (let c = 0; c < channels; c++) {
      const at = (item * channels + c) * frames;
      let weighted = 0;
      for (let t = 0; t < frames; t++) weighted += w[t] * features[at + t];
      const mean = weighted / v1;
      let squares = 0;
      for (let t = 0; t < frames; t++) {
        const difference = features[at + t] - mean;
        squares += w[t] * (difference * difference);
      }
      out[row * 2 * channels + c] = mean;
      out[row * 2 * channels + channels + c] = Math.sqrt(squares / degrees);
    }
  }
  return out;
}
