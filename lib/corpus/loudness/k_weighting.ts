/** Coefficients of a filter of second order, those of the output's past negated as usual: y = b0 x + b1 x1 + b2 x2 - a1 y1 - a2 y2. */
export interface BiquadParts {
  readonly b0: number;
  readonly b1: number;
  readonly b2: number;
  readonly a1: number;
  readonly a2: number;
}

/** Hz below which the first filter's corner would come near half the rate. */
const LEAST_RATE = 4000;

/**
 * The two filters of K-weighting at any rate: the head's shelf, then the high pass. At 48 kHz they are those that the standard prints; at
 * others the same analog filters by the bilinear transform.
 *
 * Source: ITU-R BS.1770-4, annex 1, tables 1 and 2; the analog corner, gain and quality behind them: B. De Man, Evaluation of
 * implementations of the EBU R128 loudness measurement, AES 145 (2018).
 *
 * @param sampleRate Hz, from 4000.
 * @throws {RangeError} when the rate is lower.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { kWeighting } from "#lib/corpus/loudness/k_weighting.ts";
 * const [shelf, highPass] = kWeighting(48_000);
 * assert(Math.abs(shelf.b0 - 1.53512485958697) < 1e-12);
 * assert(Math.abs(highPass.a1 - -1.99004745483398) < 1e-12);
 * ```
 */
export function kWeighting(sampleRate: number): readonly [shelf: BiquadParts, highPass: BiquadParts] {
  if (!(sampleRate >= LEAST_RATE)) {
    throw new RangeError(`Loudness needs a sample rate of ${LEAST_RATE} Hz or more, not ${sampleRate}.`);
  }
  return [shelf(sampleRate), highPass(sampleRate)];
}

function shelf(sampleRate: number): BiquadParts {
  const frequency = 1681.974450955533, gainDb = 3.999843853973347, quality = 0.7071752369554196;
  const k = Math.tan(Math.PI * frequency / sampleRate);
  const high = 10 ** (gainDb / 20), band = high ** 0.4996667741545416;
  const a0 = 1 + k / quality + k * k;
  return {
    b0: (high + band * k / quality + k * k) / a0,
    b1: 2 * (k * k - high) / a0,
    b2: (high - band * k / quality + k * k) / a0,
    a1: 2 * (k * k - 1) / a0,
    a2: (1 - k / quality + k * k) / a0,
  };
}

function highPass(sampleRate: number): BiquadParts {
  const frequency = 38.13547087602444, quality = 0.5003270373238773;
  const k = Math.tan(Math.PI * frequency / sampleRate);
  const a0 = 1 + k / quality + k * k;
  return { b0: 1, b1: -2, b2: 1, a1: 2 * (k * k - 1) / a0, a2: (1 - k / quality + k * k) / a0 };
}
