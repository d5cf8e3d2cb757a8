import { type BiquadParts, kWeighting } from "./k_weighting.ts";
import { TruePeak } from "./true_peak.ts";

/** How loud a recording is. */
export interface Loudness {
  /** Of the whole programme, in LUFS; null where nothing is above the gate of -70, or it lasts less than 0.4 s. */
  readonly integratedLufs: number | null;
  /** Between the quiet and the loud parts, in LU, from 0; null where there is no window of 3 s above the gate. */
  readonly rangeLu: number | null;
  /** The largest value between the samples of any channel, in dBTP; null where all is 0. */
  readonly truePeakDbtp: number | null;
}

/** Steps of 0.1 s in a gating block of 0.4 s, and in a short-term window of 3 s. */
const BLOCK = 4, SHORT_TERM = 30;
const ABSOLUTE_GATE = -70;

const lufs = (power: number) => -0.691 + 10 * Math.log10(power);

/**
 * Measures the loudness of a recording: integrated (ITU-R BS.1770-4, EBU R 128), range (EBU Tech 3342) and true peak (BS.1770-4, annex 2).
 * Samples are pushed as they come; memory grows by 8 bytes for each 0.1 s.
 *
 * Five channels are taken for L R C Ls Rs, six for L R C LFE Ls Rs: surround channels count 1.5 dB more, the LFE is left out. In any other
 * number all count alike; one channel counts once.
 *
 * @throws {RangeError} when the rate is below 4000 Hz, or there is no channel.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { LoudnessMeter } from "#lib/corpus/loudness/loudness_meter.ts";
 * const meter = new LoudnessMeter({ sampleRate: 48_000, channels: 2 });
 * const tone = Float32Array.from({ length: 48_000 * 20 }, (_, n) => 10 ** (-23 / 20) * Math.sin(2 * Math.PI * 1000 * n / 48_000));
 * meter.push([tone, tone]);
 * assert(Math.abs(meter.end().integratedLufs! - -23) < 0.1); // EBU Tech 3341, case 1
 * ```
 */
export class LoudnessMeter {
  readonly #sampleRate: number;
  readonly #filters: readonly (readonly [WeightedFilter, WeightedFilter])[];
  readonly #weights: readonly number[];
  readonly #peaks: readonly TruePeak[];
  /** Mean power of each finished step of 0.1 s, channels weighted and added. */
  readonly #steps: number[] = [];
  #sum = 0;
  #samples = 0;
  #stepStart = 0;

  constructor({ sampleRate, channels }: { readonly sampleRate: number; readonly channels: number }) {
    if (!Number.isSafeInteger(channels) || channels < 1) {
      throw new RangeError(`Loudness needs a channel or more, not ${channels}.`);
    }
    const [shelf, highPass] = kWeighting(sampleRate);
    const each = Array.from({ length: channels });
    this.#sampleRate = sampleRate;
    this.#filters = each.map(() => [new WeightedFilter(shelf), new WeightedFilter(highPass)]);
    this.#weights = WEIGHTS[channels] ?? each.map(() => 1);
    this.#peaks = each.map(() => new TruePeak(sampleRate));
  }

  /** Further samples, an array for each channel, all of one length, full scale 1. */
  push(block: readonly Float32Array[]): void {
    const { length } = block[0];
    const power = new Float64Array(length);
    for (const [c, samples] of block.entries()) {
      this.#peaks[c].push(samples);
      const weight = this.#weights[c];
      if (weight === 0) continue;
      const [shelf, highPass] = this.#filters[c];
      const filtered = highPass.run(shelf.run(samples));
      for (let n = 0; n < length; n++) power[n] += weight * filtered[n] * filtered[n];
    }
    for (let n = 0; n < length; n++) {
      this.#sum += power[n];
      this.#samples++;
      const stepEnd = Math.round((this.#steps.length + 1) * this.#sampleRate / 10);
      if (this.#samples < stepEnd) continue;
      this.#steps.push(this.#sum / (stepEnd - this.#stepStart));
      this.#sum = 0;
      this.#stepStart = stepEnd;
    }
  }

  /** What was measured of all that was pushed; the last part of a step is left out, as by the standard. */
  end(): Loudness {
    const peak = this.#peaks.reduce((most, one) => Math.max(most, one.end()), 0);
    return {
      integratedLufs: integrated(means(this.#steps, BLOCK)),
      rangeLu: range(means(this.#steps, SHORT_TERM)),
      truePeakDbtp: peak === 0 ? null : 20 * Math.log10(peak),
    };
  }
}

const WEIGHTS: Readonly<Record<number, readonly number[]>> = {
  5: [1, 1, 1, 1.41, 1.41],
  6: [1, 1, 1, 0, 1.41, 1.41],
};

/** Means of every `size` steps in a row. */
function means(steps: readonly number[], size: number): number[] {
  const found: number[] = [];
  for (let i = 0; i + size <= steps.length; i++) {
    let sum = 0;
    for (let k = 0; k < size; k++) sum += steps[i + k];
    found.push(sum / size);
  }
  return found;
}

const mean = (powers: readonly number[]) => powers.reduce((sum, power) => sum + power, 0) / powers.length;

function integrated(powers: readonly number[]): number | null {
  const heard = powers.filter((power) => lufs(power) > ABSOLUTE_GATE);
  if (heard.length === 0) return null;
  const gate = lufs(mean(heard)) - 10;
  return lufs(mean(heard.filter((power) => lufs(power) > gate)));
}

function range(powers: readonly number[]): number | null {
  const heard = powers.filter((power) => lufs(power) > ABSOLUTE_GATE);
  if (heard.length === 0) return null;
  const gate = lufs(mean(heard)) - 20;
  const levels = heard.map(lufs).filter((level) => level >= gate).sort((a, b) => a - b);
  const at = (share: number) => levels[Math.round((levels.length - 1) * share)];
  return at(0.95) - at(0.1);
}

/** One filter's state. */
class WeightedFilter {
  readonly #parts: BiquadParts;
  #s1 = 0;
  #s2 = 0;

  constructor(parts: BiquadParts) {
    this.#parts = parts;
  }

  run(samples: ArrayLike<number>): Float64Array {
    const { b0, b1, b2, a1, a2 } = this.#parts;
    const filtered = new Float64Array(samples.length);
    let s1 = this.#s1, s2 = this.#s2;
    for (let n = 0; n < filtered.length; n++) {
      const x = samples[n], y = b0 * x + s1;
      s1 = b1 * x - a1 * y + s2;
      s2 = b2 * x - a2 * y;
      filtered[n] = y;
    }
    // Far below anything audible numbers of tiny exponents are slow.
    this.#s1 = Math.abs(s1) < 1e-300 ? 0 : s1;
    this.#s2 = Math.abs(s2) < 1e-300 ? 0 : s2;
    return filtered;
  }
}
