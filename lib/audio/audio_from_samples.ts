import type { Audio, AudioBlock } from "./audio.ts";
import { AudioFileError } from "./audio_file_error.ts";

/** Options of {@linkcode audioFromSamples}. */
export interface AudioFromSamplesOptions {
  /** Hz, a positive integer. */
  readonly sampleRate: number;
  /** What errors call it. Default: `samples`. */
  readonly name?: string;
}

/** Samples in a block: as many as a file gives of 16-bit mono. */
const BLOCK = 1 << 17;

/**
 * Samples in memory as a recording, so that whatever reads files takes them too.
 *
 * @param samples One channel, or one array per channel, in [-1, 1]. They are read when they are asked for.
 * @throws {RangeError} The channels differ in length, there is none, or the rate is no positive integer.
 * @throws {AudioFileError} There are no samples.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { audioFromSamples } from "#lib/audio/audio_from_samples.ts";
 *
 * const audio = audioFromSamples(Float32Array.of(0.5, -0.5), { sampleRate: 16000 });
 * for await (const [mono] of audio.blocks()) assert.deepEqual([...mono], [0.5, -0.5]);
 * assert.deepEqual([audio.channels, audio.frames], [1, 2]);
 * ```
 */
export function audioFromSamples(
  samples: Float32Array | readonly Float32Array[],
  options: AudioFromSamplesOptions,
): Audio {
  const { sampleRate, name: file = "samples" } = options;
  const channels = samples instanceof Float32Array ? [samples] : samples;
  if (!Number.isSafeInteger(sampleRate) || sampleRate <= 0) {
    throw new RangeError(`A sample rate must be a positive integer of Hz, not ${sampleRate}`);
  }
  const frames = channels[0]?.length;
  if (frames === undefined || channels.some(({ length }) => length !== frames)) {
    const lengths = channels.map(({ length }) => length).join(", ");
    throw new RangeError(`Channels must be one or more of one length; their lengths are [${lengths}]`);
  }
  if (frames === 0) throw new AudioFileError("holds no samples", { file });
  async function* blocks(): AsyncGenerator<AudioBlock> {
    for (let at = 0; at < channels[0].length; at += BLOCK) {
      yield channels.map((channel) => Float32Array.from(channel.subarray(at, at + BLOCK)));
    }
  }
  return {
    file,
    sampleRate,
    channels: channels.length,
    frames,
    format: "samples in memory",
    warnings: [],
    blocks,
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
