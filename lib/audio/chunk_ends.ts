import { type AnnouncedEnd, bytesAt, type EndSource, MOST_PIECES, textOf } from "./announced_end.ts";
import { wave64Padding } from "./wave64_padding.ts";

/** Fewer bytes are no chunk. */
const LEAST_STRAY = 8;
/** What was sent by modem was filled up to a block of 1024 bytes. */
const VOC_PADDING = 1024;
/** Chunks of sound, which may reach beyond a file that is cut. */
const SOUND: ReadonlySet<string> = new Set(["data", "SSND", "BODY"]);

const padded = (bytes: number) => bytes + bytes % 2;

function strayFault(bytes: number): string | undefined {
  if (bytes < LEAST_STRAY) return undefined;
  return `has ${bytes} bytes behind its chunks that are none, which were not read`;
}

/** Bytes behind the chunks of a file: a chunk's size may be too small. */
async function strayBytes(
  source: EndSource,
  options: { at: number; head: number; sizeOf: (view: DataView) => number },
): Promise<string | undefined> {
  const { head, sizeOf } = options;
  let { at } = options;
  for (let chunks = 0; chunks < MOST_PIECES; chunks++) {
    let view = await bytesAt(source, at, head);
    if (view === undefined) break;
    let size = sizeOf(view);
    const isChunk = () => {
      if (!/^[ -~]{4}$/.test(textOf(view!)) || size < head) return false;
      return SOUND.has(textOf(view!)) || at + size <= source.size + 8;
    };
    if (!isChunk()) {
      // Some leave out the byte that makes a size even.
      view = await bytesAt(source, --at, head);
      if (view === undefined) break;
      size = sizeOf(view);
      if (!isChunk()) return strayFault(source.size - at - 1);
    }
    at += size;
  }
  return undefined;
}

/**
 * IFF and RIFF: one piece that holds all; RIFF of more than 1 GB has several.
 *
 * @param options `isLittle`: the order of bytes; `further`: what a piece behind the first is called, which is then walked over.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { chunkEnd } from "#lib/audio/chunk_ends.ts";
 * import { openFile } from "#lib/audio/open_file.ts";
 *
 * const file = await openFile("tests/audio/samples/ima_adpcm.wav");
 * const { end } = await chunkEnd(file, { isLittle: true });
 * assert.equal(end, file.size);
 * await file.close();
 * ```
 */
export async function chunkEnd(
  source: EndSource,
  { isLittle, further }: { isLittle: boolean; further?: string },
): Promise<AnnouncedEnd> {
  let mark: string | undefined;
  const stray = further === undefined
    ? () => strayBytes(source, { at: 12, head: 8, sizeOf: (view) => padded(8 + view.getUint32(4, isLittle)) })
    : undefined;
  for (let at = 0, pieces = 0; pieces < MOST_PIECES; pieces++) {
    const head = await bytesAt(source, at, 12);
    if (pieces > 0 && (head === undefined || textOf(head) !== mark || textOf(head, 8) !== further)) {
      return { end: at, mark, stray };
    }
    if (head === undefined) return {};
    const size = head.getUint32(4, isLittle);
    // What is written to a pipe has nobody to put its size there.
    if (size === 0 || size >= 0xffffffff - 8) return {};
    mark = textOf(head);
    // Some leave out the last byte, which makes the size even.
    at = Math.min(at + 8 + size + size % 2, Math.max(source.size, at + 8 + size));
  }
  return {};
}

/**
 * Sony's Wave64, whose first chunk tells the size of the file.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { wave64End } from "#lib/audio/chunk_ends.ts";
 *
 * const bytes = new Uint8Array(64);
 * bytes[16] = 64;
 * const read = (target: Uint8Array<ArrayBuffer>, at: number) => {
 *   const part = bytes.subarray(at, at + target.length);
 *   target.set(part);
 *   return Promise.resolve(target.subarray(0, part.length));
 * };
 * const { end, mark } = await wave64End({ file: "a", size: bytes.length, read });
 * assert.deepEqual({ end, mark }, { end: 64, mark: "riff" });
 * ```
 */
export async function wave64End(source: EndSource): Promise<AnnouncedEnd> {
  const head = await bytesAt(source, 16, 8);
  const size = Number(head?.getBigUint64(0, true) ?? 0);
  if (size <= 24) return {};
  const eights = (view: DataView) => Math.ceil(Number(view.getBigUint64(16, true)) / 8) * 8;
  const stray = async () =>
    await strayBytes(source, { at: 40, head: 24, sizeOf: eights }) ?? await wave64Padding(source);
  return { end: size, mark: "riff", stray };
}

