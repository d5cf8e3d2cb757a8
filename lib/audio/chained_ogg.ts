import type { OpenFile } from "./open_file.ts";

/** The end of a file that is searched for its last page; a page has at most 65307 bytes. */
const TAIL_BYTES = 1 << 16;
/** Bytes of a page's header up to its stream's number. (RFC 3533, section 6) */
const HEADER_BYTES = 18;

/** The number of the stream that the page at `at` belongs to, or undefined where no page begins. */
function streamAt(bytes: Uint8Array, at: number): number | undefined {
  if (at + HEADER_BYTES > bytes.length) return undefined;
  // "OggS", and version 0.
  if (![0x4f, 0x67, 0x67, 0x53, 0].every((byte, i) => bytes[at + i] === byte)) return undefined;
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(at + 14, true);
}

/**
 * Whether an Ogg file holds several streams, one after the other or side by side: its last page is not of its first page's stream. Internet radio
 * and joined files are so. The decoders here would read the first stream, or mix up lengths, and say nothing.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isChainedOgg } from "#lib/audio/chained_ogg.ts";
 *
 * const page = (stream: number) => [...new TextEncoder().encode("OggS"), ...new Array(10).fill(0), stream, 0, 0, 0];
 * const source = (bytes: Uint8Array) => ({
 *   file: "a.ogg",
 *   size: bytes.length,
 *   read: (target: Uint8Array<ArrayBuffer>, at: number) => {
 *     const part = bytes.subarray(at, at + target.length);
 *     target.set(part);
 *     return Promise.resolve(target.subarray(0, part.length));
 *   },
 * });
 * assert(await isChainedOgg(source(Uint8Array.from([...page(1), ...page(2)]))));
 * assert(!(await isChainedOgg(source(Uint8Array.from([...page(1), ...page(1)])))));
 * ```
 */
export async function isChainedOgg(source: Omit<OpenFile, "close">): Promise<boolean> {
  const first = streamAt(await source.read(new Uint8Array(HEADER_BYTES), 0), 0);
  const tail = await source.read(new Uint8Array(TAIL_BYTES), Math.max(0, source.size - TAIL_BYTES));
  for (let at = tail.length - HEADER_BYTES; at >= 0; at--) {
    const last = streamAt(tail, at);
    if (last !== undefined) return first !== undefined && last !== first;
  }
  return false;
}
