/** Samples before a block that predictors may look back at: zeros. */
export const FLAC_HISTORY = 32;

/**
 * Adds what a fixed predictor foretells. (RFC 9639, section 9.2.5)
 *
 * @param s Residuals from place {@linkcode FLAC_HISTORY} + `order` on, and the samples before them; samples on return.
 * @param options `order`: 0 to 4; `frames`: samples of the block.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { addFixed, FLAC_HISTORY } from "#lib/audio/flac_prediction.ts";
 *
 * const s = new Int32Array(FLAC_HISTORY + 4);
 * s.set([10, 1, 1, -2], FLAC_HISTORY);
 * addFixed(s, { order: 1, frames: 4 });
 * assert.deepEqual([...s.subarray(FLAC_HISTORY)], [10, 11, 12, 10]);
 * ```
 */
export function addFixed(
  s: Int32Array,
  { order, frames }: { readonly order: number; readonly frames: number },
): void {
  const from = FLAC_HISTORY + order, to = FLAC_HISTORY + frames;
  if (order === 1) { for (let i = from; i < to; i++) s[i] += s[i - 1]; }
  else if (order === 2) { for (let i = from; i < to; i++) s[i] += 2 * s[i - 1] - s[i - 2]; }
  else if (order === 3) { for (let i = from; i < to; i++) s[i] += 3 * (s[i - 1] - s[i - 2]) + s[i - 3]; }
  else if (order === 4) {
    for (let i = from; i < to; i++) s[i] += 4 * (s[i - 1] + s[i - 3]) - 6 * s[i - 2] - s[i - 4];
  }
}

/** A linear predictor of FLAC. */
export interface FlacPredictor {
  /** Of the samples before, the last one first. */
  readonly factors: Int32Array;
  /** Bits by which their sum is shifted. */
  readonly shift: number;
  /** Samples of the block. */
  readonly frames: number;
  /** Bits of a sample. */
  readonly width: number;
}

/**
 * Adds what a linear predictor foretells. (RFC 9639, section 9.2.6)
 *
 * @param s Residuals from place {@linkcode FLAC_HISTORY} and the order on, and the samples before them; samples on return.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { addLinear, FLAC_HISTORY } from "#lib/audio/flac_prediction.ts";
 *
 * const s = new Int32Array(FLAC_HISTORY + 4);
 * s.set([10, 20, 1, 0], FLAC_HISTORY);
 * // Twice the last sample less the one before, shifted by a bit from four times and twice.
 * addLinear(s, { factors: Int32Array.of(4, -2), shift: 1, frames: 4, width: 16 });
 * assert.deepEqual([...s.subarray(FLAC_HISTORY)], [10, 20, 31, 42]);
 * ```
 */
export function addLinear(s: Int32Array, predictor: FlacPredictor): void {
  const { factors, width } = predictor;
  // Whether all sums fit into 32 bits.
  const isNarrow = factors.reduce((sum, factor) => sum + Math.abs(factor), 0) * 2 ** (width - 1) < 2 ** 31;
  if (!isNarrow) addWide(s, predictor);
  else if (factors.length <= 12) addPredicted(s, predictor);
  else addLong(s, predictor);
}

/** Up to 12 samples, in 32 bits. */
function addPredicted(s: Int32Array, { factors, shift, frames }: FlacPredictor): void {
  const c = new Int32Array(12);
  c.set(factors);
  const from = FLAC_HISTORY + factors.length, to = FLAC_HISTORY + frames;
  if (factors.length <= 4) addFour(s, { c, shift, from, to });
  else if (factors.length <= 8) addEight(s, { c, shift, from, to });
  else addTwelve(s, { c, shift, from, to });
}

/** Twelve factors, of which the last may be 0, and the samples that are to be added to. */
interface Span {
  readonly c: Int32Array;
  readonly shift: number;
  readonly from: number;
  readonly to: number;
}

// Written out, and each apart: an inner loop over the factors takes twice as long.

function addFour(s: Int32Array, { c, shift, from, to }: Span): void {
  const c0 = c[0], c1 = c[1], c2 = c[2], c3 = c[3];
  for (let i = from; i < to; i++) {
    let sum = Math.imul(c0, s[i - 1]) + Math.imul(c1, s[i - 2]) | 0;
    sum = sum + (Math.imul(c2, s[i - 3]) + Math.imul(c3, s[i - 4]) | 0) | 0;
    s[i] += sum >> shift;
  }
}

function addEight(s: Int32Array, { c, shift, from, to }: Span): void {
  const c0 = c[0], c1 = c[1], c2 = c[2], c3 = c[3], c4 = c[4], c5 = c[5], c6 = c[6], c7 = c[7];
  for (let i = from; i < to; i++) {
    let sum = Math.imul(c7, s[i - 8]) + Math.imul(c6, s[i - 7]) | 0;
    sum = sum + (Math.imul(c5, s[i - 6]) + Math.imul(c4, s[i - 5]) | 0) | 0;
    sum = sum + (Math.imul(c3, s[i - 4]) + Math.imul(c2, s[i - 3]) | 0) | 0;
    sum = sum + Math.imul(c1, s[i - 2]) | 0;
    s[i] += sum + Math.imul(c0, s[i - 1]) >> shift;
  }
}

function addTwelve(s: Int32Array, { c, shift, from, to }: Span): void {
  const c0 = c[0], c1 = c[1], c2 = c[2], c3 = c[3], c4 = c[4], c5 = c[5], c6 = c[6], c7 = c[7];
  const c8 = c[8], c9 = c[9], c10 = c[10], c11 = c[11];
  for (let i = from; i < to; i++) {
    let sum = Math.imul(c11, s[i - 12]) + Math.imul(c10, s[i - 11]) | 0;
    sum = sum + (Math.imul(c9, s[i - 10]) + Math.imul(c8, s[i - 9]) | 0) | 0;
    sum = sum + (Math.imul(c7, s[i - 8]) + Math.imul(c6, s[i - 7]) | 0) | 0;
    sum = sum + (Math.imul(c5, s[i - 6]) + Math.imul(c4, s[i - 5]) | 0) | 0;
    sum = sum + (Math.imul(c3, s[i - 4]) + Math.imul(c2, s[i - 3]) | 0) | 0;
    sum = sum + Math.imul(c1, s[i - 2]) | 0;
    s[i] += sum + Math.imul(c0, s[i - 1]) >> shift;
  }
}

/** The same for up to 32 samples. */
function addLong(s: Int32Array, { factors, shift, frames }: FlacPredictor): void {
  for (let i = FLAC_HISTORY + factors.length; i < FLAC_HISTORY + frames; i++) {
    let sum = 0;
    for (let j = 0; j < factors.length; j++) sum = sum + Math.imul(factors[j], s[i - 1 - j]) | 0;
    s[i] += sum >> shift;
  }
}

/** The same where sums take more than 32 bits; float64 holds 53, and they take 45. */
function addWide(s: Int32Array, { factors, shift, frames }: FlacPredictor): void {
  const divisor = 2 ** shift;
  for (let i = FLAC_HISTORY + factors.length; i < FLAC_HISTORY + frames; i++) {
    let sum = 0;
    for (let j = 0; j < factors.length; j++) sum += factors[j] * s[i - 1 - j];
    s[i] += Math.floor(sum / divisor);
  }
}
