import { type Warn, warnOnProcess } from "#lib/warnings/warn.ts";
import type { Audio } from "./audio.ts";
import { AudioFileError } from "./audio_file_error.ts";
import { LevelCheck } from "./level_check.ts";
import { type ChannelOptions, mixChannels } from "./mix_channels.ts";
import { PhaseMeter } from "./phase_meter.ts";
import { Resampler } from "./resampler.ts";

/** Options of {@linkcode monoBlocks}. */
export interface MonoOptions extends ChannelOptions {
  /** Hz of the samples that come out. Default: 16000, which the networks hear. */
  readonly sampleRate?: number;
  /**
   * Lets NaN, infinities and all else through, as pyannote does. Default: the first that is not finite, or beyond a
   * million times full scale, is an AudioFileError with its time.
   */
  readonly allowNonFinite?: boolean;
  /**
   * Hears at the end that the channels cancel each other in their mean, and that the peak is far beyond full scale or far below.
   * Default: a warning of the process.
   */
  readonly warn?: Warn;
}

/** What pyannote's networks hear. */
export const NETWORK_SAMPLE_RATE = 16_000;

/**
 * A recording as one channel at one rate, in blocks of no fixed length: first the channels are mixed, then the rate is
 * changed, as pyannote does. (pyannote.audio core/io.py, downmix_and_resample) Where the channels are loud and their mean
 * is silent, or samples are far from full scale (integers stored as floats), `warn` hears it at the end.
 *
 * @throws {RangeError} There is no such channel, or a rate is no positive integer.
 * @throws {AudioFileError} What reading throws; a sample is NaN, infinite or beyond 1e6; the rate cannot be changed.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { audioFromSamples } from "#lib/audio/audio_from_samples.ts";
 * import { monoBlocks } from "#lib/audio/mono_blocks.ts";
 *
 * const audio = audioFromSamples([new Float32Array(8000), new Float32Array(8000)], { sampleRate: 8000 });
 * let samples = 0;
 * for await (const block of monoBlocks(audio)) samples += block.length;
 * assert.equal(samples, 16000);
 * ```
 */
export async function* monoBlocks(
  audio: Audio,
  options: MonoOptions = {},
): AsyncGenerator<Float32Array<ArrayBuffer>> {
  const { channel, sampleRate = NETWORK_SAMPLE_RATE, allowNonFinite = false, warn = warnOnProcess } = options;
  let resampler: Resampler | undefined;
  if (sampleRate !== audio.sampleRate) {
    try {
      resampler = new Resampler(audio.sampleRate, sampleRate);
    } catch (error) {
      if (!(error instanceof RangeError) || !Number.isSafeInteger(sampleRate) || sampleRate <= 0) throw error;
      throw new AudioFileError(error.message, { file: audio.file, cause: error });
    }
  }
  const meter = channel === undefined && audio.channels > 1 ? new PhaseMeter(audio) : undefined;
  const level = allowNonFinite ? undefined : new LevelCheck(audio);
  for await (const block of audio.blocks()) {
    level?.push(block);
    const mono = mixChannels(block, { channel });
    meter?.push(block, mono);
    const ready = resampler ? resampler.push(mono) : mono;
    if (ready.length > 0) yield ready;
  }
  const rest = resampler?.finish();
  if (rest && rest.length > 0) yield rest;
  for (const fault of [level?.warning(), meter?.warning()]) if (fault !== undefined) warn(fault);
}
