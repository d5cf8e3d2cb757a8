import type { ResampleOptions } from "./resampled_length.ts";
import { Resampler } from "./resampler.ts";

/**
 * A whole signal at another sample rate, as `torchaudio.functional.resample` with its defaults gives it (windowed
 * sinc, Hann, 6 zero crossings, rolloff 0.99). {@linkcode Resampler} does the same in blocks.
 *
 * @param samples One channel.
 * @returns `ceil(samples.length * toRate / fromRate)` samples, that number rounded to float32 before the ceiling as
 *   torchaudio does, so that long recordings may have a few samples fewer or more. A copy where the rates are equal.
 * @throws {RangeError} A rate is no positive integer, or the two have too little in common.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { resample } from "#lib/audio/resample.ts";
 *
 * const sine = Float32Array.from({ length: 4410 }, (_, i) => Math.sin(2 * Math.PI * 100 * i / 44100));
 * const resampled = resample(sine, { fromRate: 44100, toRate: 16000 });
 * assert.equal(resampled.length, 1600);
 * assert(Math.abs(resampled[840] - Math.sin(2 * Math.PI * 100 * 840 / 16000)) < 1e-3);
 * ```
 */
export function resample(samples: Float32Array, options: ResampleOptions): Float32Array<ArrayBuffer> {
  const { fromRate, toRate } = options;
  const resampler = new Resampler(fromRate, toRate);
  if (fromRate === toRate) return samples.slice() as Float32Array<ArrayBuffer>;
  const head = resampler.push(samples);
  const tail = resampler.finish();
  const whole = new Float32Array(head.length + tail.length);
  whole.set(head);
  whole.set(tail, head.length);
  return whole;
}
