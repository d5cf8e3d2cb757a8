import type { Precision } from "#lib/compute/compute.ts";

/** What a backend of fbank may be off by, in absolute value. */
export interface FbankBound {
  /** Speech. */
  readonly speech: number;
  /** Test signals, some with bins whose power nearly vanishes beside others; float32 is at the mercy of these. */
  readonly signals: number;
  /** A thousandth of full scale and less on a loud offset: precision on the GPU counts from the frame's loudest sample. */
  readonly faint: number;
}

/**
 * Bounds by backend, with what was measured on the reference's clips, its signals, and fbank_vectors.ts' faint one.
 * - scalar: 1e-11, the noise of float64 in such a bin.
 * - wasm: 9.6e-7. Half an ulp of float32 between 16 and 32 is 9.54e-7.
 * - df64: 1.2e-6, that rounding and those of the mel sums; faint 2.7e-5.
 * - f32: 2.3e-4, 3.4e-4 (chirp) and 1.4e-4 (white noise), 3.2e-2; torchaudio's own float32 has 2.7e-4, 2.5e-4, 1.2e-3 and 3.2e-2.
 */
export function fbankBound(backend: string, precision: Precision): FbankBound {
  if (backend === "scalar") return { speech: 1e-9, signals: 1e-9, faint: 1e-9 };
  if (backend === "wasm") return { speech: 1e-6, signals: 1e-6, faint: 1e-6 };
  if (precision === "df64") return { speech: 2e-6, signals: 2e-6, faint: 5e-5 };
  return { speech: 2.7e-4, signals: 1.5e-3, faint: 5e-2 };
}

/** The largest difference and where it is; NaN beside a number is infinitely far. */
export function farthest(
  got: ArrayLike<number>,
  expected: ArrayLike<number>,
): { difference: number; index: number } {
  if (got.length !== expected.length) throw new Error(`${got.length} values, expected ${expected.length}`);
  let worst = { difference: 0, index: -1 };
  for (let i = 0; i < got.length; i++) {
    const same = Object.is(got[i], expected[i]);
    const difference = same ? 0 : Math.abs(got[i] - expected[i]);
    if (!(difference <= worst.difference)) {
      worst = { difference: Number.isNaN(difference) ? Infinity : difference, index: i };
    }
  }
  return worst;
}
