/** What the header of an MPEG audio frame says. */
export interface MpegFrame {
  /** Bytes from this header to the next. */
  readonly bytes: number;
  /** 1, 2 or 2.5. */
  readonly version: 1 | 2 | 2.5;
  readonly layer: 1 | 2 | 3;
  /** Hz. */
  readonly sampleRate: number;
  readonly channels: 1 | 2;
  /** Samples per channel that it holds. */
  readonly samples: number;
}

const BITRATES_KBPS: readonly (readonly number[])[] = [
  // MPEG 1, layers I, II and III; then MPEG 2 and 2.5, layer I, and layers II and III (ISO 11172-3, 13818-3).
  [32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448],
  [32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384],
  [32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  [32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256],
  [8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];

/**
 * The MPEG audio frame (layers I to III, MPEG 1, 2 and 2.5) that starts at a position, or undefined where its four
 * bytes are no header. Bit rates of a frame's own (free format) are none here: their length is not told.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mpegFrame } from "#lib/audio/mpeg_frame.ts";
 *
 * // MPEG 1, layer III, 128 kbit/s, 44.1 kHz, joint stereo.
 * const frame = mpegFrame(Uint8Array.of(0xff, 0xfb, 0x90, 0x44), 0);
 * assert.deepEqual(frame, {
 *   bytes: 417, version: 1, layer: 3, sampleRate: 44100, channels: 2, samples: 1152,
 * });
 * assert.equal(mpegFrame(Uint8Array.of(0xff, 0xfb, 0xf0, 0x44), 0), undefined);
 * ```
 */
export function mpegFrame(bytes: Uint8Array, at: number): MpegFrame | undefined {
  if (at + 4 > bytes.length || bytes[at] !== 0xff || (bytes[at + 1] & 0xe0) !== 0xe0) return undefined;
  const version = ([2.5, undefined, 2, 1] as const)[(bytes[at + 1] >> 3) & 3];
  const layer = ([undefined, 3, 2, 1] as const)[(bytes[at + 1] >> 1) & 3];
  const baseRate = [44100, 48000, 32000][(bytes[at + 2] >> 2) & 3];
  if (version === undefined || layer === undefined || baseRate === undefined) return undefined;
  const kbps = BITRATES_KBPS[version === 1 ? layer - 1 : layer === 1 ? 3 : 4][(bytes[at + 2] >> 4) - 1];
  if (kbps === undefined) return undefined;
  const sampleRate = baseRate / { 1: 1, 2: 2, 2.5: 4 }[version];
  const samples = layer === 1 ? 384 : layer === 3 && version !== 1 ? 576 : 1152;
  // Layer I counts in slots of four bytes.
  const slot = layer === 1 ? 4 : 1;
  const padding = (bytes[at + 2] >> 1) & 1;
  return {
    bytes: (Math.floor(samples / 8 * 1000 * kbps / sampleRate / slot) + padding) * slot,
    version,
    layer,
    sampleRate,
    channels: bytes[at + 3] >> 6 === 3 ? 1 : 2,
    samples,
  };
}
