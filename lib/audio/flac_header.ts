/** What the header of a FLAC frame says. (RFC 9639, section 9.1) */
export interface FlacFrameHeader {
  /** Bytes of the header, its CRC-8 included. */
  readonly bytes: number;
  /** The frame's number where blocks are of one size, else its first sample's. */
  readonly number: number;
  readonly isVariable: boolean;
  /** Samples per channel. */
  readonly frames: number;
  /** Hz; 0 where STREAMINFO tells. */
  readonly sampleRate: number;
  readonly channels: number;
  /** Bits of a sample; 0 where STREAMINFO tells. */
  readonly bits: number;
}

const RATES = [0, 88200, 176400, 192000, 8000, 16000, 22050, 24000, 32000, 44100, 48000, 96000];
const BITS = [0, 8, 12, NaN, 16, 20, 24, 32];

const CRC8 = Uint8Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc & 0x80 ? 0x107 : 0);
  return crc;
});

/** A number as UTF-8 writes it, of up to 36 bits. */
function codedNumber(bytes: Uint8Array, at: number): { value: number; length: number } | undefined {
  const first = bytes[at];
  if (first < 0x80) return { value: first, length: 1 };
  let length = 0;
  while (length < 8 && first & (0x80 >> length)) length++;
  if (length < 2 || length > 7 || at + length > bytes.length) return undefined;
  let value = first & (0x7f >> length);
  for (let i = 1; i < length; i++) {
    if ((bytes[at + i] & 0xc0) !== 0x80) return undefined;
    value = value * 64 + (bytes[at + i] & 0x3f);
  }
  return { value, length };
}

/**
 * The header of the FLAC frame at a place, if one is there and its CRC-8 is right.
 *
 * @param bytes With at least 16 bytes behind `at`, where the file has them.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { flacFrameHeader } from "#lib/audio/flac_header.ts";
 *
 * const bytes = Uint8Array.of(0xff, 0xf8, 0xc9, 0x08, 0x05, 0x8e);
 * const header = flacFrameHeader(bytes, 0);
 * assert.deepEqual([header?.frames, header?.sampleRate, header?.channels, header?.bits], [4096, 44100, 1, 16]);
 * assert.equal(header?.number, 5);
 * ```
 */
export function flacFrameHeader(bytes: Uint8Array, at: number): FlacFrameHeader | undefined {
  if (at + 6 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1] & 0xfe) !== 0xf8) return undefined;
  const [block, rate] = [bytes[at + 2] >> 4, bytes[at + 2] & 15];
  const [assignment, depth] = [bytes[at + 3] >> 4, (bytes[at + 3] >> 1) & 7];
  if (block === 0 || rate === 15 || assignment > 10 || depth === 3 || bytes[at + 3] & 1) return undefined;
  const number = codedNumber(bytes, at + 4);
  if (!number) return undefined;
  let end = at + 4 + number.length;
  const read = (length: number) => {
    let value = 0;
    for (let i = 0; i < length; i++) value = value * 256 + bytes[end++];
    return value;
  };
  const frames = block === 1
    ? 192
    : block < 6
    ? 576 << (block - 2)
    : block === 6
    ? read(1) + 1
    : block === 7
    ? read(2) + 1
    : 256 << (block - 8);
  const sampleRate = rate === 12
    ? read(1) * 1000
    : rate === 13
    ? read(2)
    : rate === 14
    ? read(2) * 10
    : RATES[rate];
  if (end >= bytes.length) return undefined;
  let crc = 0;
  for (let i = at; i < end; i++) crc = CRC8[crc ^ bytes[i]];
  if (crc !== bytes[end]) return undefined;
  return {
    bytes: end + 1 - at,
    number: number.value,
    isVariable: (bytes[at + 1] & 1) === 1,
    frames,
    sampleRate,
    channels: assignment < 8 ? assignment + 1 : 2,
    bits: BITS[depth],
  };
}
