/** Samples on each side of the place that is interpolated. */
const HALF = 16;
/** Samples that are looked at together, to see whether the peak can be among them. */
const STRETCH = 64;
/** Shape of the Kaiser window: 80 dB of stop band. */
const BETA = 8;

/**
 * The true peak of one channel: the largest absolute value of the signal between its samples, at four times the rate (twice from 96 kHz,
 * the samples themselves from 192 kHz on). Samples are pushed as they come; nothing grows with their number.
 *
 * Stretches that cannot hold a larger peak than the one known, since no interpolated value exceeds the largest sample times the sum of the
 * filter's absolute taps, are not interpolated; the result is the same.
 *
 * Source: ITU-R BS.1770-4, annex 2; the filter is a sinc in a Kaiser window.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { TruePeak } from "#lib/corpus/loudness/true_peak.ts";
 * const peak = new TruePeak(48_000);
 * // A quarter of the rate, at 45 degrees: every sample is 3 dB below the peak.
 * peak.push(Float32Array.from({ length: 4800 }, (_, n) => 0.5 * Math.sin(Math.PI * (n / 2 + 0.25))));
 * assert(Math.abs(20 * Math.log10(peak.end()) - 20 * Math.log10(0.5)) < 0.2);
 * ```
 */
export class TruePeak {
  readonly #phases: readonly Float64Array[];
  readonly #reach: number;
  /** The last samples, 2 HALF of them and the new ones behind. */
  #kept: Float64Array<ArrayBuffer> = new Float64Array(2 * HALF);
  #peak = 0;

  constructor(sampleRate: number) {
    const factor = sampleRate < 96_000 ? 4 : sampleRate < 192_000 ? 2 : 1;
    this.#phases = Array.from({ length: factor - 1 }, (_, i) => taps((i + 1) / factor));
    this.#reach = Math.max(
      1,
      ...this.#phases.map((phase) => phase.reduce((sum, tap) => sum + Math.abs(tap), 0)),
    );
  }

  /** Further samples of the channel. */
  push(samples: Float32Array): void {
    const all = new Float64Array(2 * HALF + samples.length);
    all.set(this.#kept);
    all.set(samples, 2 * HALF);
    for (let at = 0; at + 2 * HALF < all.length; at += STRETCH) this.#look(all, at);
    this.#kept = all.slice(all.length - 2 * HALF);
  }

  /** The peak of all, from 0; behind the last sample the signal is taken to be 0. */
  end(): number {
    this.push(new Float32Array(2 * HALF));
    return this.#peak;
  }

  #look(all: Float64Array, at: number): void {
    const to = Math.min(at + STRETCH, all.length - 2 * HALF);
    let largest = 0;
    for (let n = at; n < to + 2 * HALF; n++) {
      const value = Math.abs(all[n]);
      if (value > largest) largest = value;
    }
    if (largest > this.#peak) {
      for (let n = at; n < to + 2 * HALF; n++) this.#peak = Math.max(this.#peak, Math.abs(all[n]));
    }
    if (largest * this.#reach <= this.#peak) return;
    for (const phase of this.#phases) {
      for (let n = at; n < to; n++) {
        let sum = 0;
        for (let k = 0; k < 2 * HALF; k++) sum += phase[k] * all[n + k];
        const value = Math.abs(sum);
        if (value > this.#peak) this.#peak = value;
      }
    }
  }
}

/** The filter that gives the value `fraction` of a sample behind the HALF-th of 2 HALF samples. */
function taps(fraction: number): Float64Array {
  const window = Float64Array.from({ length: 2 * HALF }, (_, k) => {
    const x = k - (HALF - 1) - fraction;
    const inside = 1 - (x / HALF) ** 2;
    const sinc = x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
    return inside <= 0 ? 0 : sinc * bessel0(BETA * Math.sqrt(inside)) / bessel0(BETA);
  });
  const sum = window.reduce((total, tap) => total + tap, 0);
  return window.map((tap) => tap / sum);
}

/** Modified Bessel function of order 0, by its series. */
function bessel0(x: number): number {
  let sum = 1, term = 1;
  for (let k = 1; term > 1e-16 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}
