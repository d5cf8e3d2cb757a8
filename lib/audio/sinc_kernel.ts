/** The filters of a change of sample rate, one for each phase of the output. */
export interface SincKernel {
  /** The two rates, divided by their greatest common divisor: `to` outputs are made from each `from` inputs. */
  readonly from: number;
  readonly to: number;
  /** By phase, which input its first tap falls on, counted from the first input of the phase's block of `from`. */
  readonly first: Int32Array<ArrayBuffer>;
  /** Taps of every phase; shorter filters end in zeros. */
  readonly length: number;
  /** (to, length) in row-major order. */
  readonly taps: Float32Array<ArrayBuffer>;
}

/** Zero crossings of the sinc on each side that the window keeps, and the cutoff over the lower Nyquist rate. */
const LOWPASS_FILTER_WIDTH = 6;
const ROLLOFF = 0.99;
/** 256 MiB of float32. Rates that people use need under a hundredth. */
const MOST_TAPS = 2 ** 26;

const { fround } = Math;

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

/**
 * The windowed sinc (Hann, 6 zero crossings, rolloff 0.99) that `torchaudio.functional.resample` builds for float32
 * samples. Each step is rounded to float32 as there: so the taps are within 1.2e-7 of torchaudio's, where exact ones
 * are not (the phases' times lose digits: outputs differ by 4e-5 at 11025 Hz, by 2e-3 at 16001 Hz). Taps outside the
 * window, which torchaudio has below 1e-23, are left out. (torchaudio functional/functional.py,
 * _get_sinc_resample_kernel)
 *
 * @param fromRate Hz, a positive integer.
 * @param toRate Hz, a positive integer.
 * @throws {RangeError} A rate is no positive integer, or the two have so little in common that the filters would take
 *   more than 256 MiB.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { sincKernel } from "#lib/audio/sinc_kernel.ts";
 *
 * const { from, to, first, length, taps } = sincKernel(48000, 16000);
 * assert.deepEqual([from, to, first[0], length], [3, 1, -19, 39]);
 * // Each phase lets a constant pass unchanged, but for the ripple of the window.
 * assert(Math.abs(taps.reduce((sum, tap) => sum + tap, 0) - 1) < 1e-3);
 * ```
 */
export function sincKernel(fromRate: number, toRate: number): SincKernel {
  for (const rate of [fromRate, toRate]) {
    if (!Number.isSafeInteger(rate) || rate <= 0) {
      throw new RangeError(`A sample rate must be a positive integer of Hz, not ${rate}`);
    }
  }
  const divisor = greatestCommonDivisor(fromRate, toRate);
  const from = fromRate / divisor;
  const to = toRate / divisor;
  const baseRate = Math.min(from, to) * ROLLOFF;
  const width = Math.ceil(LOWPASS_FILTER_WIDTH * from / baseRate);
  const length = 2 * width + 1;
  if (to * length > MOST_TAPS) {
    throw new RangeError(`Resampling from ${fromRate} to ${toRate} Hz would take ${to * length} taps`);
  }
  const first = new Int32Array(to);
  const taps = new Float32Array(to * length);
  for (let phase = 0; phase < to; phase++) {
    // The window reaches `width` inputs to either side of the output's own time.
    first[phase] = Math.floor(phase * from / to) - width;
    for (let k = 0; k < length; k++) {
      taps[phase * length + k] = tap(first[phase] + k, { phase, from, to, baseRate });
    }
  }
  return { from, to, first, length, taps };
}

/** One tap; `input` counts from the block's first input. */
function tap(
  input: number,
  { phase, from, to, baseRate }: { phase: number; from: number; to: number; baseRate: number },
): number {
  const seconds = fround(fround(-phase / to) + fround(input / from));
  const crossings = fround(seconds * fround(baseRate));
  if (Math.abs(crossings) >= LOWPASS_FILTER_WIDTH) return 0;
  const angle = fround(fround(fround(crossings * fround(Math.PI)) / LOWPASS_FILTER_WIDTH) / 2);
  const cosine = fround(Math.cos(angle));
  const window = fround(cosine * cosine);
  const x = fround(crossings * fround(Math.PI));
  const sinc = x === 0 ? 1 : fround(fround(Math.sin(x)) / x);
  return fround(sinc * fround(window * fround(baseRate / from)));
}
