import { type FlacFrameHeader, flacFrameHeader } from "./flac_header.ts";

/** A FLAC frame whose checksums are right. */
export interface FlacFrame {
  readonly header: FlacFrameHeader;
  /** Bytes of the whole frame. */
  readonly bytes: number;
  /** Whether another frame's header follows. */
  readonly isFollowed: boolean;
}

const CRC16 = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc & 0x8000 ? 0x18005 : 0);
  return crc;
});

/** The same with a byte of zeros behind it, to take two bytes at a time. */
const CRC16_BEFORE = CRC16.map((crc) => CRC16[crc >> 8] ^ ((crc << 8) & 0xffff));

/**
 * The CRC-16 of bytes from a place to another; 0 over a whole FLAC frame, which ends in its own. (RFC 9639, section 9.3)
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { crc16 } from "#lib/audio/flac_frame.ts";
 *
 * assert.equal(crc16(Uint8Array.of(0xff, 0xf8, 0x39, 0x08, 2, 0xf7, 0, 0, 0, 0xf6, 0x5c), 0, 11), 0);
 * ```
 */
export function crc16(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0, i = from;
  for (; i + 1 < to; i += 2) crc = CRC16_BEFORE[(crc >> 8) ^ bytes[i]] ^ CRC16[(crc & 0xff) ^ bytes[i + 1]];
  return i < to ? CRC16[(crc >> 8) ^ bytes[i]] ^ ((crc << 8) & 0xffff) : crc;
}

/** What may stand behind the last frame, but for another frame. */
const BEHIND = ["TAG", "ID3", "APETAGEX", "LYRICSBEGIN", "fLaC"];

function bitsSet(value: number): number {
  let count = 0;
  for (let rest = value; rest; rest &= rest - 1) count++;
  return count;
}

/** Whether the bytes at two places start like frames of one stream but for a few bits; the channels' coding may differ. */
function isAlike(bytes: Uint8Array, a: number, b: number): boolean {
  if (b + 4 > bytes.length) return false;
  let bits = 0;
  for (let i = 0; i < 4; i++) bits += bitsSet((bytes[a + i] ^ bytes[b + i]) & (i === 3 ? 15 : 255));
  return bits <= 4;
}

/**
 * The most bytes that a frame of this shape takes: its samples as they are, one bit more for a side channel.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { flacFrameBytes } from "#lib/audio/flac_frame.ts";
 *
 * assert.equal(flacFrameBytes({ frames: 4096, channels: 2, bits: 16 }), 17536);
 * ```
 */
export function flacFrameBytes(
  { frames, channels, bits }: { frames: number; channels: number; bits: number },
): number {
  return Math.ceil(frames * channels * ((bits || 32) + 1) / 8) + 64 * channels;
}

/**
 * The whole FLAC frame at a place: a header with a right CRC-8, and as many bytes as make the CRC-16 right before
 * something that may follow a frame. (RFC 9639, section 9.3) What is not whole, or has one wrong bit, is none.
 *
 * @param bytes With at least {@linkcode flacFrameBytes} behind `at`, where the file has them.
 * @param options Where the frame starts; its header; whether the file ends with `bytes`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { flacFrameAt } from "#lib/audio/flac_frame.ts";
 * import { flacFrameHeader } from "#lib/audio/flac_header.ts";
 *
 * // One channel of 1152 times the value 0, as ffmpeg writes it.
 * const bytes = Uint8Array.of(0xff, 0xf8, 0x39, 0x08, 2, 0xf7, 0, 0, 0, 0xf6, 0x5c);
 * const header = flacFrameHeader(bytes, 0);
 * assert(header);
 * assert.equal(flacFrameAt(bytes, { at: 0, header, isWhole: true })?.bytes, 11);
 * bytes[7] ^= 1;
 * assert.equal(flacFrameAt(bytes, { at: 0, header, isWhole: true }), undefined);
 * ```
 */
export function flacFrameAt(
  bytes: Uint8Array,
  options: { at: number; header: FlacFrameHeader; isWhole: boolean },
): FlacFrame | undefined {
  const { at, header, isWhole } = options;
  const end = Math.min(bytes.length, at + flacFrameBytes(header));
  const next = header.isVariable ? header.number + header.frames : header.number + 1;
  const isNext = (place: number) => flacFrameHeader(bytes, place)?.number === next;
  const found = (length: number) => ({ header, bytes: length, isFollowed: isNext(at + length) });
  let crc = 0;
  let alone: number | undefined;
  // Zeros behind a right sum leave it right: all places among them are one. The sum's own bytes may be zeros, so two of them are the frame's.
  let first = 0;
  const among = (length: number) => {
    let own = length;
    while (own < length + 2 && bytes[at + own] === 0) own++;
    return found(own);
  };
  for (let i = at; i < end; i++) {
    crc = CRC16[(crc >> 8) ^ bytes[i]] ^ ((crc << 8) & 0xffff);
    const place = i + 1;
    const isRight = crc === 0 && place - at > header.bytes + 2;
    const isAnother = isRight && first === 0;
    first = !isRight ? 0 : first || place - at;
    if (isRight) {
      if (place === bytes.length && isWhole) return among(first);
      if (flacFrameHeader(bytes, place) || isAlike(bytes, at, place)) return found(place - at);
      const text = String.fromCharCode(...bytes.subarray(place, place + 11));
      if (BEHIND.some((start) => text.startsWith(start))) return found(place - at);
      // By chance the sum is right at one place in 65536.
      if (isAnother) alone = alone === undefined ? place - at : 0;
    } else if (bytes[place] === 0xff && (bytes[place + 1] & 0xfe) === 0xf8 && isNext(place)) {
      return undefined;
    }
  }
  return alone ? among(alone) : undefined;
}
