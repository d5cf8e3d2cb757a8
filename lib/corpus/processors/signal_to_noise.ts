/** The signal-to-noise ratio of a recording and of its parts. */
export interface SignalToNoise {
  /** Of all speech, in dB; null where it cannot be told. */
  readonly snrDb: number | null;
  /** Mean power of what is speech (with the noise in it) and of what is not, in dB of full scale; null where there is none. */
  readonly speechDbfs: number | null;
  readonly noiseDbfs: number | null;
  /** Of each step, in dB; NaN where less than half of it is speech, or it is no louder than the noise. */
  readonly steps: Float32Array<ArrayBuffer>;
  /** Whether at least half of each step is speech, 0 or 1. */
  readonly speech: Uint8Array<ArrayBuffer>;
  /** Why there is no ratio, a sentence; undefined where there is one. */
  readonly why: string | undefined;
}

/** What is known of a recording. */
export interface SignalToNoiseInput {
  /** Mean square of the samples of each frame, one behind the other. */
  readonly powers: Float64Array;
  /** Seconds of a frame. */
  readonly frameSec: number;
  /** Where somebody speaks, in the order of time. */
  readonly segments: readonly { readonly onset: number; readonly offset: number }[];
  /** Frames so near to speech, in seconds, are taken neither for speech nor for noise. @default {0.25} */
  readonly guardSec?: number;
  /** Frames in a step of the result. @default {10} */
  readonly stepFrames?: number;
}

/**
 * The ratio of speech to noise, by the power of what is speech and of what is not, as the segmentation tells them apart: noise power N is
 * the mean over frames farther than a guard from all speech, P that over frames of speech, and the ratio is 10 log10((P - N) / N). It
 * takes the noise to be as loud under the speech as beside it, which holds for steady noise and not for that of a street.
 *
 * Source: noise estimated in pauses and taken off, as in S. F. Boll, Suppression of acoustic noise in speech using spectral subtraction,
 * IEEE Trans. ASSP 27(2), 1979, section II; level of active speech over time of activity only, as in ITU-T P.56.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { signalToNoise } from "#lib/corpus/processors/signal_to_noise.ts";
 * const powers = Float64Array.from({ length: 300 }, (_, f) => f >= 100 && f < 200 ? 0.101 : 0.001);
 * const { snrDb } = signalToNoise({ powers, frameSec: 0.01, segments: [{ onset: 1, offset: 2 }] });
 * assert(Math.abs(snrDb! - 20) < 1e-9);
 * ```
 */
export function signalToNoise(input: SignalToNoiseInput): SignalToNoise {
  const { powers, frameSec, segments, guardSec = 0.25, stepFrames = 10 } = input;
  const isSpeech = new Uint8Array(powers.length), isNear = new Uint8Array(powers.length);
  for (const { onset, offset } of segments) {
    mark(isSpeech, onset, offset, frameSec);
    mark(isNear, onset - guardSec, offset + guardSec, frameSec);
  }
  const speechPower = mean(powers, (f) => isSpeech[f] === 1);
  const noisePower = mean(powers, (f) => isNear[f] === 0);
  const count = Math.floor(powers.length / stepFrames);
  const steps = new Float32Array(count).fill(NaN), speech = new Uint8Array(count);
  for (let i = 0; i < count; i++) {
    let spoken = 0, power = 0;
    for (let f = i * stepFrames; f < (i + 1) * stepFrames; f++) {
      spoken += isSpeech[f];
      power += powers[f] / stepFrames;
    }
    speech[i] = 2 * spoken >= stepFrames ? 1 : 0;
    if (speech[i] && noisePower > 0 && power > noisePower) steps[i] = ratioDb(power, noisePower);
  }
  const why = Number.isNaN(speechPower)
    ? "Nobody speaks: there is no ratio of speech to noise."
    : Number.isNaN(noisePower)
    ? "No pause is long enough to hear the noise: there is no ratio of speech to noise."
    : noisePower === 0
    ? "Pauses are digital silence: there is no ratio of speech to noise."
    : speechPower <= noisePower
    ? "What is taken for speech is no louder than the rest: there is no ratio of speech to noise."
    : undefined;
  return {
    snrDb: why === undefined ? ratioDb(speechPower, noisePower) : null,
    speechDbfs: levelDb(speechPower),
    noiseDbfs: levelDb(noisePower),
    ...{ steps, speech, why },
  };
}

const ratioDb = (power: number, noise: number) => 10 * Math.log10((power - noise) / noise);
const levelDb = (power: number) => power > 0 ? 10 * Math.log10(power) : null;

/** Marks frames whose middle lies within. */
function mark(frames: Uint8Array, fromSec: number, toSec: number, frameSec: number): void {
  const from = Math.max(0, Math.ceil(fromSec / frameSec - 0.5));
  const to = Math.min(frames.length, Math.ceil(toSec / frameSec - 0.5));
  if (to > from) frames.fill(1, from, to);
}

/** NaN of none. */
function mean(powers: Float64Array, isTaken: (frame: number) => boolean): number {
  let sum = 0, count = 0;
  for (let f = 0; f < powers.length; f++) {
    if (!isTaken(f)) continue;
    sum += powers[f];
    count++;
  }
  return sum / count;
}
