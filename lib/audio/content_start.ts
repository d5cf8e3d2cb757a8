import type { OpenFile } from "./open_file.ts";
import { zerosAt } from "./zeros_at.ts";

/** ID3v2: its name, two bytes of version, flags, and the size in four times seven bits. (id3.org, ID3v2.4, 3.1) */
const TAG_HEADER_BYTES = 10;
const HAS_FOOTER = 0x10;

/** Bytes of the ID3v2 tag that begins here, or 0. */
function tagBytes(head: Uint8Array): number {
  const isTag = head.length === TAG_HEADER_BYTES && head[0] === 0x49 && head[1] === 0x44 &&
    head[2] === 0x33 &&
    head[3] < 0xff && head[4] < 0xff && head.subarray(6).every((byte) => byte < 0x80);
  if (!isTag) return 0;
  const size = head.subarray(6).reduce((sum, byte) => sum * 128 + byte, 0);
  return TAG_HEADER_BYTES + size + (head[5] & HAS_FOOTER ? TAG_HEADER_BYTES : 0);
}

/** Where the content of a file may start. */
export interface ContentStart {
  /** Behind all ID3v2 tags; the file's size, or more, where nothing is left. */
  readonly start: number;
  /** Behind the zeros that follow there as well; equal to `start` where there are none. */
  readonly behindZeros: number;
}

/**
 * Where the content of a file starts: behind ID3v2 tags, however many and with zeros between them, which taggers put
 * in front of every format and HLS in front of each segment. Zeros that follow may be padding or the content's own.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { contentStart } from "#lib/audio/content_start.ts";
 *
 * const bytes = new TextEncoder().encode("ID3\x04\0\0\0\0\0\x03abc\0\0fLaC");
 * const source = {
 *   file: "a.flac",
 *   size: bytes.length,
 *   read: (target: Uint8Array<ArrayBuffer>, at: number) => {
 *     const part = bytes.subarray(at, at + target.length);
 *     target.set(part);
 *     return Promise.resolve(target.subarray(0, part.length));
 *   },
 * };
 * assert.deepEqual(await contentStart(source), { start: 13, behindZeros: 15 });
 * ```
 */
export async function contentStart(source: Omit<OpenFile, "close">): Promise<ContentStart> {
  const head = new Uint8Array(TAG_HEADER_BYTES);
  let start = 0;
  for (let position = 0;;) {
    const bytes = tagBytes(await source.read(head, position));
    if (bytes > 0) {
      start = position += bytes;
    } else {
      const behindZeros = position + await zerosAt(source, position);
      if (behindZeros === position) return { start, behindZeros };
      position = behindZeros;
    }
  }
}
