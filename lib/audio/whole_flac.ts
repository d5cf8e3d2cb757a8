import { crc16 } from "./flac_frame.ts";
import { FLAC_PADDING_BYTES } from "./flac_bits.ts";
import { FlacFrameDecoder } from "./flac_frame_decoder.ts";
import { flacFrameHeader } from "./flac_header.ts";
import { flacInfo } from "./flac_runs.ts";
import type { Allocate } from "./open_file.ts";

/** Samples that a file holds. */
export interface WholeSound {
  /** One array per channel, full scale 1. */
  readonly waveform: Float32Array<ArrayBuffer>[];
  /** Hz. */
  readonly sampleRate: number;
}

/** Hours of samples that are trusted to be there before they were decoded. */
const MOST_SAMPLES = 2 ** 28;

/**
 * Decodes a FLAC of up to 24 bits that is in memory and as it should be: every frame follows the one before, all checksums are right,
 * and there are as many samples as announced. What is not so takes a decoder that can say what is wrong and go on behind it.
 *
 * @param allocate Where samples are put. Default: into new arrays.
 * @returns Undefined where anything at all is not as it should be.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readFile } from "node:fs/promises";
 * import { wholeFlac } from "#lib/audio/whole_flac.ts";
 *
 * const bytes = await readFile("tests/audio/samples/mono24.flac");
 * assert.equal(wholeFlac(bytes)?.waveform[0].length, 3500);
 * bytes[bytes.length - 9] ^= 1;
 * assert.equal(wholeFlac(bytes), undefined);
 * ```
 */
export function wholeFlac(
  bytes: Uint8Array,
  allocate: Allocate = (length) => new Float32Array(length),
): WholeSound | undefined {
  const info = flacInfo(bytes, 0);
  if (info?.frames === undefined || info.frames * info.channels > MOST_SAMPLES || info.sampleRate === 0) {
    return undefined;
  }
  const padded = withPadding(bytes);
  let at = metadataEnd(bytes);
  if (at === undefined) return undefined;
  const { frames, sampleRate, channels, bits } = info;
  const waveform = Array.from({ length: channels }, () => allocate(frames));
  const decoder = new FlacFrameDecoder(padded, { bits });
  let blockFrames = info.blockFrames;
  for (let done = 0, number = 0; done < frames; number++) {
    const header = flacFrameHeader(bytes, at);
    if (header === undefined) return undefined;
    blockFrames ??= header.frames;
    const isAsExpected = header.channels === channels && (header.bits || bits) === bits &&
      (header.sampleRate || sampleRate) === sampleRate && done + header.frames <= frames &&
      header.number === (header.isVariable ? done : number);
    // Blocks of a fixed size are all as long, but for the last.
    const isLast = done + header.frames === frames;
    if (!isAsExpected || !header.isVariable && !isLast && header.frames !== blockFrames) return undefined;
    const length = decoder.decode(header, { at, target: waveform, from: done });
    if (length === undefined || crc16(bytes, at, at + length) !== 0) return undefined;
    at += length;
    done += header.frames;
  }
  return at === bytes.length ? { waveform, sampleRate } : undefined;
}

/** The bytes and some behind them, whatever they are: those that lie there, or else in a copy. */
function withPadding(bytes: Uint8Array): Uint8Array {
  const { buffer, byteOffset, length } = bytes;
  const padded = length + FLAC_PADDING_BYTES;
  if (byteOffset + padded <= buffer.byteLength) return new Uint8Array(buffer, byteOffset, padded);
  const copy = new Uint8Array(padded);
  copy.set(bytes);
  return copy;
}

/** Where the frames begin. */
function metadataEnd(bytes: Uint8Array): number | undefined {
  for (let at = 4; at + 4 <= bytes.length;) {
    const length = bytes[at + 1] << 16 | bytes[at + 2] << 8 | bytes[at + 3];
    const isLast = bytes[at] >> 7 === 1;
    at += 4 + length;
    if (isLast) return at;
  }
  return undefined;
}
