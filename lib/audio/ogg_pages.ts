import { FileWindow } from "./file_window.ts";
import type { OpenFile } from "./open_file.ts";

/** A page of an Ogg file whose checksum is right. (RFC 3533, section 6) */
export interface OggPage {
  /** The number of the stream that it is of. */
  readonly serial: number;
  /** Its number in the stream. */
  readonly sequence: number;
  /** The position behind the last sample of the packets that end here; undefined where none does. */
  readonly granule: number | undefined;
  /** Whether the first part goes on from the page before. */
  readonly isContinued: boolean;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** Packets, or parts of them. */
  readonly parts: readonly Uint8Array[];
  /** Whether the last part goes on in the next page. */
  readonly isOpen: boolean;
  /** Whether the file ends inside it. Its whole parts are there, but no checksum tells whether they are right. */
  readonly isCut: boolean;
}

const HEADER_BYTES = 27;
const MOST_BYTES = 65307;

/** CRC-32 of polynomial 0x04c11db7, the highest bit first, of four bytes at a time. */
const TABLES = [0, 1, 2, 3].map((ahead) =>
  Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte << 24;
    for (let bit = 0; bit < 8 * (ahead + 1); bit++) crc = (crc << 1) ^ (crc < 0 ? 0x04c11db7 : 0);
    return crc >>> 0;
  })
);

function pageCrc(page: Uint8Array): number {
  const [t0, t1, t2, t3] = TABLES;
  let crc = 0;
  let i = 0;
  // The sum in the header counts as 0; the words of the header end with it.
  const step = (a: number, b: number, c: number, d: number) => {
    crc = t3[(crc >>> 24) ^ a] ^ t2[((crc >>> 16) & 255) ^ b] ^ t1[((crc >>> 8) & 255) ^ c] ^
      t0[(crc & 255) ^ d];
  };
  for (; i < 20; i += 4) step(page[i], page[i + 1], page[i + 2], page[i + 3]);
  step(page[20], page[21], 0, 0);
  step(0, 0, page[26], page[27] ?? 0);
  if (page.length < 28) return crcByBytes(page);
  for (i = 28; i + 4 <= page.length; i += 4) step(page[i], page[i + 1], page[i + 2], page[i + 3]);
  for (; i < page.length; i++) crc = (crc << 8) ^ t0[(crc >>> 24) ^ page[i]];
  return crc >>> 0;
}

/** The sum of a page without parts, which has 27 bytes, byte by byte. */
function crcByBytes(page: Uint8Array): number {
  let crc = 0;
  for (let i = 0; i < page.length; i++) {
    crc = (crc << 8) ^ TABLES[0][(crc >>> 24) ^ (i >= 22 && i < 26 ? 0 : page[i])];
  }
  return crc >>> 0;
}

/** Where the next "OggS" stands, or -1. */
function nextMark(bytes: Uint8Array, from: number): number {
  for (let at = bytes.indexOf(0x4f, from); at >= 0; at = bytes.indexOf(0x4f, at + 1)) {
    if (bytes[at + 1] === 0x67 && bytes[at + 2] === 0x67 && bytes[at + 3] === 0x53) return at;
  }
  return -1;
}

/** The page at the start of some bytes, and how many it has; undefined where none is whole and right. */
function pageAt(bytes: Uint8Array, isEnd: boolean): { page: OggPage; length: number } | undefined {
  if (bytes.length < HEADER_BYTES || bytes[4] !== 0) return undefined;
  const count = bytes[26];
  let length = HEADER_BYTES + count;
  if (bytes.length < length) return undefined;
  const parts: number[] = [];
  let part = 0;
  for (let i = 0; i < count; i++) {
    const size = bytes[HEADER_BYTES + i];
    part += size;
    if (size < 255) {
      parts.push(part);
      part = 0;
    }
  }
  const isOpen = count > 0 && bytes[HEADER_BYTES + count - 1] === 255;
  if (isOpen) parts.push(part);
  const dataStart = length;
  for (const size of parts) length += size;
  const isCut = bytes.length < length;
  if (isCut && !isEnd) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (!isCut && pageCrc(bytes.subarray(0, length)) !== view.getUint32(22, true)) return undefined;
  const granule = Number(view.getBigInt64(6, true));
  let at = dataStart;
  const page: OggPage = {
    serial: view.getUint32(14, true),
    sequence: view.getUint32(18, true),
    granule: granule < 0 ? undefined : granule,
    isContinued: (bytes[5] & 1) !== 0,
    isFirst: (bytes[5] & 2) !== 0,
    isLast: (bytes[5] & 4) !== 0,
    parts: parts.map((size) => bytes.subarray(at, at += size)).filter((part, i) => part.length === parts[i]),
    isOpen: isOpen && !isCut,
    isCut,
  };
  return { page, length };
}

/**
 * The whole pages of an open Ogg file, in order. What is between them is passed over, as are pages with a wrong
 * checksum.
 *
 * @param from Byte to begin at. Default: the start.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { oggPages } from "#lib/audio/ogg_pages.ts";
 * import { openFile } from "#lib/audio/open_file.ts";
 *
 * const file = await openFile("tests/audio/samples/stereo.opus");
 * const pages = [];
 * for await (const page of oggPages(file)) pages.push(page);
 * assert.deepEqual(pages.map(({ sequence }) => sequence), [...pages.keys()]);
 * assert.equal(pages.at(-1)?.granule, 19512);
 * await file.close();
 * ```
 */
export async function* oggPages(
  source: Omit<OpenFile, "close">,
  from = 0,
): AsyncGenerator<OggPage> {
  const window = new FileWindow(source);
  for (let at = from; at < window.size;) {
    const bytes = await window.view(at, MOST_BYTES);
    const isMark = nextMark(bytes.subarray(0, 4), 0) === 0;
    // A page that ends behind the file is its last, or its size is wrong.
    const isEnd = at + bytes.length >= window.size && nextMark(bytes, 4) === -1;
    const found = isMark ? pageAt(bytes, isEnd) : undefined;
    if (found) {
      at += found.length;
      yield found.page;
      continue;
    }
    const next = nextMark(bytes, 1);
    at += next > 0 ? next : Math.max(1, at + bytes.length < window.size ? bytes.length - 3 : bytes.length);
  }
}
