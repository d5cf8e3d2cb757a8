import { type Warn, warnOnProcess } from "#lib/warnings/warn.ts";
import type { Audio, AudioBlock } from "./audio.ts";
import { AudioFileError } from "./audio_file_error.ts";
import { type ChannelOptions, mixChannels } from "./mix_channels.ts";
import { PhaseMeter } from "./phase_meter.ts";
import { Resampler } from "./resampler.ts";

/** Options of {@linkcode monoBlocks}. */
export interface MonoOptions extends ChannelOptions {
  /** Hz of the samples that come out. Default: 16000, which the networks hear. */
  readonly sampleRate?: number;
  /** Lets NaN and infinities through, as pyannote does. Default: the first one is an AudioFileError with its time. */
  readonly allowNonFinite?: boolean;
  /** Hears at the end that the channels cancel each other in their mean. Default: a warning of the process. */
  readonly warn?: Warn;
}

/** What pyannote's networks hear. */
export const NETWORK_SAMPLE_RATE = 16_000;

/** The first sample that is NaN or infinite, or -1. Such a one spoils the sum of its distances to itself. */
function firstNonFinite(samples: Float32Array): number {
  let spoilt = 0;
  for (let i = 0; i < samples.length; i++) spoilt += samples[i] - samples[i];
  return spoilt === 0 ? -1 : samples.findIndex((sample) => !Number.isFinite(sample));
}

function refuseNonFinite(audio: Audio, block: AudioBlock, before: number): void {
  for (const [channel, samples] of block.entries()) {
    const at = firstNonFinite(samples);
    if (at === -1) continue;
    const frame = before + at;
    const place = `sample ${frame} of channel ${channel} (at ${(frame / audio.sampleRate).toFixed(3)} s)`;
    throw new AudioFileError(`${place} is ${samples[at]}, not a number in [-1, 1]`, { file: audio.file });
  }
}

/**
 * A recording as one channel at one rate, in blocks of no fixed length: first the channels are mixed, then the rate is
 * changed, as pyannote does. (pyannote.audio core/io.py, downmix_and_resample) Where the channels are loud and their mean
 * is silent, `warn` hears it at the end.
 *
 * @throws {RangeError} There is no such channel, or a rate is no positive integer.
 * @throws {AudioFileError} What reading throws; a sample is NaN or infinite; the rate cannot be changed.
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
  let frames = 0;
  for await (const block of audio.blocks()) {
    if (!allowNonFinite) refuseNonFinite(audio, block, frames);
    frames += block[0].length;
    const mono = mixChannels(block, { channel });
    meter?.push(block, mono);
    const ready = resampler ? resampler.push(mono) : mono;
    if (ready.length > 0) yield ready;
  }
  const rest = resampler?.finish();
  if (rest && rest.length > 0) yield rest;
  const fault = meter?.warning();
  if (fault !== undefined) warn(fault);
}
