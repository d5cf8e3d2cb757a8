/** What the header of a frame of AAC in ADTS says. */
export interface AdtsFrame {
  /** Bytes from this header to the next. */
  readonly bytes: number;
  /** Audio object type less 1: 1 is AAC LC. */
  readonly profile: number;
  /** Hz, of the core: HE-AAC doubles it. */
  readonly sampleRate: number;
  /** The channels' configuration; 0 where the frame's own data tell. */
  readonly channels: number;
  /** Samples per channel that it holds, at `sampleRate`. */
  readonly samples: number;
}

/** ISO/IEC 14496-3, table 1.18. */
const SAMPLE_RATES = [
  96000,
  88200,
  64000,
  48000,
  44100,
  32000,
  24000,
  22050,
  16000,
  12000,
  11025,
  8000,
  7350,
] as const;

/**
 * The ADTS frame that starts at a position, or undefined where its seven bytes are no header. (ISO/IEC 14496-3, section
 * 1.A.2)
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { adtsFrame } from "#lib/audio/adts_frame.ts";
 *
 * const frame = adtsFrame(Uint8Array.of(0xff, 0xf1, 0x50, 0x80, 0x2e, 0x7f, 0xfc), 0);
 * assert.deepEqual(frame, {
 *   bytes: 371, profile: 1, sampleRate: 44100, channels: 2, samples: 1024,
 * });
 * ```
 */
export function adtsFrame(bytes: Uint8Array, at: number): AdtsFrame | undefined {
  if (at + 7 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1] & 0xf6) !== 0xf0) return undefined;
  const sampleRate = SAMPLE_RATES[(bytes[at + 2] >> 2) & 15];
  const length = (bytes[at + 3] & 3) << 11 | bytes[at + 4] << 3 | bytes[at + 5] >> 5;
  const headerBytes = bytes[at + 1] & 1 ? 7 : 9;
  if (sampleRate === undefined || length <= headerBytes) return undefined;
  return {
    bytes: length,
    profile: bytes[at + 2] >> 6,
    sampleRate,
    channels: (bytes[at + 2] & 1) << 2 | bytes[at + 3] >> 6,
    samples: 1024 * (1 + (bytes[at + 6] & 3)),
  };
}
