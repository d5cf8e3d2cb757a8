/** The longest frame, and the length of the FFT behind every backend; shorter frames are padded with zeros. */
export const FFT_LENGTH = 512;

/** Energies below float32's epsilon count as that; its logarithm, -15.942385, is what silence gives. */
export const ENERGY_FLOOR = 1.1920928955078125e-7;

/** Options of `fbank`; the defaults are those of pyannote's WeSpeaker front end. */
export interface FbankOptions {
  /** Clips in `waveforms`, one after the other, all of one length. @default {1} */
  readonly batch?: number;
  /** Samples a second. @default {16000} */
  readonly sampleRate?: number;
  /** Samples in a frame, 2 to 512. @default {400} */
  readonly frameLength?: number;
  /** Samples from one frame to the next. @default {160} */
  readonly frameShift?: number;
  /** Triangular mel filters. Each must reach at least one bin of the FFT. @default {80} */
  readonly melBins?: number;
  /** Where the first filter begins, in Hz. @default {20} */
  readonly lowHz?: number;
  /** Where the last filter ends, in Hz, at most half the sample rate. @default {8000} */
  readonly highHz?: number;
  /** How much of the sample before is taken off each, 0 to 1. @default {0.97} */
  readonly preemphasis?: number;
  /** The samples are multiplied by this first: Kaldi's are those of 16-bit PCM, ours lie in [-1, 1]. @default {32768} */
  readonly scale?: number;
  /** Whether each bin is taken less its mean over the frames of its clip. @default {false} */
  readonly removeMean?: boolean;
}

/** What `fbank` gives. */
export interface FbankResult {
  /** Natural logarithms of the mel energies, (batch, frames, melBins): float64 from scalar, float32 from wasm and webgpu. */
  readonly features: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>;
  readonly batch: number;
  /** Frames of each clip: `1 + floor((samples - frameLength) / frameShift)`. */
  readonly frames: number;
  readonly melBins: number;
}
