/** Signals and options that every backend of fbank is given, beside those of torchaudio; expected values by fbank_oracle.ts. */
import type { FbankOptions } from "#kernels/fbank/contract.ts";
import { fbankOracle } from "./fbank_oracle.ts";

export interface FbankVector {
  readonly name: string;
  readonly waveforms: Float32Array<ArrayBuffer>;
  readonly options: FbankOptions;
  readonly expected: Float64Array;
  /** Which of fbank_bounds.ts' bounds it is held to. */
  readonly kind: "signals" | "faint";
}

/** Uniform in [-1, 1): a linear congruential generator, the same everywhere. */
export function noise(length: number, seed = 1): Float32Array<ArrayBuffer> {
  let state = seed;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  });
}

const tone = (length: number, hertz: number, level: number) =>
  Float32Array.from({ length }, (_, n) => level * Math.sin((2 * Math.PI * hertz * n) / 16000));

/** A tone of 3 kHz that swells and fades like a Gaussian within some 150 samples. */
const burst = (n: number) => 0.9 * Math.sin(0.375 * Math.PI * n) * Math.exp(-0.5 * (n / 25) ** 2);

/** Mixes the samples of signals of one length. */
const mixed = (...signals: Float32Array[]) =>
  signals[0].map((_, n) => signals.reduce((sum, signal) => sum + signal[n], 0));

function vector(name: string, waveforms: Float32Array<ArrayBuffer>, options: FbankOptions = {}): FbankVector {
  const kind = name.includes("offset") ? "faint" : "signals";
  return { name, waveforms, options, expected: fbankOracle(waveforms, options), kind };
}

export const FBANK_VECTORS: readonly FbankVector[] = [
  vector("one frame", noise(400)),
  vector("a frame and all but one sample of the next", noise(559)),
  vector("an odd number of frames, ending in the middle of one", noise(400 + 4 * 160 + 77)),
  vector("a loud tone and a quiet one", mixed(tone(1200, 3000, 0.9), tone(1200, 300, 1e-4))),
  // Nothing of the burst reaches the far bins, where its rounding errors meet the noise: those of 24 bits and of 45 show.
  vector(
    "a loud burst over faint noise",
    noise(720, 2).map((x, n) => 1.5e-3 * x + burst(n - 300) + burst(n - 500)),
  ),
  vector("a loud offset and faint noise", noise(1200).map((x) => 0.7 + 1e-5 * x)),
  vector("faint noise beside full scale", noise(1600).map((x, n) => n < 800 ? x : 1e-6 * x)),
  vector("3 clips", noise(3 * 777, 7), { batch: 3 }),
  vector("3 clips less their means", noise(3 * 1717, 8), { batch: 3, removeMean: true }),
  vector("samples of 16-bit integers", noise(900).map((x) => Math.round(32767 * x)), { scale: 1 }),
  vector("silence", new Float32Array(700)),
  // Sizes that Kaldi pads to 256, and as long as can be, in one table with other filters; each is a shader of its own.
  vector("8 kHz", noise(1000, 9), {
    sampleRate: 8000,
    frameLength: 200,
    frameShift: 80,
    melBins: 40,
    highHz: 4000,
  }),
  vector("frames of 512, every 511", noise(512 + 3 * 511, 10), {
    ...{ frameLength: 512, frameShift: 511, melBins: 23, lowHz: 100, highHz: 7000, preemphasis: 0 },
  }),
  vector("frames of 333", noise(1001, 11), { frameLength: 333, frameShift: 101, melBins: 7, preemphasis: 1 }),
];
