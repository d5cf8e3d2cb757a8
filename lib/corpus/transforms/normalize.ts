import type { SpeechTransform } from "./speech_sample.ts";

/** Options of {@linkcode normalize}. */
export interface NormalizeOptions {
  /** Root mean square over all channels that samples are brought to, in dB below full scale. Default: the largest value becomes 1. */
  readonly targetDb?: number;
}

/**
 * A transform that scales samples to one level, all channels alike: peak 1, or a mean power. Values beyond 1 are not clipped. What is all
 * zeros stays so.
 *
 * @throws {RangeError} The target is not finite; of the transform: the sample has a value that is not finite.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { normalize } from "#lib/corpus/transforms/normalize.ts";
 * const sample = { id: "a", wavId: "a", waveform: [Float32Array.of(0.25, -0.5)], sampleRate: 16_000, metadata: {} };
 * assert.deepEqual(normalize()(sample).waveform, [Float32Array.of(0.5, -1)]);
 * ```
 */
export function normalize(options: NormalizeOptions = {}): SpeechTransform {
  const { targetDb } = options;
  if (targetDb !== undefined && !Number.isFinite(targetDb)) {
    throw new RangeError(`A level is a finite number of dB, not ${targetDb}.`);
  }
  return (sample) => {
    let peak = 0, power = 0, count = 0;
    for (const channel of sample.waveform) {
      count += channel.length;
      for (const value of channel) {
        if (!Number.isFinite(value)) {
          throw new RangeError(`${sample.id} has a value ${value} and no level; finite values are needed.`);
        }
        peak = Math.max(peak, Math.abs(value));
        power += value * value;
      }
    }
    if (peak === 0) return sample;
    const gain = targetDb === undefined ? 1 / peak : 10 ** (targetDb / 20) / Math.sqrt(power / count);
    return { ...sample, waveform: sample.waveform.map((channel) => channel.map((value) => value * gain)) };
  };
}
