import type { FbankOptions } from "#kernels/fbank/contract.ts";
import { fbankPlan } from "#kernels/fbank/fbank_plan.ts";
import { melFilters } from "#kernels/fbank/mel_filters.ts";

/**
 * fbank by its definition and nothing else: sums of products with sines and cosines, each frame on its own. Only the mel weights
 * are the library's; they are compared with torchaudio's in fbank_reference.test.ts.
 */
export function fbankOracle(waveforms: ArrayLike<number>, options: FbankOptions = {}): Float64Array {
  const plan = fbankPlan(waveforms.length, options);
  const { batch, samples, frames, frameLength, frameShift, melBins, preemphasis, scale } = plan;
  let fftLength = 4;
  while (fftLength < frameLength) fftLength *= 2;
  const filters = melFilters({ ...plan, fftLength });
  const angle = (product: number) => (2 * Math.PI * (product % fftLength)) / fftLength;
  const features = new Float64Array(batch * frames * melBins);
  for (let f = 0; f < batch * frames; f++) {
    const start = Math.floor(f / frames) * samples + (f % frames) * frameShift;
    const frame = Array.from({ length: frameLength }, (_, n) => waveforms[start + n] * scale);
    const mean = frame.reduce((sum, x) => sum + x, 0) / frameLength;
    const y = frame.map((x, n) => {
      const emphasised = x - mean - preemphasis * (frame[Math.max(0, n - 1)] - mean);
      return emphasised * (0.54 - 0.46 * Math.cos((2 * Math.PI * n) / (frameLength - 1)));
    });
    const power = (k: number) => {
      const re = y.reduce((sum, value, n) => sum + value * Math.cos(angle(k * n)), 0);
      const im = y.reduce((sum, value, n) => sum + value * Math.sin(angle(k * n)), 0);
      return re * re + im * im;
    };
    const powers = Array.from({ length: fftLength / 2 }, (_, k) => power(k));
    filters.forEach(({ start, weights }, m) => {
      const energy = weights.reduce((sum, weight, i) => sum + weight * powers[start + i], 0);
      features[f * melBins + m] = Math.log(Math.max(energy, 2 ** -23));
    });
  }
  if (!plan.removeMean) return features;
  return features.map((value, at) => {
    const clip = Math.floor(at / (frames * melBins)) * frames * melBins;
    let sum = 0;
    for (let f = 0; f < frames; f++) sum += features[clip + f * melBins + at % melBins];
    return value - sum / frames;
  });
}
