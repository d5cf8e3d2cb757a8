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
  const ends = frontEnd();
  const size = melBins * frames;
  const features = new Float32Array(starts.length * size);
  const samples = new Float64Array(windowSamples);
  starts.forEach((start, window) => {
    const [from, to] = [Math.max(0, start), Math.min(waveform.length, start + windowSamples)];
    samples.fill(0);
    if (to > from) samples.set(waveform.subarray(from, to), from - start);
    const logs = logEnergies(samples, ends);
    lessMean(logs, features.subarray(window * size, (window + 1) * size));
  });
  return ndArray("f4", [starts.length, 1, melBins, frames], features);
}

/** Zeros on each side of the Hann window. */
const EDGE = (FFT_LENGTH - WINDOW_LENGTH) / 2;

/** All triangles, one after the other: the first bin of each, and where its weights begin; one more entry tells where they end. */
interface Triangles {
  readonly firsts: Int32Array;
  readonly begins: Int32Array;
  readonly weights: Float64Array;
}

interface FrontEnd {
  readonly hann: Float64Array;
  readonly triangles: Triangles;
  readonly spectrum: PowerSpectrum;
}

// What follows is called often and on flat arrays, which is what engines compile well: it is where most of a window's time goes.

/** ln of the energy in each band of each frame, (melBins, frames). The last frame is of zeros. */
function logEnergies(samples: Float64Array, { hann, triangles, spectrum }: FrontEnd): Float64Array {
  const { melBins, frames } = THINRESNET;
  const frame = new Float64Array(FFT_LENGTH);
  const energies = new Float64Array(melBins);
  const logs = new Float64Array(melBins * frames);
  for (let f = 0; f < frames - 1; f++) {
    weigh(samples, hann, f * HOP + EDGE, frame);
    melEnergies(spectrum.of(frame), triangles, energies);
    for (let mel = 0; mel < melBins; mel++) logs[mel * frames + f] = Math.log(Math.max(energies[mel], FLOOR));
  }
  return logs;
}

function weigh(samples: Float64Array, hann: Float64Array, from: number, frame: Float64Array): void {
  for (let n = 0; n < hann.length; n++) frame[EDGE + n] = samples[from + n] * hann[n];
}

/** Each band less its mean over the frames. */
function lessMean(logs: Float64Array, features: Float32Array): void {
  const { melBins, frames } = THINRESNET;
  for (let mel = 0; mel < melBins; mel++) {
    const end = (mel + 1) * frames;
    let sum = 0;
    for (let i = mel * frames; i < end; i++) sum += logs[i];
    const mean = sum / frames;
    for (let i = mel * frames; i < end; i++) features[i] = logs[i] - mean;
  }
}

function melEnergies(powers: Float64Array, triangles: Triangles, energies: Float64Array): void {
  const { firsts, begins, weights } = triangles;
  for (let mel = 0; mel < energies.length; mel++) {
    const end = begins[mel + 1];
    let energy = 0;
    for (let i = begins[mel], bin = firsts[mel]; i < end; i++, bin++) energy += weights[i] * powers[bin];
    energies[mel] = energy;
  }
}

let made: FrontEnd | undefined;

function frontEnd(): FrontEnd {
  return made ??= {
    hann: Float64Array.from(
      { length: WINDOW_LENGTH },
      (_, n) => 0.5 - 0.5 * Math.cos((2 * Math.PI * n) / WINDOW_LENGTH),
    ),
    triangles: melTriangles(),
    spectrum: new PowerSpectrum(FFT_LENGTH),
  };
}

/** Triangles of height 1 whose corners are evenly spaced on the HTK mel scale. */
function melTriangles(): Triangles {
  const mel = (hz: number) => 2595 * Math.log10(1 + hz / 700);
  const { melBins, sampleRate } = THINRESNET;
  const step = (mel(HIGH_HZ) - mel(LOW_HZ)) / (melBins + 1);
  const corner = (i: number) => 700 * (10 ** ((mel(LOW_HZ) + i * step) / 2595) - 1);
  const firsts: number[] = [], begins = [0], weights: number[] = [];
  for (let i = 0; i < melBins; i++) {
    const [left, centre, right] = [corner(i), corner(i + 1), corner(i + 2)];
    const height = (bin: number) => {
      const hz = (bin * sampleRate) / FFT_LENGTH;
      return Math.max(0, Math.min((hz - left) / (centre - left), (right - hz) / (right - centre)));
    };
    const first = Math.ceil((left * FFT_LENGTH) / sampleRate);
    const last = Math.min(FFT_LENGTH / 2 - 1, Math.floor((right * FFT_LENGTH) / sampleRate));
    firsts.push(first);
    for (let bin = first; bin <= last; bin++) weights.push(height(bin));
    begins.push(weights.length);
  }
  return {
    firsts: Int32Array.from(firsts),
    begins: Int32Array.from(begins),
    weights: Float64Array.from(weights),
  };
}