/**
 * Apple's CAF: chunks up to the end; one of sound may have no size.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { coreAudioEnd } from "#lib/audio/chunk_ends.ts";
 *
 * const bytes = Uint8Array.of(...new Array(8).fill(0), 102, 114, 101, 101, 0, 0, 0, 0, 0, 0, 0, 1, 0);
 * const read = (target: Uint8Array<ArrayBuffer>, at: number) => {
 *   const part = bytes.subarray(at, at + target.length);
 *   target.set(part);
 *   return Promise.resolve(target.subarray(0, part.length));
 * };
 * const { end, mark } = await coreAudioEnd({ file: "a", size: bytes.length, read });
 * assert.deepEqual({ end, mark }, { end: 21, mark: "caff" });
 * ```
 */
export async function coreAudioEnd(source: EndSource): Promise<AnnouncedEnd> {
  let at = 8;
  for (let pieces = 0; pieces < MOST_PIECES; pieces++) {
    const head = await bytesAt(source, at, 12);
    if (head === undefined || textOf(head) === "caff") break;
    const size = Number(head.getBigInt64(4));
    if (size === -1 && textOf(head) === "data") return {}; // to the file's end
    const isKnown = SOUND.has(textOf(head));
    if (size < 0 || !/^[ -~]{4}$/.test(textOf(head)) || (!isKnown && at + 12 + size > source.size)) break;
    at += 12 + size;
  }
  return { end: at, mark: "caff", stray: () => Promise.resolve(strayFault(source.size - at)) };
}

/**
 * Sun's AU: a header that tells its own size and that of the sound, or no size.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { auEnd } from "#lib/audio/chunk_ends.ts";
 *
 * const bytes = Uint8Array.of(46, 115, 110, 100, 0, 0, 0, 24, 0, 0, 0, 8);
 * const read = (target: Uint8Array<ArrayBuffer>, at: number) => {
 *   const part = bytes.subarray(at, at + target.length);
 *   target.set(part);
 *   return Promise.resolve(target.subarray(0, part.length));
 * };
 * const { end, mark } = await auEnd({ file: "a", size: bytes.length, read });
 * assert.deepEqual({ end, mark }, { end: 32, mark: ".snd" });
 * ```
 */
export async function auEnd(source: EndSource): Promise<AnnouncedEnd> {
  const head = await bytesAt(source, 4, 8);
  const size = head?.getUint32(4) ?? 0xffffffff;
  if (size === 0xffffffff) return {};
  const end = head!.getUint32(0) + size;
  const left = source.size - end;
  const fault = left < LEAST_STRAY
    ? undefined
    : `has ${left} bytes behind the end that its header tells, which were read as sound`;
  return { end, mark: ".snd", isReadOn: true, stray: () => Promise.resolve(fault) };
}

/**
 * VOC: blocks with 24 bits of length; one of type 0 ends them, and a file that ends without is whole for many.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { vocEnd } from "#lib/audio/chunk_ends.ts";
 *
 * const bytes = Uint8Array.of(...new Array(20).fill(0), 26, 0, 0, 0, 0, 0, 1, 2, 0, 0, 9, 9, 0);
 * const read = (target: Uint8Array<ArrayBuffer>, at: number) => {
 *   const part = bytes.subarray(at, at + target.length);
 *   target.set(part);
 *   return Promise.resolve(target.subarray(0, part.length));
 * };
 * const { end, mark } = await vocEnd({ file: "a", size: bytes.length, read });
 * assert.deepEqual({ end, mark }, { end: 32, mark: "Crea" });
 * ```
 */
export async function vocEnd(source: EndSource): Promise<AnnouncedEnd> {
  let at = (await bytesAt(source, 20, 2))?.getUint16(0, true) ?? 26;
  for (let pieces = 0; pieces < MOST_PIECES; pieces++) {
    const head = await bytesAt(source, at, 4);
    if (head === undefined) break;
    const word = head.getUint32(0, true);
    if ((word & 255) === 0) {
      at++;
      break;
    }
    at += 4 + (word >>> 8);
  }
  // Its end is one byte, which begins no block.
  const left = source.size - at;
  const fault = left < VOC_PADDING
    ? undefined
    : `has ${left} bytes behind the block that ends it, which were not read: it is damaged there, or they are none of its`;
  return { end: at, mark: "Crea", stray: () => Promise.resolve(fault) };
}
