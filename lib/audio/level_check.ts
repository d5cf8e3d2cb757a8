import type { AudioBlock } from "./audio.ts";
import { AudioFileError } from "./audio_file_error.ts";

/**
 * Of full scale; beyond it no sample is a sound. Floats with 20 dB of headroom reach 10, integers of 16 bits stored as
 * floats 32768; damaged bytes read as floats are 1e30 as often as 1e-30. One such sample drowns all others in the means
 * that the networks take.
 */
const MOST = 1e6;
/** Of full scale, 40 dB above it: louder than any headroom. */
const LOUD = 100;
/** Of full scale, 6 dB above it: lossy codecs pass full scale by less, and mixes that were not limited as well. */
const HIGH = 2;
/** Of full scale, 70 dB below it: what a microphone that is off gives. A recording whose full scale is another is there too. */
const LOW = 10 ** (-70 / 20);

const dBFS = (peak: number) => `${peak > 1 ? "+" : ""}${(20 * Math.log10(peak)).toFixed(1)} dBFS`;

/**
 * Whether a recording's samples are integers, by the words for its format: they cannot pass full scale.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isOfIntegers } from "#lib/audio/level_check.ts";
 *
 * assert.deepEqual(["WAV, 16-bit PCM", "WAV, 32-bit float"].map(isOfIntegers), [true, false]);
 * ```
 */
export function isOfIntegers(format: string): boolean {
  return /(?:PCM|FLAC|-law)$/.test(format);
}

/** The first sample that is NaN, infinite or beyond all scales, or -1. */
function firstAbsurd(samples: Float32Array): number {
  // Written so that NaN, which is neither, is caught as well.
  for (let i = 0; i < samples.length; i++) if (!(Math.abs(samples[i]) <= MOST)) return i;
  return -1;
}

function peakOf(samples: Float32Array): number {
  let low = 0, high = 0;
  for (let i = 0; i < samples.length; i++) {
    if (samples[i] > high) high = samples[i];
    else if (samples[i] < low) low = samples[i];
  }
  return Math.max(high, -low);
}

/**
 * Holds the samples of a recording against full scale, which is 1: what cannot be a sample is refused, and floats that
 * are integers by their size, or of another full scale, are told at the end. Only floats and lossy codecs pass full scale at
 * all. Samples are never changed.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { LevelCheck } from "#lib/audio/level_check.ts";
 *
 * const check = new LevelCheck({ file: "a.wav", sampleRate: 8000 });
 * check.push([Float32Array.of(0.5, -1.5)]);
 * assert.equal(check.warning(), undefined);
 * check.push([Float32Array.of(0, 3)]);
 * assert.match(check.warning() ?? "", /^peaks at \+9\.5 dBFS, far above full scale/);
 * check.push([Float32Array.of(12000, -20000)]);
 * assert.match(check.warning() ?? "", /reach 20000 \(\+86\.0 dBFS\), where .*first beyond 100: at 0\.001 s/);
 * assert.throws(() => check.push([Float32Array.of(0, 1e30)]), /a.wav: sample 7 of channel 0 \(at 0.001 s\) is 1e\+30/);
 * ```
 */
export class LevelCheck {
  readonly #file: string;
  readonly #sampleRate: number;
  readonly #isOfIntegers: boolean;
  #frames = 0;
  #peak = 0;
  /** Where the first sample beyond all headroom is. */
  #firstLoud = 0;

  /**
   * @param options `file` that errors name; `sampleRate` of the blocks, in Hz; `format` in words: the full scale of integers is
   *   known, so that few of them are no fault. Default: floats.
   */
  constructor({ file, sampleRate, format }: { file: string; sampleRate: number; format?: string }) {
    this.#file = file;
    this.#isOfIntegers = format !== undefined && isOfIntegers(format);
    this.#sampleRate = sampleRate;
  }

  /**
   * The next samples of every channel.
   *
   * @throws {AudioFileError} One of them is NaN, infinite, or beyond a million times full scale.
   */
  push(block: AudioBlock): void {
    for (const [channel, samples] of block.entries()) {
      const at = firstAbsurd(samples);
      if (at !== -1) this.#refuse(samples[at], channel, this.#frames + at);
      const peak = peakOf(samples);
      if (peak > LOUD && this.#peak <= LOUD) {
        this.#firstLoud = this.#frames + samples.findIndex((sample) => Math.abs(sample) > LOUD);
      }
      this.#peak = Math.max(this.#peak, peak);
    }
    this.#frames += block[0].length;
  }

  #refuse(sample: number, channel: number, frame: number): never {
    const place = `sample ${frame} of channel ${channel} (at ${this.#seconds(frame)} s)`;
    const text = Number.isFinite(sample) ? Number(sample.toPrecision(3)) : sample;
    throw new AudioFileError(`${place} is ${text}, not a number in [-1, 1]`, { file: this.#file });
  }

  #seconds(frame: number): string {
    return (frame / this.#sampleRate).toFixed(3);
  }

  /** What to say at the end; undefined where the loudest sample is near full scale or below, and can be heard. */
  warning(): string | undefined {
    const peak = this.#peak;
    if (peak > LOUD) {
      return `has samples that reach ${Number(peak.toPrecision(5))} (${
        dBFS(peak)
      }), where full scale is 1 (first beyond ` +
        `${LOUD}: at ${
          this.#seconds(this.#firstLoud)
        } s): integers stored as floats, or damaged; divide integers of 16 bits ` +
        "by 32768";
    }
    const changed = "it may be scaled to another full scale, and was read as it is";
    if (peak > HIGH) return `peaks at ${dBFS(peak)}, far above full scale: ${changed}`;
    if (peak > 0 && peak < LOW && !this.#isOfIntegers) {
      return `peaks at ${dBFS(peak)}, so that nothing in it can be heard: ${changed}`;
    }
    return undefined;
  }
}
