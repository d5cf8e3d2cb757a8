import { quote } from "#lib/arrays/quote.ts";
import { AudioFileError } from "./audio_file_error.ts";
import type { OpenFile } from "./open_file.ts";
import { type WavChunk, wavChunk } from "./wav_chunk.ts";
import { parseWavFormat, type WavFormat } from "./wav_format.ts";
import { isWavAt, wavOpenEnd } from "./wav_open_end.ts";

/** What the chunks of a WAV say. */
export interface WavHeader extends Omit<WavFormat, "faults"> {
  /** `WAV`, or `RF64` (EBU Tech 3306) or `BW64` (ITU-R BS.2088), whose sizes have 64 bits; `RIFX` is big-endian. */
  readonly container: "WAV" | "RF64" | "BW64" | "RIFX";
  /** Where the samples start in the file. */
  readonly dataStart: number;
  /** Bytes of samples as announced; undefined where a writer that could not seek left them open. */
  readonly dataBytes: number | undefined;
  /** What is wrong in it and was passed over or guessed. */
  readonly warnings: readonly string[];
}

/** Writers into a pipe leave 0xffffffff (ffmpeg), 0x7fffffff less a header (SoX), or 0. */
const OPEN_SIZE = 0x7fff0000;
/** Chunks before the samples; more are no recording's, but a file made to keep a reader busy. */
const MOST_CHUNKS = 10_000;
/** fmt is looked at so far. */
const FORMAT_BYTES = 40;

/** The file, and whether its numbers are big-endian. */
interface Source extends Omit<OpenFile, "close"> {
  readonly isBigEndian: boolean;
}

/** Behind a chunk's content, and the padding byte that makes its size even. */
const behind = ({ position, bytes }: WavChunk) => position + 8 + bytes + bytes % 2;

/** Walks the chunks from a position on; `take` gives false at the last one that is wanted. */
async function walk(
  source: Source,
  position: number,
  take: (chunk: WavChunk) => Promise<WavChunk | undefined>,
): Promise<void> {
  let isBehindOdd = false;
  for (let chunks = 0; chunks < MOST_CHUNKS; chunks++) {
    const chunk = await wavChunk(source, position, { isBehindOdd, isBigEndian: source.isBigEndian });
    const taken = chunk && await take(chunk);
    if (taken === undefined) return;
    position = behind(taken);
    isBehindOdd = taken.bytes % 2 === 1;
  }
}

/** What is behind the samples. */
interface Rest {
  /** The names of its chunks. */
  readonly ids: readonly string[];
  /** Where the chunks end. */
  readonly end: number;
}

/** The chunks behind the samples, as far as each is whole. */
async function restOf(source: Source, from: number): Promise<Rest> {
  const ids: string[] = [];
  let end = from;
  try {
    await walk(source, from, (chunk) => {
      if (chunk.fault !== undefined || chunk.position + 8 + chunk.bytes > source.size) {
        return Promise.resolve(undefined);
      }
      ids.push(chunk.id);
      end = behind(chunk);
      return Promise.resolve(chunk);
    });
  } catch (error) {
    // Where no chunk follows, they end.
    if (!(error instanceof AudioFileError) || error.isFinal) throw error;
  }
  return { ids, end };
}

/** Whether the file's own size is told, and wrong. */
function isWrongSize(riff: Uint8Array<ArrayBuffer>, { size, isBigEndian }: Source): boolean {
  const bytes = new DataView(riff.buffer).getUint32(4, !isBigEndian);
  return bytes !== 0 && bytes < OPEN_SIZE && Math.abs(bytes + 8 - size) > 1;
}

/** Whether a fact chunk's count is neither of frames nor of samples of all channels, nor open. */
function isWrongCount(count: number, { frames, channels }: { frames: number; channels: number }): boolean {
  return ![0, 0xffffffff, frames, frames * channels].includes(count);
}

/** Of RF64 and BW64, which are little-endian. */
const uint64 = (view: DataView, at: number): number =>
  view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);

/** How many bytes of samples there are, and what was guessed. */
interface DataSize {
  readonly bytes: number | undefined;
  readonly warning?: string;
}

const sizeText = (bytes: number) => bytes === 0 ? "0" : `0x${bytes.toString(16)}`;

/**
 * A writer that could not seek leaves the size open, as 0 or as large as can be; all that follows are samples then. A
 * size of 0 is meant where nothing follows but chunks.
 */
async function dataSize(
  source: Source,
  { position, bytes }: WavChunk,
  longBytes?: number,
): Promise<DataSize> {
  const start = position + 8;
  const present = Math.max(0, source.size - start);
  const announced = bytes === 0xffffffff && longBytes !== undefined ? longBytes : bytes;
  const isOpen = announced === 0
    ? present > 0 && (await restOf(source, start)).end < source.size
    : announced > present && (announced === bytes ? bytes >= OPEN_SIZE : announced > Number.MAX_SAFE_INTEGER);
  const behind = isOpen || announced > present ? await wavOpenEnd(source, { from: start }) : undefined;
  if (behind) {
    const { position: end, id } = behind;
    const read = `the ${end - start} bytes before`;
    const what = id === undefined
      ? `${read} another WAV file were read, and that was not`
      : `${read} its chunk ${quote(id)} were read`;
    return {
      bytes: end - start,
      warning: isOpen
        ? `does not tell how many samples it has (a size of ${sizeText(announced)}): ${what}`
        : `tells of ${announced} bytes of samples, which are not there: ${what}`,
    };
  }
  if (isOpen) {
    const size = sizeText(announced);
    return {
      bytes: undefined,
      warning:
        `does not tell how many samples it has (a size of ${size}): all ${present} bytes that follow were read`,
    };
  }
  const turns = Math.floor((present - announced) / 2 ** 32);
  if (turns > 0 && (await restOf(source, start + announced + announced % 2)).ids.length === 0) {
    const long = announced + turns * 2 ** 32;
    return {
      bytes: long,
      warning: `tells the size of its samples, ${long} bytes, without what passes 4 GiB`,
    };
  }
  return { bytes: announced };
}

