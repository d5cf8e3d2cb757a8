import { reportKernelRun } from "#lib/compute/kernel_runs.ts";
import { ENERGY_FLOOR, type FbankOptions, type FbankResult } from "./contract.ts";
import { fbankPlan } from "./fbank_plan.ts";
import { paddedLength } from "./fft_filters.ts";
import { hammingWindow } from "./hamming_window.ts";
import { melFilters } from "./mel_filters.ts";
import { PowerSpectrum } from "./power_spectrum.ts";
import { removeFrameMean } from "./remove_frame_mean.ts";

/**
 * Kaldi's log mel filter bank features in float64: the definition that the other backends are held to.
 *
 * Each frame, from the first sample on and only where it is whole: times `scale`; less its mean; pre-emphasis, the first sample
 * its own predecessor; Hamming window; zeros up to a power of two; |FFT|^2; mel filters; logarithm. No dither, no energy column.
 * A frame depends on its own samples only: NaN and infinities make every bin of just the frames that they touch NaN (and,
 * through the mean, every frame with `removeMean`).
 *
 * @param waveforms (batch, samples) in [-1, 1].
 * @returns Float64 features.
 * @throws {RangeError} on a clip under `frameLength` samples, or options out of range.
 * Source: torchaudio.compliance.kaldi.fbank as pyannote calls it (models/embedding/wespeaker/__init__.py).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fbank } from "#kernels/fbank/scalar.ts";
 * const { features, frames } = fbank(new Float32Array(16000));
 * assert.equal(frames, 98);
 * assert(features.every((value) => value === Math.log(2 ** -23)));
 * ```
 */
export function fbank(
  waveforms: Float32Array | Float64Array,
  options: FbankOptions = {},
): FbankResult & { readonly features: Float64Array<ArrayBuffer> } {
  reportKernelRun({ backend: "scalar", kernel: "fbank", name: "fbank" });
  const plan = fbankPlan(waveforms.length, options);
  const { batch, samples, frames, frameLength, frameShift, melBins, preemphasis, scale } = plan;
  const fftLength = paddedLength(frameLength);
  const filters = melFilters({ ...plan, fftLength });
  const window = hammingWindow(frameLength);
  const spectrum = new PowerSpectrum(fftLength);
  const frame = new Float64Array(fftLength);
  const features = new Float64Array(batch * frames * melBins);
  let out = 0;
  for (let clip = 0; clip < batch; clip++) {
    for (let f = 0; f < frames; f++) {
      const start = clip * samples + f * frameShift;
      let sum = 0;
      for (let n = 0; n < frameLength; n++) sum += waveforms[start + n] * scale;
      const mean = sum / frameLength;
      let before = waveforms[start] * scale - mean;
      for (let n = 0; n < frameLength; n++) {
        const sample = waveforms[start + n] * scale - mean;
        frame[n] = (sample - preemphasis * before) * window[n];
        before = sample;
      }
      const powers = spectrum.of(frame);
      for (const { start, weights } of filters) {
        let energy = 0;
        for (let i = 0; i < weights.length; i++) energy += weights[i] * powers[start + i];
        features[out++] = Math.log(Math.max(energy, ENERGY_FLOOR)); // Math.max keeps NaN
      }
    }
  }
  if (plan.removeMean) removeFrameMean(features, plan);
  return { features, batch, frames, melBins };
}
