/** Sizes of `melFilters`; see `FbankOptions`. */
export interface MelFiltersOptions {
  readonly sampleRate: number;
  readonly melBins: number;
  readonly lowHz: number;
  readonly highHz: number;
  /** Length of the FFT, a power of two. Its Nyquist bin is not used. */
  readonly fftLength: number;
}

/** One triangular filter: `weights[i]` belongs to bin `start + i` of the FFT. */
export interface MelFilter {
  readonly start: number;
  readonly weights: Float32Array<ArrayBuffer>;
}

const f32 = Math.fround;

/**
 * Where PyTorch's float32 logarithm is not the correctly rounded one: three of the 256 frequencies of the default geometry, each
 * within 0.006 ulp of the middle between two floats. Arguments and results.
 */
const LOGARITHM_TIES: ReadonlyMap<number, number> = new Map([
  [1.5357142686843872, 0.4289955794811249],
  [3.455357074737549, 1.239925742149353],
  [11.535714149475098, 2.4454479217529297],
]);

const logarithm = (x: number): number => LOGARITHM_TIES.get(x) ?? f32(Math.log(x));

/**
 * The triangular mel filters, `mel(f) = 1127 ln(1 + f / 700)`, equally spaced in mel.
 *
 * torchaudio computes their weights in float32 whatever the samples are, and so does this: rounding every step as there, the
 * weights are bit for bit those that pyannote's features are made with.
 *
 * @returns One filter each, without the bins whose weight is zero.
 * @throws {RangeError} where a filter is so narrow that it falls between two bins, as Kaldi refuses it.
 * Source: torchaudio.compliance.kaldi.get_mel_banks; Kaldi's mel-computations.cc.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { melFilters } from "#kernels/fbank/mel_filters.ts";
 * const filters = melFilters({ sampleRate: 16000, melBins: 80, lowHz: 20, highHz: 8000, fftLength: 512 });
 * assert.equal(filters[0].start, 1);
 * assert.equal(filters[79].start + filters[79].weights.length, 256);
 * ```
 */
export function melFilters(options: MelFiltersOptions): MelFilter[] {
  const { sampleRate, melBins, lowHz, highHz, fftLength } = options;
  const low = 1127 * Math.log(1 + lowHz / 700);
  const delta = (1127 * Math.log(1 + highHz / 700) - low) / (melBins + 1);
  const edge = (i: number) => f32(f32(low) + f32(i * f32(delta)));
  const width = f32(sampleRate / fftLength);
  const mel = Float32Array.from(
    { length: fftLength / 2 },
    (_, k) => f32(1127 * logarithm(f32(1 + f32(f32(width * k) / 700)))),
  );
  return Array.from({ length: melBins }, (_, m) => {
    const [left, centre, right] = [edge(m), edge(m + 1), edge(m + 2)];
    const rise = f32(centre - left);
    const fall = f32(right - centre);
    const weights = mel.map((at) => Math.max(0, Math.min(f32(at - left) / rise, f32(right - at) / fall)));
    const start = weights.findIndex((weight) => weight > 0);
    if (start < 0) {
      const room = `the ${fftLength / 2} bins of the FFT`;
      throw new RangeError(
        `Filter ${m} of ${melBins} falls between ${room}; ask for fewer melBins or longer frames`,
      );
    }
    return { start, weights: weights.slice(start, weights.findLastIndex((weight) => weight > 0) + 1) };
  });
}
