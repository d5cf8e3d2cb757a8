import type { WavEncoding } from "./wav_encoding.ts";

/** Where a channel's samples are in a piece of a WAV. */
export interface WavChannelOptions {
  readonly encoding: WavEncoding;
  /** Which of the channels, from 0. */
  readonly channel: number;
  readonly channels: number;
  /** Samples of it. */
  readonly length: number;
  /** Where they are put. Default: a new array. */
  readonly target?: Float32Array<ArrayBuffer>;
}

/** Whether numbers in memory are written as WAV writes them. */
const isHostLittle = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * The samples of one channel in a piece of a WAV, which begins with a frame. The two common encodings are read as arrays, which
 * takes a tenth of the time that reading sample by sample takes.
 *
 * @param bytes Little-endian unless the encoding says otherwise; at least `length` frames.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { wavChannel } from "#lib/audio/wav_channel.ts";
 * import { wavEncoding } from "#lib/audio/wav_encoding.ts";
 *
 * const encoding = wavEncoding(1, 2);
 * assert(typeof encoding === "object");
 * const bytes = new Uint8Array(Int16Array.of(1, 16384, 2, -32768).buffer);
 * assert.deepEqual(wavChannel(bytes, { encoding, channel: 1, channels: 2, length: 2 }), Float32Array.of(0.5, -1));
 * ```
 */
export function wavChannel(bytes: Uint8Array, options: WavChannelOptions): Float32Array<ArrayBuffer> {
  const { encoding: { name, bytes: sampleBytes, read, isBigEndian }, channel, channels, length } = options;
  const samples = options.target ?? new Float32Array(length);
  const { buffer, byteOffset } = bytes;
  const isPlain = isHostLittle && !isBigEndian && byteOffset % sampleBytes === 0;
  if (isPlain && name === "16-bit PCM") {
    const integers = new Int16Array(buffer, byteOffset, length * channels);
    if (channels === 1) scaleTo(samples, integers);
    else for (let i = 0, at = channel; i < length; i++, at += channels) samples[i] = integers[at] / 32768;
  } else if (isPlain && name === "32-bit float") {
    const floats = new Float32Array(buffer, byteOffset, length * channels);
    if (channels === 1) samples.set(floats);
    else for (let i = 0, at = channel; i < length; i++, at += channels) samples[i] = floats[at];
  } else {
    const view = new DataView(buffer, byteOffset, bytes.byteLength);
    const step = sampleBytes * channels;
    for (let i = 0, at = channel * sampleBytes; i < length; i++, at += step) samples[i] = read(view, at);
  }
  return samples;
}

/** Apart, and so plain that an engine soon compiles it well. */
function scaleTo(samples: Float32Array, integers: Int16Array): void {
  for (let i = 0; i < samples.length; i++) samples[i] = integers[i] * (1 / 32768);
}
