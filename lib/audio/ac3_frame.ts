/** What the header of an AC-3 or E-AC-3 frame says. */
export interface Ac3Frame {
  /** Bytes from this header to the next. */
  readonly bytes: number;
  /** Hz. */
  readonly sampleRate: number;
  /** Samples per channel that it holds; 0 where it belongs to one before it (E-AC-3). */
  readonly samples: number;
  /** `AC-3`, or `E-AC-3`. */
  readonly name: "AC-3" | "E-AC-3";
}

/** kbit/s by `frmsizecod` / 2. (ETSI TS 102 366, table 4.13) */
const BITRATES_KBPS = [
  32,
  40,
  48,
  56,
  64,
  80,
  96,
  112,
  128,
  160,
  192,
  224,
  256,
  320,
  384,
  448,
  512,
  576,
  640,
] as const;
/** Of a frame of AC-3: six blocks. */
const SAMPLES = 1536;
const SAMPLE_RATES = [48000, 44100, 32000] as const;

/**
 * The AC-3 or E-AC-3 frame that starts at a position, or undefined where its six bytes are no header. (ETSI TS 102 366,
 * sections 4.3 and E.1.2)
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ac3Frame } from "#lib/audio/ac3_frame.ts";
 *
 * // 48 kHz, 192 kbit/s.
 * const frame = ac3Frame(Uint8Array.of(0x0b, 0x77, 0, 0, 0x14, 0x40), 0);
 * assert.deepEqual(frame, { bytes: 768, sampleRate: 48000, samples: 1536, name: "AC-3" });
 * assert.equal(ac3Frame(Uint8Array.of(0x0b, 0x77, 0, 0, 0xff, 0x40), 0), undefined);
 * ```
 */
export function ac3Frame(bytes: Uint8Array, at: number): Ac3Frame | undefined {
  if (at + 6 > bytes.length || bytes[at] !== 0x0b || bytes[at + 1] !== 0x77) return undefined;
  const version = bytes[at + 5] >> 3;
  const rateCode = bytes[at + 4] >> 6;
  if (version <= 10) {
    const sizeCode = bytes[at + 4] & 63;
    const [sampleRate, kbps] = [SAMPLE_RATES[rateCode], BITRATES_KBPS[sizeCode >> 1]];
    if (sampleRate === undefined || kbps === undefined) return undefined;
    // 1536 samples in words of two bytes; at 44.1 kHz every other frame has one more.
    const words = Math.floor(96000 * kbps / sampleRate) + (rateCode === 1 ? sizeCode & 1 : 0);
    return { bytes: 2 * words, sampleRate, samples: SAMPLES, name: "AC-3" };
  }
  if (version > 16) return undefined;
  const sampleRate = rateCode === 3
    ? [24000, 22050, 16000][(bytes[at + 4] >> 4) & 3]
    : SAMPLE_RATES[rateCode];
  if (sampleRate === undefined || bytes[at + 2] >> 6 === 3) return undefined;
  const blocks = rateCode === 3 ? 6 : [1, 2, 3, 6][(bytes[at + 4] >> 4) & 3];
  // The first stream of its kind and number is the sound that is heard; others add channels, or are other programmes.
  const isFirst = (bytes[at + 2] & 0xf8) >> 3 === 0 || bytes[at + 2] >> 6 === 2;
  return {
    bytes: 2 * (((bytes[at + 2] & 7) << 8 | bytes[at + 3]) + 1),
    sampleRate,
    samples: isFirst ? 256 * blocks : 0,
    name: "E-AC-3",
  };
}
