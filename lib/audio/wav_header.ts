import { quote } from "#lib/arrays/quote.ts";
import { AudioFileError } from "./audio_file_error.ts";
import type { OpenFile } from "./open_file.ts";

/** What the chunks of a WAV say. */
export interface WavHeader {
  /** `WAV`, or `RF64` (EBU Tech 3306) or `BW64` (ITU-R BS.2088), whose sizes have 64 bits. */
  readonly container: "WAV" | "RF64" | "BW64";
  /** `wFormatTag`; of the extensible format, the one in its GUID. */
  readonly tag: number;
  readonly channels: number;
  /** Hz. */
  readonly sampleRate: number;
  /** Bytes of one sample of every channel. */
  readonly blockBytes: number;
  /** Where the samples start in the file. */
  readonly dataStart: number;
  /** Bytes of samples as announced; undefined where a writer that could not seek left them open. */
  readonly dataBytes: number | undefined;
}

/** Writers into a pipe leave 0xffffffff (ffmpeg), 0x7fffffff less a header (SoX), or 0. */
const OPEN_SIZE = 0x7fff0000;
/** Chunks before the samples; more are no recording's, but a file made to keep a reader busy. */
const MOST_CHUNKS = 10_000;

/** The end of a GUID that says: the first two bytes are a wFormatTag. */
const TAG_GUID = [0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];

/** PCM, float, A-law, mu-law: one sample after the other. Other codecs have blocks of many. */
const SAMPLE_TAGS: ReadonlySet<number> = new Set([1, 3, 6, 7]);

interface Format {
  readonly tag: number;
  readonly channels: number;
  readonly sampleRate: number;
  readonly blockBytes: number;
}

function parseFormat(bytes: Uint8Array<ArrayBuffer>, file: string): Format {
  if (bytes.length < 16) {
    throw new AudioFileError(`its fmt chunk has ${bytes.length} bytes, not 16`, { file });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let tag = view.getUint16(0, true);
  const channels = view.getUint16(2, true);
  const sampleRate = view.getUint32(4, true);
  const bits = view.getUint16(14, true);
  if (tag === 0xfffe) {
    if (bytes.length < 40) {
      throw new AudioFileError(`its extensible fmt chunk has ${bytes.length} bytes, not 40`, { file });
    }
    if (TAG_GUID.some((byte, i) => bytes[26 + i] !== byte)) {
      throw new AudioFileError("its samples are of a kind (GUID) that is not read here", { file });
    }
    tag = view.getUint16(24, true);
  }
  if (channels === 0) throw new AudioFileError("has 0 channels", { file });
  // Some writers leave the block size open; the bits then tell, in whole bytes.
  const needed = channels * Math.ceil(bits / 8);
  const blockBytes = view.getUint16(12, true) || needed;
  if (blockBytes === 0 || (SAMPLE_TAGS.has(tag) && blockBytes !== needed)) {
    const blocks = `blocks of ${blockBytes} bytes`;
    throw new AudioFileError(`its ${blocks} do not fit ${channels} channels of ${bits} bits`, { file });
  }
  return { tag, channels, sampleRate, blockBytes };
}

const uint64 = (view: DataView, at: number): number =>
  view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);

/**
 * Reads a WAV's chunks up to where the samples start. Chunks of other kinds are passed over wherever they stand, the
 * padding byte after an odd size is not needed at the end of the file, and `fmt ` may follow `data`.
 *
 * @throws {AudioFileError} No RIFF, RF64 or BW64 file of form WAVE, a chunk is missing or too short, 0 Hz, 0 channels.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { encodeWav } from "#lib/audio/encode_wav.ts";
 * import { readWavHeader } from "#lib/audio/wav_header.ts";
 *
 * const bytes = encodeWav([new Float32Array(5)], { sampleRate: 8000 });
 * const header = await readWavHeader({
 *   file: "a.wav",
 *   size: bytes.length,
 *   read: (target, at) => {
 *     target.set(bytes.subarray(at, at + target.length));
 *     return Promise.resolve(target.subarray(0, bytes.length - at));
 *   },
 * });
 * assert.deepEqual([header.sampleRate, header.dataStart, header.dataBytes], [8000, 44, 10]);
 * ```
 */
export async function readWavHeader(source: Omit<OpenFile, "close">): Promise<WavHeader> {
  const { file, size } = source;
  const scratch = new Uint8Array(40);
  const bytesAt = (position: number, length: number) => source.read(scratch.subarray(0, length), position);
  const text = (bytes: Uint8Array, at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));

  const riff = await bytesAt(0, 12);
  const container = ({ RIFF: "WAV", RF64: "RF64", BW64: "BW64" } as const)[text(riff, 0)];
  if (container === undefined || riff.length < 12 || text(riff, 8) !== "WAVE") {
    throw new AudioFileError("is not a WAV file: it does not start with RIFF....WAVE", { file });
  }
  const riffBytes = new DataView(riff.buffer).getUint32(4, true);
  let position = 12;
  let longData: number | undefined;
  let format: Format | undefined;
  let data: { start: number; bytes: number | undefined } | undefined;
  for (let chunks = 0; format === undefined || data === undefined; chunks++) {
    const head = await bytesAt(position, 8);
    if (head.length < 8 || chunks === MOST_CHUNKS) {
      const missing = [format ? "" : "fmt", data ? "" : "data"].filter(Boolean).join(" and no ");
      throw new AudioFileError(`has no ${missing} chunk: it is cut short, or not a WAV file`, { file });
    }
    const id = text(head, 0);
    let bytes: number | undefined = new DataView(head.buffer).getUint32(4, true);
    const start = position + 8;
    if (id === "ds64") {
      const sizes = await bytesAt(start, 16);
      if (sizes.length < 16 || bytes < 16) throw new AudioFileError("its ds64 chunk is cut short", { file });
      longData = uint64(new DataView(sizes.buffer), 8);
    } else if (id === "fmt ") {
      format = parseFormat(await bytesAt(start, Math.min(bytes, 40)), file);
    } else if (id === "data") {
      if (container !== "WAV" && bytes === 0xffffffff) bytes = longData;
      else if (bytes >= OPEN_SIZE && start + bytes > size) bytes = undefined;
      // A size of 0 is meant where the whole file's is right too; else nobody came back to fill it in.
      else if (bytes === 0 && size > start && riffBytes + 8 !== size) bytes = undefined;
      data = { start, bytes };
      // What follows samples of unknown length cannot be found.
      if (bytes === undefined) bytes = size;
    } else if (!/^[\x20-\x7e]{4}$/.test(id)) {
      throw new AudioFileError(`has ${quote(id)} where a chunk's name is expected, at byte ${position}`, {
        file,
      });
    }
    position = start + bytes + bytes % 2;
  }
  return { container, ...format, dataStart: data.start, dataBytes: data.bytes };
}
