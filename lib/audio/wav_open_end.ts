import { Buffer } from "node:buffer";
import { isKnownChunk } from "./wav_chunk.ts";
import type { OpenFile } from "./open_file.ts";

/** Bytes read at a time. */
const PIECE = 1 << 20;
/** Where chunks behind the samples are looked for, from the file's end on: notes, pictures and lists of cues are smaller. */
const TAIL = 1 << 24;
/** Chunks behind the samples; more are none. */
const MOST_CHUNKS = 1000;
/** A list of notes whose end is missing is believed to be one up to here. */
const MOST_LIST = 1 << 20;
/** RIFF's mark, its size, the form and the first chunk's name. */
const HEADER_BYTES = 16;

const FORMS: ReadonlySet<string> = new Set(["RIFF", "RF64", "BW64", "RIFX"]);
/** What the marks of other files, and chunks that stand behind samples, begin with. */
const FIRST_CHUNKS: ReadonlySet<string> = new Set([
  "fmt ",
  "ds64",
  "JUNK",
  "junk",
  "bext",
  "LIST",
  "fact",
  "PAD ",
]);

/** What stands behind samples of unknown length. */
export interface WavOpenEnd {
  /** Where it begins: behind the last sample. */
  readonly position: number;
  /** The name of the chunk; undefined where it is another WAV file. */
  readonly id: string | undefined;
}

type Source = Omit<OpenFile, "close"> & { readonly isBigEndian: boolean };

/**
 * Whether a WAV file begins at a place.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { encodeWav } from "#lib/audio/encode_wav.ts";
 * import { memoryFile } from "#lib/audio/memory_file.ts";
 * import { isWavAt } from "#lib/audio/wav_open_end.ts";
 *
 * const file = memoryFile(encodeWav(new Float32Array(5), { sampleRate: 8000 }), "a.wav");
 * assert.deepEqual([await isWavAt(file, 0), await isWavAt(file, 2)], [true, false]);
 * ```
 */
export async function isWavAt(source: Omit<OpenFile, "close">, position: number): Promise<boolean> {
  const head = await source.read(new Uint8Array(HEADER_BYTES), position);
  const text = String.fromCharCode(...head);
  return FORMS.has(text.slice(0, 4)) && text.slice(8, 12) === "WAVE" && FIRST_CHUNKS.has(text.slice(12));
}

/** Whether chunks follow each other from here to the file's end, or to another file. */
async function isChunks(source: Source, position: number): Promise<boolean> {
  for (let at = position, chunks = 0; chunks < MOST_CHUNKS; chunks++) {
    const head = await source.read(new Uint8Array(12), at);
    const id = String.fromCharCode(...head.subarray(0, 4));
    if (head.length < 8 || !(chunks === 0 ? isKnownChunk(id) : /^[\x20-\x7e]{4}$/.test(id))) return false;
    const bytes = new DataView(head.buffer).getUint32(4, !source.isBigEndian);
    const end = at + 8 + bytes;
    // The byte that makes a size even may be missing at the end.
    if (end === source.size || end + bytes % 2 === source.size) return true;
    if (end > source.size) {
      return id === "LIST" && bytes < MOST_LIST &&
        /^(?:INFO|adtl)$/.test(String.fromCharCode(...head.subarray(8)));
    }
    at = end + bytes % 2;
    if (await isWavAt(source, at)) return true;
  }
  return false;
}

/**
 * Where samples end whose length their chunk does not tell: before another WAV file, as of streams that were joined, or before
 * chunks that lead exactly to the file's end. The whole file is read for that, chunks are looked for in its last 16 MiB.
 *
 * @param options `from`: where the samples begin.
 * @returns Undefined where nothing but samples follows.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { memoryFile } from "#lib/audio/memory_file.ts";
 * import { wavOpenEnd } from "#lib/audio/wav_open_end.ts";
 *
 * const bytes = new TextEncoder().encode("samples and sampLIST\x04\0\0\0abcd");
 * const source = { ...memoryFile(bytes, "a.wav"), isBigEndian: false };
 * assert.deepEqual(await wavOpenEnd(source, { from: 0 }), { position: 16, id: "LIST" });
 * assert.equal(await wavOpenEnd({ ...source, size: 27 }, { from: 0 }), undefined);
 * ```
 */
export async function wavOpenEnd(
  source: Source,
  { from }: { from: number },
): Promise<WavOpenEnd | undefined> {
  const piece = new Uint8Array(PIECE);
  for (let at = from; at < source.size; at += PIECE - 3) {
    const part = await source.read(piece, at);
    if (part.length < 4) break;
    const bytes = Buffer.from(part.buffer, part.byteOffset, part.length);
    for (const place of placesOf(bytes, at >= source.size - TAIL - PIECE)) {
      const position = at + place;
      if (await isWavAt(source, position)) return { position, id: undefined };
      if (await isChunks(source, position)) {
        return { position, id: bytes.toString("latin1", place, place + 4) };
      }
    }
  }
  return undefined;
}

/** Where names of chunks stand in some bytes, in order; of files alone where chunks are not looked for. */
function placesOf(bytes: Buffer, hasChunks: boolean): readonly number[] {
  const places: number[] = [];
  if (!hasChunks) {
    for (const mark of FORMS) {
      for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) places.push(at);
    }
    return places.sort((a, b) => a - b);
  }
  for (let at = 0; at + 4 <= bytes.length; at++) {
    // Four printable characters by chance: one place in fifty; a name of a chunk: none in a file.
    if (((bytes[at] | bytes[at + 1] | bytes[at + 2] | bytes[at + 3]) & 0x80) !== 0) continue;
    if (bytes[at] < 0x41 || bytes[at + 1] < 0x30 || bytes[at + 2] < 0x20 || bytes[at + 3] < 0x20) continue;
    const name = bytes.toString("latin1", at, at + 4);
    if (FORMS.has(name) || isKnownChunk(name)) places.push(at);
  }
  return places;
}
