import { type ArrayOf, ndArray } from "#lib/arrays/nd_array.ts";
import { PowerSpectrum } from "#kernels/fbank/power_spectrum.ts";

/** Sizes of ThinResNet's input. */
export const THINRESNET = {
  sampleRate: 16000,
  /** Samples of a window: 1.295 s, of which 127 frames are made; with the one of zeros they last 1.3 s. */
  windowSamples: 20720,
  melBins: 80,
  /** Frames of the input; the last one is zeros. */
  frames: 128,
} as const;

const [FFT_LENGTH, HOP, WINDOW_LENGTH, FLOOR] = [512, 160, 400, 1e-9];
const [LOW_HZ, HIGH_HZ] = [20, 7600];

/**
 * The input of ThinResNet for windows of a recording: log mel energies, each bin less its mean over the frames.
 *
 * Frames of 512 samples every 160, not centred, under a periodic Hann window of 400 in their middle; power; 80 triangles on the HTK mel scale
 * from 20 to 7600 Hz, not normalised; ln(max(x, 1e-9)); a 128th frame of zeros; then the mean over all 128 is taken off. In float64 until the end.
 *
 * @param waveform Samples at 16 kHz in [-1, 1].
 * @param starts The first sample of each window. What lies outside the recording counts as zeros.
 * @returns (windows, 1, 80, 128).
 * @throws {RangeError} A start is not a whole number.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { thinResNetFeatures } from "#lib/networks/thinresnet_features.ts";
 * const { shape, data } = thinResNetFeatures(new Float32Array(30000), [0, 5000]);
 * assert.deepEqual(shape, [2, 1, 80, 128]);
 * assert(Math.abs(data[0] - Math.log(1e-9) / 128) < 1e-5); // silence, less 127/128 of itself
 * ```
 */
export function thinResNetFeatures(waveform: Float32Array, starts: readonly number[]): ArrayOf<"f4"> {
  const { windowSamples, melBins, frames } = THINRESNET;
  const bad = starts.find((start) => !Number.isSafeInteger(start));
  if (bad !== undefined) throw new RangeError(`A window starts at sample ${bad}; a whole number is needed.`);
  const { hann, filters, spectrum } = frontEnd();
  const samples = new Float64Array(windowSamples);
  const frame = new Float64Array(FFT_LENGTH);
  const features = new Float32Array(starts.length * melBins * frames);
  const logs = new Float64Array(melBins * frames);
  starts.forEach((start, window) => {
    samples.fill(0);
    const from = Math.max(0, start);
    const to = Math.min(waveform.length, start + windowSamples);
    for (let n = from; n < to; n++) samples[n - start] = waveform[n];
    for (let f = 0; f < frames - 1; f++) {
      for (let n = 0; n < WINDOW_LENGTH; n++) {
        frame[EDGE + n] = samples[f * HOP + EDGE + n] * hann[n];
      }
      const powers = spectrum.of(frame);
      filters.forEach(({ first, weights }, mel) => {
        let energy = 0;
        for (let i = 0; i < weights.length; i++) energy += weights[i] * powers[first + i];
        logs[mel * frames + f] = Math.log(Math.max(energy, FLOOR));
      });
    }
    for (let mel = 0; mel < melBins; mel++) {
      const row = logs.subarray(mel * frames, (mel + 1) * frames);
      const mean = row.reduce((sum, value) => sum + value, 0) / frames;
      for (let f = 0; f < frames; f++) features[(window * melBins + mel) * frames + f] = row[f] - mean;
    }
  });
  return ndArray("f4", [starts.length, 1, melBins, frames], features);
}

/** Zeros on each side of the Hann window. */
const EDGE = (FFT_LENGTH - WINDOW_LENGTH) / 2;

interface FrontEnd {
  readonly hann: Float64Array;
  readonly filters: readonly { readonly first: number; readonly weights: Float64Array }[];
  readonly spectrum: PowerSpectrum;
}

let made: FrontEnd | undefined;

function frontEnd(): FrontEnd {
  return made ??= {
    hann: Float64Array.from(
      { length: WINDOW_LENGTH },
      (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / WINDOW_LENGTH),
    ),
    filters: melTriangles(),
    spectrum: new PowerSpectrum(FFT_LENGTH),
  };
}

/** Triangles of height 1 whose corners are evenly spaced on the HTK mel scale. */
function melTriangles() {
  const mel = (hz: number) => 2595 * Math.log10(1 + hz / 700);
  const { melBins, sampleRate } = THINRESNET;
  const step = (mel(HIGH_HZ) - mel(LOW_HZ)) / (melBins + 1);
  const corner = (i: number) => 700 * (10 ** ((mel(LOW_HZ) + i * step) / 2595) - 1);
  return Array.from({ length: melBins }, (_, i) => {
    const [left, centre, right] = [corner(i), corner(i + 1), corner(i + 2)];
    const height = (bin: number) => {
      const hz = (bin * sampleRate) / FFT_LENGTH;
      return Math.max(0, Math.min((hz - left) / (centre - left), (right - hz) / (right - centre)));
    };
    const first = Math.ceil((left * FFT_LENGTH) / sampleRate);
    const last = Math.min(FFT_LENGTH / 2 - 1, Math.floor((right * FFT_LENGTH) / sampleRate));
    return { first, weights: Float64Array.from({ length: last - first + 1 }, (_, k) => height(first + k)) };
  });
}
