/** How samples are written. */
export type WavSampleFormat = "u8" | "s16" | "s24" | "s32" | "f32" | "f64";

/** Options of {@linkcode encodeWav}. */
export interface WavOptions {
  /** Hz, a positive integer. */
  readonly sampleRate: number;
  /** Default: `s16`. */
  readonly format?: WavSampleFormat;
}

const BYTES: Readonly<Record<WavSampleFormat, number>> = { u8: 1, s16: 2, s24: 3, s32: 4, f32: 4, f64: 8 };

/** The integer of `bits` that stands for a sample: scaled by the power of two, to the nearest, clipped at the ends. */
function quantize(sample: number, bits: number): number {
  const scale = 2 ** (bits - 1);
  return Math.max(-scale, Math.min(scale - 1, Math.round(sample * scale)));
}

const WRITERS: Readonly<Record<WavSampleFormat, (view: DataView, at: number, sample: number) => void>> = {
  u8: (view, at, sample) => view.setUint8(at, quantize(sample, 8) + 128),
  s16: (view, at, sample) => view.setInt16(at, quantize(sample, 16), true),
  s24: (view, at, sample) => {
    const value = quantize(sample, 24);
    view.setUint16(at, value & 0xffff, true);
    view.setInt8(at + 2, value >> 16);
  },
  s32: (view, at, sample) => view.setInt32(at, quantize(sample, 32), true),
  f32: (view, at, sample) => view.setFloat32(at, sample, true),
  f64: (view, at, sample) => view.setFloat64(at, sample, true),
};

/**
 * The bytes of a WAV file. Integers are what {@linkcode openAudio} reads back: scaled by a power of two; beyond
 * [-1, 1) they are clipped. Formats of float take any value.
 *
 * @param samples One channel, or one array per channel.
 * @throws {RangeError} The channels differ in length, or are none or more than 65535; the rate is no positive integer;
 *   an integer format is given NaN; the file would pass 4 GiB.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { encodeWav } from "#lib/audio/encode_wav.ts";
 *
 * const bytes = encodeWav(Float32Array.of(-1, 0.5), { sampleRate: 16000 });
 * assert.equal(bytes.length, 48);
 * assert.deepEqual([...new Int16Array(bytes.buffer, 44)], [-32768, 16384]);
 * ```
 */
export function encodeWav(
  samples: Float32Array | readonly Float32Array[],
  options: WavOptions,
): Uint8Array<ArrayBuffer> {
  const { sampleRate, format = "s16" } = options;
  const channels = samples instanceof Float32Array ? [samples] : samples;
  if (!Number.isInteger(sampleRate) || sampleRate <= 0 || sampleRate >= 2 ** 32) {
    throw new RangeError(`A sample rate must be a positive integer of Hz, not ${sampleRate}`);
  }
  const frames = channels[0]?.length;
  if (frames === undefined || channels.length > 0xffff || channels.some(({ length }) => length !== frames)) {
    throw new RangeError("Channels must be 1 to 65535, all of one length");
  }
  const isInteger = format[0] !== "f";
  const bytes = BYTES[format];
  const blockBytes = bytes * channels.length;
  const dataBytes = frames * blockBytes;
  if (dataBytes + 45 >= 2 ** 32) {
    throw new RangeError(`A WAV holds under 4 GiB; the samples take ${dataBytes}`);
  }
  const file = new Uint8Array(44 + dataBytes + dataBytes % 2);
  const view = new DataView(file.buffer);
  const text = (at: number, value: string) => file.set(new TextEncoder().encode(value), at);
  text(0, "RIFF");
  view.setUint32(4, file.length - 8, true);
  text(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, isInteger ? 1 : 3, true);
  view.setUint16(22, channels.length, true);
  view.setUint32(24, sampleRate, true);
  view.setUint32(28, (sampleRate * blockBytes) % 2 ** 32, true);
  view.setUint16(32, blockBytes, true);
  view.setUint16(34, 8 * bytes, true);
  text(36, "data");
  view.setUint32(40, dataBytes, true);
  const write = WRITERS[format];
  for (const [channel, values] of channels.entries()) {
    for (let i = 0, at = 44 + channel * bytes; i < frames; i++, at += blockBytes) {
      if (isInteger && Number.isNaN(values[i])) {
        throw new RangeError(`Sample ${i} of channel ${channel} is NaN, which integers cannot hold`);
      }
      write(view, at, values[i]);
    }
  }
  return file;
}
