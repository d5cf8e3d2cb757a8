/** A change of sample rate: two positive integers of Hz. */
export interface ResampleOptions {
  readonly fromRate: number;
  readonly toRate: number;
}

/**
 * How many samples `resample` makes of `samples`: `ceil(samples * toRate / fromRate)`, that number rounded to
 * float32 before the ceiling, as torchaudio 2 does where it turns a Python float into a tensor.
 *
 * @param samples 0 or more.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { resampledLength } from "#lib/audio/resampled_length.ts";
 *
 * assert.equal(resampledLength(44100, { fromRate: 44100, toRate: 16000 }), 16000);
 * // The quotient is 65559.002, whose ceiling is 65560.
 * assert.equal(resampledLength(180697, { fromRate: 44100, toRate: 16000 }), 65559);
 * ```
 */
export function resampledLength(samples: number, { fromRate, toRate }: ResampleOptions): number {
  const length = samples * toRate / fromRate;
  return fromRate === toRate ? samples : Math.ceil(Math.fround(length));
}
