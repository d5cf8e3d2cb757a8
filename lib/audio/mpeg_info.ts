import type { MpegFrame } from "./mpeg_frame.ts";

/** What an encoder wrote into a first frame without samples. */
export interface MpegInfo {
  /** Frames that follow; undefined where it does not tell. */
  readonly count?: number;
  /** Samples that the encoder put at the start and at the end. */
  readonly delay: number;
  readonly padding: number;
  /** Fraunhofer's header, which tells neither. */
  readonly isVbri: boolean;
  /** Whether its checksum is wrong, or its name is. */
  readonly isDamaged: boolean;
}

/** Encoders that write their delay and padding. */
const ENCODERS = ["LAME", "Lavf", "Lavc"];

/** Behind "Info" and all that may follow it stands the encoder's name. */
const NAME_AT = 120;

/** Whether the checksum that stands at a place is right, or there is none. */
function hasRightSum(frame: Uint8Array, at: number): boolean {
  if (at + 2 > frame.length) return true;
  const name = String.fromCharCode(...frame.subarray(at - 34, at - 30));
  // Zeros, or an encoder's name: anything else are not its own.
  if (!/^(\0{4}|[ -~]{4})$/.test(name)) return false;
  const sum = frame[at] * 256 + frame[at + 1];
  // ffmpeg sums 190 bytes, whatever they are.
  const isSummed = name === "LAME" || at === 190 && ENCODERS.includes(name);
  return sum === 0 || !isSummed || crc16(frame.subarray(0, at)) === sum;
}

/** Whether the 100 bytes of a table of contents, parts of the file in order, never go back. */
function isRising(frame: Uint8Array, at: number): boolean {
  const table = frame.subarray(at, at + 100);
  return table.every((part, i) => i === 0 || part >= table[i - 1]);
}

/** CRC-16 of polynomial 0x8005, the lowest bit first. */
function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >> 1) ^ (crc & 1 ? 0xa001 : 0);
  }
  return crc;
}

/**
 * The Xing, Info or VBRI header in an MPEG audio frame, with LAME's delay and padding where they are.
 * (gabriel.mp3-tech.org/mp3infotag.html)
 *
 * @param frame The whole frame.
 * @returns Undefined where the frame holds samples.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mpegFrame } from "#lib/audio/mpeg_frame.ts";
 * import { mpegInfo } from "#lib/audio/mpeg_info.ts";
 *
 * const frame = new Uint8Array(417);
 * frame.set([0xff, 0xfb, 0x90, 0x64]);
 * frame.set(new TextEncoder().encode("Info\0\0\0\x01\0\0\0\x07"), 36);
 * const header = mpegFrame(frame, 0);
 * assert(header);
 * assert.deepEqual(mpegInfo(frame, header), { count: 7, delay: 0, padding: 0, isVbri: false, isDamaged: false });
 * ```
 */
export function mpegInfo(frame: Uint8Array, header: MpegFrame): MpegInfo | undefined {
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const is = (text: string, at: number) =>
    [...text].every((letter, i) => frame[at + i] === letter.charCodeAt(0));
  if (header.layer === 3 && is("VBRI", 36) && frame.length >= 54) {
    return {
      count: view.getUint32(50) || undefined,
      delay: 0,
      padding: 0,
      isVbri: true,
      isDamaged: false,
    };
  }
  const { version, channels } = header;
  const infoAt = 4 + (version === 1 ? (channels === 1 ? 17 : 32) : channels === 1 ? 9 : 17);
  // Two bytes of checksum may come between.
  const at = [0, 2].map((crc) => infoAt + crc).find((place) => is("Xing", place) || is("Info", place));
  if (header.layer === 3 && at === undefined) {
    // LAME fills what a frame has left with its name, which may stand there too; but such a frame has sound, and says so before.
    if (frame.subarray(4, infoAt).some((byte) => byte !== 0)) return undefined;
    const name = String.fromCharCode(...frame.subarray(infoAt + NAME_AT, infoAt + NAME_AT + 4));
    return ENCODERS.includes(name) ? { delay: 0, padding: 0, isVbri: false, isDamaged: true } : undefined;
  }
  if (header.layer !== 3 || at === undefined || at + 8 > frame.length) return undefined;
  const flags = view.getUint32(at + 4);
  let next = at + 8;
  const hasCount = (flags & 1) !== 0 && next + 4 <= frame.length;
  const count = hasCount ? view.getUint32(next) : undefined;
  const table = flags & 4 ? next + 4 * ((flags & 1) + ((flags >> 1) & 1)) : undefined;
  next += (flags & 1 ? 4 : 0) + (flags & 2 ? 4 : 0) + (flags & 4 ? 100 : 0) + (flags & 8 ? 4 : 0) + 21;
  if (next + 3 > frame.length) return { count, delay: 0, padding: 0, isVbri: false, isDamaged: false };
  return {
    count,
    delay: (frame[next] << 4) | (frame[next + 1] >> 4),
    padding: ((frame[next + 1] & 15) << 8) | frame[next + 2],
    isVbri: false,
    isDamaged: !hasRightSum(frame, next + 13) || table !== undefined && !isRising(frame, table),
  };
}
