import { quote } from "#lib/arrays/quote.ts";
import { AudioFileError } from "./audio_file_error.ts";
import type { OpenFile } from "./open_file.ts";
import { zerosAt } from "./zeros_at.ts";

/** A chunk of a RIFF file. */
export interface WavChunk {
  /** Its name, in Latin-1. */
  readonly id: string;
  /** Where its name is. */
  readonly position: number;
  /** Bytes of its content, which starts 8 bytes behind its name, as announced. */
  readonly bytes: number;
  /** What had to be passed over or put right to find it. */
  readonly fault?: string;
}

/** Chunks that occur in recordings; a name of these is no coincidence. */
const KNOWN: ReadonlySet<string> = new Set([
  ..."fmt |data|fact|ds64|LIST|JUNK|junk|PAD |FLLR|bext|iXML|aXML|axml|chna|id3 |ID3 |cue |plst|smpl|inst|PEAK"
    .split(
      "|",
    ),
  ..."cart|levl|umid|acid|minf|elm1|regn|DISP|wavl|slnt|afsp|note|labl|olym|_PMX".split("|"),
]);

/**
 * Whether a name is one of those that chunks of recordings have.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isKnownChunk } from "#lib/audio/wav_chunk.ts";
 *
 * assert.deepEqual(["LIST", "abcd"].map(isKnownChunk), [true, false]);
 * ```
 */
export function isKnownChunk(id: string): boolean {
  return KNOWN.has(id);
}

/** Where a chunk begins whose predecessor's size is wrong by a little, as of a fmt chunk of 16 bytes that claims 18. */
const NEARBY = [-2, 2, -1, 1, -4, -3, 3, 4];

function shifted(id: string, by: number, isBehindOdd: boolean): string {
  if (by === -1 && isBehindOdd) return `has no padding byte before its chunk ${quote(id)}`;
  const place = `${Math.abs(by)} ${Math.abs(by) === 1 ? "byte" : "bytes"} ${by < 0 ? "before" : "behind"}`;
  return `has its chunk ${quote(id)} ${place} where the one before it ends`;
}

const nameOf = (head: Uint8Array) => String.fromCharCode(...head.subarray(0, 4));
const isPrintable = (id: string) => /^[\x20-\x7e]{4}$/.test(id);

/**
 * The chunk of a WAV at a position. It is found as well behind zeros, and where the padding byte of an odd chunk before
 * it is missing or that chunk's size is wrong by up to four bytes; a chunk whose name is not in ASCII is one too, if it fits into the file.
 *
 * @param options `isBehindOdd`: the chunk before has an odd size, so that the byte before the position should be padding.
 *   `isBigEndian`: sizes are, as in RIFX; default: little-endian.
 * @returns Undefined at the file's end.
 * @throws {AudioFileError} No chunk is there.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { wavChunk } from "#lib/audio/wav_chunk.ts";
 *
 * const bytes = new TextEncoder().encode("\0\0\0\0\0data\x04\0\0\0abcd");
 * const source = {
 *   file: "a.wav",
 *   size: bytes.length,
 *   read: (target: Uint8Array<ArrayBuffer>, at: number) => {
 *     const part = bytes.subarray(at, at + target.length);
 *     target.set(part);
 *     return Promise.resolve(target.subarray(0, part.length));
 *   },
 * };
 * const chunk = await wavChunk(source, 0, { isBehindOdd: false });
 * assert.deepEqual([chunk?.id, chunk?.position, chunk?.bytes], ["data", 5, 4]);
 * assert.equal(chunk?.fault, 'has 5 zero bytes before its chunk "data"');
 * assert.equal(await wavChunk(source, 17, { isBehindOdd: false }), undefined);
 * ```
 */
export async function wavChunk(
  source: Omit<OpenFile, "close">,
  position: number,
  options: { isBehindOdd: boolean; isBigEndian?: boolean },
): Promise<WavChunk | undefined> {
  const { file, size } = source;
  const isLittle = options.isBigEndian !== true;
  const sizeOf = (head: Uint8Array) => new DataView(head.buffer, head.byteOffset).getUint32(4, isLittle);
  const chunkAt = async (at: number): Promise<WavChunk | undefined> => {
    const head = await source.read(new Uint8Array(8), at);
    return head.length < 8 ? undefined : { id: nameOf(head), position: at, bytes: sizeOf(head) };
  };
  const chunk = await chunkAt(position);
  if (chunk && KNOWN.has(chunk.id)) return chunk;
  for (const by of options.isBehindOdd ? [-1, ...NEARBY] : NEARBY) {
    const near = await chunkAt(position + by);
    if (near && KNOWN.has(near.id)) return { ...near, fault: shifted(near.id, by, options.isBehindOdd) };
  }
  if (chunk === undefined || isPrintable(chunk.id)) return chunk;
  const zeros = await zerosAt(source, position);
  if (zeros > 0) {
    const behind = await chunkAt(position + zeros);
    if (behind && KNOWN.has(behind.id)) {
      return { ...behind, fault: `has ${zeros} zero bytes before its chunk ${quote(behind.id)}` };
    }
    if (position + zeros + 8 > size) return undefined;
  }
  if (position + 8 + chunk.bytes <= size) {
    return { ...chunk, fault: `has a chunk whose name ${quote(chunk.id)} is not ASCII` };
  }
  throw new AudioFileError(`has ${quote(chunk.id)} where a chunk's name is expected, at byte ${position}`, {
    file,
  });
}
