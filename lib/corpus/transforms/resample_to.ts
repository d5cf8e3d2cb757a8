import { resample } from "#lib/audio/resample.ts";
import type { SpeechTransform } from "./speech_sample.ts";

/**
 * A transform that brings samples to one rate in Hz, as `lib/audio` resamples files. One of that rate already is given as it is.
 *
 * @throws {RangeError} A rate is no positive integer, or the two have too little in common.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { resampleTo } from "#lib/corpus/transforms/resample_to.ts";
 * const sample = { id: "a", wavId: "a", waveform: [new Float32Array(44_101)], sampleRate: 44_100, metadata: {} };
 * const { sampleRate, waveform } = resampleTo(16_000)(sample);
 * assert.deepEqual([sampleRate, waveform[0].length], [16_000, 16_001]);
 * ```
 */
export function resampleTo(toRate: number): SpeechTransform {
  return (sample) => {
    if (sample.sampleRate === toRate) return sample;
    const waveform = sample.waveform.map((channel) =>
      resample(channel, { fromRate: sample.sampleRate, toRate })
    );
    return { ...sample, waveform, sampleRate: toRate };
  };
}
