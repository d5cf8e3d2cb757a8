import { AudioFileError } from "./audio_file_error.ts";

/** What the `fmt ` chunk of a WAV says. */
export interface WavFormat {
  /** `wFormatTag`; of the extensible format, the one in its GUID. */
  readonly tag: number;
  readonly channels: number;
  /** Hz. */
  readonly sampleRate: number;
  /** Bytes of one sample of every channel; of a codec, of one of its blocks. */
  readonly blockBytes: number;
  /** What is wrong in it and changes no sample, in words: `a block size of 4, not 2`. */
  readonly faults: readonly string[];
}

const PCM = 1, FLOAT = 3, A_LAW = 6, MU_LAW = 7, EXTENSIBLE = 0xfffe;

/** Bytes of WAVEFORMAT, which has no bits, and of WAVEFORMATEXTENSIBLE up to its GUID's end. (mmreg.h) */
const LEAST_BYTES = 14, EXTENSIBLE_BYTES = 40;

/** Ends of GUIDs whose first four bytes are a wFormatTag: Microsoft's, its misprint (as in ffmpeg), and ambisonic. */
const TAG_GUIDS = [
  "000010008000" + "00aa00389b71",
  "000000000000" + "1000800000aa",
  "2107d3118644" + "c8c1ca000000",
];

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Of GUIDs whose 16-bit numbers are big-endian, as libsndfile writes them into RIFX; SoX leaves them as they are. */
const BIG_TAG_GUIDS = [...TAG_GUIDS, "000000108000" + "00aa00389b71"];

/** The fields as they stand. */
interface Fields {
  readonly tag: number;
  readonly channels: number;
  readonly sampleRate: number;
  readonly byteRate: number;
  readonly blockBytes: number;
  /** Undefined where the chunk ends before them. */
  readonly bits: number | undefined;
}

/**
 * Bytes of one sample of one channel, which the bits tell, and the blocks where there are none.
 *
 * @throws {AudioFileError} Writers mean different things by it.
 */
function sampleBytes(fields: Fields, file: string): number {
  const { tag, channels, sampleRate, byteRate, blockBytes, bits } = fields;
  if (tag === A_LAW || tag === MU_LAW) return 1;
  const byBits = Math.ceil((bits ?? 0) / 8);
  const byBlock = blockBytes / channels;
  if (tag === FLOAT) return [byBits, byBlock].find((bytes) => bytes === 4 || bytes === 8) ?? byBits;
  if (byBits === 3 && byBlock === 4) {
    const fault =
      `its samples have ${bits} bits in 4 bytes, which writers mean in two ways (in the lower three bytes, ` +
      "in the upper three, or as floats) and readers take for a third; write it again with 24 or 32 bits";
    throw new AudioFileError(fault, { file, isFinal: true });
  }
  if (byBits > 0) return byBits;
  if (Number.isInteger(byBlock) && byBlock > 0 && byteRate === blockBytes * sampleRate) return byBlock;
  const fault =
    `does not tell the size of a sample: no bits, blocks of ${blockBytes} bytes and ${byteRate} bytes a ` +
    `second at ${sampleRate} Hz`;
  throw new AudioFileError(fault, { file, isFinal: true });
}

/** The tag in the GUID of the extensible format. */
function extensibleTag(bytes: Uint8Array<ArrayBuffer>, file: string, isLittle: boolean): number {
  if (bytes.length < EXTENSIBLE_BYTES) {
    throw new AudioFileError(`its extensible fmt chunk has ${bytes.length} bytes, not 40`, { file });
  }
  const guid = bytes.subarray(24, EXTENSIBLE_BYTES);
  if (!(isLittle ? TAG_GUIDS : BIG_TAG_GUIDS).includes(hex(guid.subarray(4)))) {
    throw new AudioFileError(`its samples are of a kind (GUID ${hex(guid)}) that is not read here`, { file });
  }
  const view = new DataView(guid.buffer, guid.byteOffset);
  // In RIFX the tag is the lower half of a number of 32 bits (libsndfile), or comes first (SoX).
  return isLittle ? view.getUint32(0, true) : view.getUint16(0) || view.getUint16(2);
}

/**
 * Reads a `fmt ` chunk. Tag, channels and bits say where each sample is; the other fields repeat it, and where they
 * contradict that is a fault that changes nothing: block size and byte rate; bits of A-law and mu-law, which always
 * have 8; the size of the extension. ffmpeg and libsndfile do the same.
 *
 * @param bytes The chunk, or its first 40 bytes.
 * @param options `file`: its path, for errors. `isBigEndian`: numbers are, as in RIFX; default: little-endian.
 * @throws {AudioFileError} It is too short, has 0 channels, or is of an unknown kind; `final` where its samples might
 *   mean two things.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseWavFormat } from "#lib/audio/wav_format.ts";
 *
 * // mu-law, 1 channel, 8000 Hz, 8000 bytes a second, blocks of 1 byte, 16 bits.
 * const bytes = Uint8Array.of(7, 0, 1, 0, 0x40, 0x1f, 0, 0, 0x40, 0x1f, 0, 0, 1, 0, 16, 0);
 * const { blockBytes, faults } = parseWavFormat(bytes, { file: "a.wav" });
 * assert.deepEqual([blockBytes, faults], [1, ["16 bits, not 8"]]);
 * ```
 */
export function parseWavFormat(
  bytes: Uint8Array<ArrayBuffer>,
  options: { file: string; isBigEndian?: boolean },
): WavFormat {
  const { file } = options;
  const isLittle = options.isBigEndian !== true;
  if (bytes.length < LEAST_BYTES) {
    throw new AudioFileError(`its fmt chunk has ${bytes.length} bytes, not 16`, { file });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const given = view.getUint16(0, isLittle);
  const fields: Fields = {
    tag: given === EXTENSIBLE ? extensibleTag(bytes, file, isLittle) : given,
    channels: view.getUint16(2, isLittle),
    sampleRate: view.getUint32(4, isLittle),
    byteRate: view.getUint32(8, isLittle),
    blockBytes: view.getUint16(12, isLittle),
    bits: bytes.length < 16 ? undefined : view.getUint16(14, isLittle),
  };
  const { tag, channels, sampleRate, byteRate, bits } = fields;
  if (channels === 0) throw new AudioFileError("has 0 channels", { file });
  // A codec's blocks are its own.
  if (![PCM, FLOAT, A_LAW, MU_LAW].includes(tag)) return { ...fields, faults: [] };
  const blockBytes = channels * sampleBytes(fields, file);
  const faults: string[] = [];
  const expect = (what: (value: number) => string, found: number, right: number) => {
    if (found !== right) faults.push(`${what(found)}, not ${right}`);
  };
  if (bits === undefined) faults.push(`a fmt chunk of ${bytes.length} bytes, not 16`);
  else if (tag === A_LAW || tag === MU_LAW) expect((n) => `${n} bits`, bits, 8);
  else if (bits === 0 || tag === FLOAT) expect((n) => `${n} bits`, bits, 8 * blockBytes / channels);
  if (given === EXTENSIBLE && view.getUint16(16, isLittle) < 22) faults.push("an extension without a size");
  expect((n) => `a block size of ${n}`, fields.blockBytes, blockBytes % 2 ** 16);
  expect((n) => `a byte rate of ${n}`, byteRate, sampleRate * blockBytes % 2 ** 32);
  return { tag, channels, sampleRate, blockBytes, faults };
}
