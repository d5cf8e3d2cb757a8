import { FFT_LENGTH } from "./contract.ts";
import type { FbankPlan } from "./fbank_plan.ts";
import { type MelFilter, melFilters } from "./mel_filters.ts";

/**
 * The mel filters over the 256 bins of an FFT of 512, for backends whose FFT has no other length.
 *
 * Kaldi pads a frame to the next power of two only. Padded further, the spectrum is the same function sampled more densely, so
 * every (512 / padded length)-th bin is a bin of the shorter FFT, and the others get weight zero.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fbankPlan } from "#kernels/fbank/fbank_plan.ts";
 * import { fftFilters } from "#kernels/fbank/fft_filters.ts";
 * const [filter] = fftFilters(fbankPlan(200, { frameLength: 200, melBins: 20 })); // padded to 256: every second bin
 * assert(filter.weights.every((weight, i) => (weight > 0) === (i % 2 === 0)));
 * ```
 */
export function fftFilters(plan: FbankPlan): MelFilter[] {
  const fftLength = paddedLength(plan.frameLength);
  const stride = FFT_LENGTH / fftLength;
  return melFilters({ ...plan, fftLength }).map(({ start, weights }) => {
    const spread = new Float32Array((weights.length - 1) * stride + 1);
    weights.forEach((weight, i) => spread[i * stride] = weight);
    return { start: start * stride, weights: spread };
  });
}

/**
 * The length, in samples, that Kaldi pads a frame to: the next power of two, and here at least 4.
 *
 * Source: `_get_waveform_and_window_properties` of torchaudio.compliance.kaldi.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { paddedLength } from "#kernels/fbank/fft_filters.ts";
 * assert.deepEqual([2, 400, 512].map(paddedLength), [4, 512, 512]);
 * ```
 */
export function paddedLength(frameLength: number): number {
  return 2 ** Math.max(2, Math.ceil(Math.log2(frameLength)));
}
