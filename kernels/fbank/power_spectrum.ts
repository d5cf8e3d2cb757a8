import { decimatedPlace } from "./half_transform.ts";

/**
 * Power spectra of real signals of one length, in float64: the samples as a complex signal of half the length, decimated in
 * frequency by radix-4 butterflies, and the two halves told apart at the end.
 *
 * No array is taken apart in its loops: Bun makes each such array, which took five times as long.
 *
 * Source: Cooley and Tukey 1965; for the real packing, Press et al., Numerical Recipes, section 12.3.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { PowerSpectrum } from "#kernels/fbank/power_spectrum.ts";
 * const spectrum = new PowerSpectrum(8);
 * const alternating = Float64Array.of(1, 0, -1, 0, 1, 0, -1, 0); // two periods
 * assert.deepEqual([...spectrum.of(alternating)], [0, 0, 16, 0]);
 * ```
 */
export class PowerSpectrum {
  readonly #half: number;
  readonly #cos: Float64Array;
  readonly #sin: Float64Array;
  readonly #places: Uint32Array;
  readonly #z: Float64Array;
  readonly #powers: Float64Array;

  /** @param length A power of two, at least 4. */
  constructor(length: number) {
    if (length < 4 || !Number.isInteger(Math.log2(length))) {
      throw new RangeError(`The length is ${length}; it must be a power of two of at least 4`);
    }
    const half = this.#half = length / 2;
    this.#cos = Float64Array.from({ length }, (_, k) => Math.cos((2 * Math.PI * k) / length));
    this.#sin = Float64Array.from({ length }, (_, k) => -Math.sin((2 * Math.PI * k) / length));
    this.#places = Uint32Array.from({ length: half }, (_, k) => decimatedPlace(k, radices(half)));
    this.#z = new Float64Array(length);
    this.#powers = new Float64Array(half);
  }

  /**
   * |X_k|^2 for k from 0 to length / 2 - 1; the Nyquist bin is left out.
   *
   * @param signal `length` samples, left as they are.
   * @returns An array that the next call overwrites.
   */
  of(signal: Float64Array): Float64Array {
    if (signal.length !== 2 * this.#half) {
      throw new RangeError(`The signal has ${signal.length} samples; ${2 * this.#half} are needed`);
    }
    this.#z.set(signal);
    let size = this.#half;
    for (; size >= 4; size /= 4) this.#radix4(size);
    if (size === 2) this.#radix2();
    return this.#untangle();
  }

  /** Every block of `size` values becomes four blocks: the frequencies 4k, 4k + 1, 4k + 2, 4k + 3. */
  #radix4(size: number): void {
    const z = this.#z, cos = this.#cos, sin = this.#sin;
    const quarter = size / 4;
    const step = z.length / size;
    for (let n = 0; n < quarter; n++) {
      const c1 = cos[n * step], s1 = sin[n * step];
      const c2 = cos[2 * n * step], s2 = sin[2 * n * step];
      const c3 = cos[3 * n * step], s3 = sin[3 * n * step];
      for (let a = 2 * n; a < z.length; a += 2 * size) {
        const b = a + 2 * quarter;
        const c = b + 2 * quarter;
        const d = c + 2 * quarter;
        const acRe = z[a] + z[c], acIm = z[a + 1] + z[c + 1];
        const bdRe = z[b] + z[d], bdIm = z[b + 1] + z[d + 1];
        const aRe = z[a] - z[c], aIm = z[a + 1] - z[c + 1];
        const bRe = z[b] - z[d], bIm = z[b + 1] - z[d + 1];
        z[a] = acRe + bdRe;
        z[a + 1] = acIm + bdIm;
        const re1 = aRe + bIm, im1 = aIm - bRe; // (a - c) - i (b - d)
        z[b] = re1 * c1 - im1 * s1;
        z[b + 1] = re1 * s1 + im1 * c1;
        const re2 = acRe - bdRe, im2 = acIm - bdIm;
        z[c] = re2 * c2 - im2 * s2;
        z[c + 1] = re2 * s2 + im2 * c2;
        const re3 = aRe - bIm, im3 = aIm + bRe;
        z[d] = re3 * c3 - im3 * s3;
        z[d + 1] = re3 * s3 + im3 * c3;
      }
    }
  }

  #radix2(): void {
    const z = this.#z;
    for (let a = 0; a < z.length; a += 4) {
      const re = z[a + 2], im = z[a + 3];
      z[a + 2] = z[a] - re;
      z[a + 3] = z[a + 1] - im;
      z[a] += re;
      z[a + 1] += im;
    }
  }

  /** X_k = E + W^k O and X_(half - k) = conj(E - W^k O), E and O the transforms of the even and the odd samples. */
  #untangle(): Float64Array {
    const z = this.#z, powers = this.#powers, places = this.#places, half = this.#half;
    powers[0] = (z[0] + z[1]) ** 2;
    for (let k = 1; k <= half / 2; k++) {
      const a = 2 * places[k];
      const b = 2 * places[half - k];
      const evenRe = (z[a] + z[b]) / 2, evenIm = (z[a + 1] - z[b + 1]) / 2;
      const oddRe = (z[a + 1] + z[b + 1]) / 2, oddIm = (z[b] - z[a]) / 2;
      const c = this.#cos[k], s = this.#sin[k];
      const re = oddRe * c - oddIm * s, im = oddRe * s + oddIm * c;
      powers[k] = (evenRe + re) ** 2 + (evenIm + im) ** 2;
      powers[half - k] = (evenRe - re) ** 2 + (evenIm - im) ** 2;
    }
    return powers;
  }
}

/** Fours, and a two at the end where they do not come out even. */
function radices(size: number): number[] {
  return size === 1 ? [] : size === 2 ? [2] : [4, ...radices(size / 4)];
}
