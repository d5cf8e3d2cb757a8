/** Reads the sample at a byte position as a number in [-1, 1]. */
export type SampleReader = (view: DataView, at: number) => number;

/** How a WAV's samples are written. */
export interface WavEncoding {
  /** In words: `16-bit PCM`. */
  readonly name: string;
  /** Bytes of one sample of one channel. */
  readonly bytes: number;
  readonly isBigEndian: boolean;
  readonly read: SampleReader;
}

/** The `wFormatTag`s that are read here. */
const PCM = 1, FLOAT = 3, A_LAW = 6, MU_LAW = 7;

/** The codecs that a WAV may hold and that need another decoder, by `wFormatTag` (mmreg.h). */
const CODECS: Readonly<Record<number, string>> = {
  0x02: "Microsoft ADPCM",
  0x11: "IMA ADPCM",
  0x31: "GSM 06.10",
  0x40: "G.721 ADPCM",
  0x45: "G.726 ADPCM",
  0x50: "MPEG layer 2",
  0x55: "MP3",
  0xff: "AAC",
  0x161: "Windows Media Audio",
  0x1610: "AAC",
  0x674f: "Ogg Vorbis",
  0xf1ac: "FLAC",
};

/** A-law as 16-bit samples (ITU-T G.711, table 1a). */
function expandALaw(code: number): number {
  const bits = code ^ 0x55;
  const exponent = (bits >> 4) & 7;
  const mantissa = ((bits & 15) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
  return bits & 0x80 ? magnitude : -magnitude;
}

/** mu-law as 16-bit samples (ITU-T G.711, table 2a). */
function expandMuLaw(code: number): number {
  const bits = ~code & 0xff;
  const magnitude = (((bits & 15) << 3) + 0x84 << ((bits >> 4) & 7)) - 0x84;
  // Of the two zeros, one is enough.
  return bits & 0x80 ? 0 - magnitude : magnitude;
}

function tableReader(expand: (code: number) => number): SampleReader {
  const table = Float32Array.from({ length: 256 }, (_, code) => expand(code) / 2 ** 15);
  return (view, at) => table[view.getUint8(at)];
}

const PCM_READERS: Readonly<Record<number, SampleReader>> = {
  1: (view, at) => (view.getUint8(at) - 128) / 2 ** 7,
  2: (view, at) => view.getInt16(at, true) / 2 ** 15,
  3: (view, at) => (view.getInt8(at + 2) * 2 ** 16 + view.getUint16(at, true)) / 2 ** 23,
  4: (view, at) => view.getInt32(at, true) / 2 ** 31,
};

/** In RIFX; a byte has no order. */
const BIG_PCM_READERS: typeof PCM_READERS = {
  1: PCM_READERS[1],
  2: (view, at) => view.getInt16(at) / 2 ** 15,
  3: (view, at) => (view.getInt8(at) * 2 ** 16 + view.getUint16(at + 1)) / 2 ** 23,
  4: (view, at) => view.getInt32(at) / 2 ** 31,
};

/**
 * How samples of a `wFormatTag` are read. PCM is scaled by the power of two of its container, so that 16-bit samples
 * are multiples of 1/32768 exactly; samples of 12 or 20 bits lie in the upper bits of 16 or 24, as the format says.
 *
 * @param tag `wFormatTag`, or the first two bytes of the extensible format's GUID.
 * @param bytes Bytes of one sample of one channel.
 * @param options `isBigEndian`: the samples are, as in RIFX; default: little-endian.
 * @returns The encoding, or the name of what is not read here.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { wavEncoding } from "#lib/audio/wav_encoding.ts";
 *
 * const encoding = wavEncoding(1, 2);
 * assert(typeof encoding === "object");
 * assert.equal(encoding.read(new DataView(new Int16Array([-32768]).buffer), 0), -1);
 * assert.equal(wavEncoding(0x11, 1), "the codec IMA ADPCM");
 * ```
 */
export function wavEncoding(
  tag: number,
  bytes: number,
  options: { isBigEndian?: boolean } = {},
): WavEncoding | string {
  const { isBigEndian = false } = options;
  const isLittle = !isBigEndian;
  const pcm = (isLittle ? PCM_READERS : BIG_PCM_READERS)[bytes];
  if (tag === PCM && pcm) {
    return { name: `${8 * bytes}-bit PCM`, bytes, isBigEndian, read: pcm };
  }
  if (tag === FLOAT && bytes === 4) {
    return { name: "32-bit float", bytes, isBigEndian, read: (view, at) => view.getFloat32(at, isLittle) };
  }
  if (tag === FLOAT && bytes === 8) {
    return { name: "64-bit float", bytes, isBigEndian, read: (view, at) => view.getFloat64(at, isLittle) };
  }
  if (tag === A_LAW && bytes === 1) {
    return { name: "A-law", bytes, isBigEndian, read: tableReader(expandALaw) };
  }
  if (tag === MU_LAW && bytes === 1) {
    return { name: "mu-law", bytes, isBigEndian, read: tableReader(expandMuLaw) };
  }
  if (tag === PCM || tag === FLOAT || tag === A_LAW || tag === MU_LAW) {
    const kind = { [PCM]: "PCM", [FLOAT]: "float", [A_LAW]: "A-law", [MU_LAW]: "mu-law" }[tag];
    return `${kind} samples of ${bytes} bytes`;
  }
  const code = `0x${tag.toString(16).padStart(4, "0")}`;
  return CODECS[tag] === undefined ? `the unknown codec ${code}` : `the codec ${CODECS[tag]}`;
}