/**
 * Reads a WAV's chunks. Chunks of other kinds are passed over wherever they stand, the padding byte after an odd size is
 * not needed at the end of the file, and `fmt ` may follow `data`. Faults that leave the samples where they are, and what
 * was guessed, are `warnings`.
 *
 * @throws {AudioFileError} No RIFF, RF64, BW64 or RIFX file of form WAVE, a chunk is missing or too short, 0 channels; `final`
 *   where its samples might mean two things.
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
export async function readWavHeader(opened: Omit<OpenFile, "close">): Promise<WavHeader> {
  const { file, size } = opened;
  const bytesAt = (position: number, length: number) => opened.read(new Uint8Array(length), position);
  const text = (bytes: Uint8Array, at: number) => String.fromCharCode(...bytes.subarray(at, at + 4));

  const riff = await bytesAt(0, 12);
  const container = ({ RIFF: "WAV", RF64: "RF64", BW64: "BW64", RIFX: "RIFX" } as const)[text(riff, 0)];
  if (container === undefined || riff.length < 12 || text(riff, 8) !== "WAVE") {
    throw new AudioFileError("is not a WAV file: it does not start with RIFF....WAVE", { file });
  }
  const isBigEndian = container === "RIFX";
  const source: Source = { file, size, isBigEndian, read: (target, at) => opened.read(target, at) };
  const warnings: string[] = [];
  const chunkFaults: string[] = [];
  let longBytes: number | undefined;
  let factSamples = 0;
  let format: WavFormat | undefined;
  let data: { start: number; bytes: number | undefined } | undefined;

  await walk(source, 12, async (chunk) => {
    const { id, position, bytes, fault } = chunk;
    if (fault !== undefined) chunkFaults.push(fault);
    const content = () => bytesAt(position + 8, Math.min(bytes, FORMAT_BYTES));
    if (id === "ds64") {
      const sizes = await content();
      if (sizes.length < 16) throw new AudioFileError("its ds64 chunk is cut short", { file });
      longBytes = uint64(new DataView(sizes.buffer), 8);
    } else if (id === "fact") {
      const count = await content();
      if (count.length >= 4) factSamples = new DataView(count.buffer).getUint32(0, !isBigEndian);
    } else if (id === "fmt ") {
      const found = parseWavFormat(await content(), { file, isBigEndian });
      if (format && JSON.stringify(found) !== JSON.stringify(format)) {
        throw new AudioFileError("has two fmt chunks that differ", { file, isFinal: true });
      }
      format = found;
    } else if (id === "data") {
      const { bytes: dataBytes, warning } = await dataSize(source, chunk, longBytes);
      if (warning !== undefined) warnings.push(warning);
      data = { start: position + 8, bytes: dataBytes };
      // What follows samples of unknown length cannot be found.
      if (dataBytes === undefined) return undefined;
      return format ? undefined : { ...chunk, bytes: dataBytes };
    }
    return data && format ? undefined : chunk;
  });
  if (!format || !data) {
    const missing = [format ? "" : "fmt", data ? "" : "data"].filter(Boolean).join(" and no ");
    throw new AudioFileError(`has no ${missing} chunk: it is cut short, or not a WAV file`, { file });
  }

  const { faults, ...fields } = format;
  const headerFaults = [...faults];
  const end = data.bytes === undefined ? size : data.start + data.bytes + data.bytes % 2;
  const rest: Rest = end < size ? await restOf(source, end) : { ids: [], end: size };
  if (rest.ids.includes("data")) warnings.push("has a second data chunk, which was not read");
  const isAnother = rest.ids.some((id) => ["RIFF", "RF64", "BW64", "RIFX"].includes(id)) ||
    // Of a size that is open it is no chunk.
    rest.end < size && await isWavAt(source, rest.end);
  if (isAnother) {
    const told = "has another WAV file behind it, which was not read";
    if (!warnings.some((text) => text.includes("another WAV file"))) warnings.push(told);
  } else if (rest.end < size) {
    warnings.push(`has ${size - rest.end} bytes behind its chunks that are none, which were not read`);
  } else if (data.bytes !== undefined && end <= size + 1 && isWrongSize(riff, source)) {
    headerFaults.push("a RIFF size that is not the file's");
  }
  const frames = Math.floor((data.bytes ?? 0) / fields.blockBytes);
  const isCounted = fields.tag === 3 || fields.tag === 6 || fields.tag === 7;
  if (
    isCounted && data.bytes !== undefined && isWrongCount(factSamples, { frames, channels: fields.channels })
  ) {
    headerFaults.push(`a fact chunk of ${factSamples} samples, not ${frames}`);
  }
  if (headerFaults.length > 0) {
    warnings.unshift(`has faults in its header that change no sample: ${headerFaults.join("; ")}`);
  }
  if (chunkFaults.length > 0) {
    const others = chunkFaults.length - 1;
    warnings.unshift(`${chunkFaults[0]}${others === 0 ? "" : `, and ${others} more such faults`}`);
  }
  return { container, ...fields, dataStart: data.start, dataBytes: data.bytes, warnings };
}
