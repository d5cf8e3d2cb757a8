import type { DecoderName } from "./open_decoder.ts";
import type { OpenFile } from "./open_file.ts";

/** The end of an Ogg file that is searched for its last page; a page has at most 65307 bytes. */
const TAIL_BYTES = 1 << 16;

/** FLAC's STREAMINFO: 36 bits of samples from bit 108 on; 0 means unknown. (RFC 9639, section 8.2) */
function flacFrames(head: Uint8Array): number | undefined {
  if (String.fromCharCode(...head.subarray(0, 4)) !== "fLaC" || head.length < 26 || (head[4] & 0x7f) !== 0) {
    return undefined;
  }
  const frames = (head[21] & 15) * 2 ** 32 + new DataView(head.buffer, head.byteOffset).getUint32(22);
  return frames || undefined;
}

/** The granule position of the last page: samples from the stream's start. (RFC 3533, section 6) */
function lastGranule(tail: Uint8Array): number | undefined {
  for (let at = tail.length - 14; at >= 0; at--) {
    if (tail[at] !== 0x4f || tail[at + 1] !== 0x67 || tail[at + 2] !== 0x67 || tail[at + 3] !== 0x53) {
      continue;
    }
    const granule = Number(new DataView(tail.buffer, tail.byteOffset).getBigInt64(at + 6, true));
    if (granule >= 0 && Number.isSafeInteger(granule)) return granule;
  }
  return undefined;
}

/**
 * How many samples per channel a compressed file says it has: FLAC by its header, Ogg by its last page. MP3 does not
 * say it reliably.
 *
 * @returns The count, or undefined.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { announcedFrames } from "#lib/audio/announced_frames.ts";
 *
 * const bytes = Uint8Array.from([...new TextEncoder().encode("fLaC"), ...new Array(38).fill(0)]);
 * bytes[25] = 7;
 * const source = {
 *   file: "a.flac",
 *   size: 42,
 *   read: (target: Uint8Array<ArrayBuffer>, at: number) => {
 *     const part = bytes.subarray(at, at + target.length);
 *     target.set(part);
 *     return Promise.resolve(target.subarray(0, part.length));
 *   },
 * };
 * assert.equal(await announcedFrames(source, "flac"), 7);
 * ```
 */
export async function announcedFrames(
  source: Omit<OpenFile, "close">,
  decoder: DecoderName,
): Promise<number | undefined> {
  const head = await source.read(new Uint8Array(4096), 0);
  if (decoder === "flac") return flacFrames(head);
  if (decoder === "mp3") return undefined;
  const tail = await source.read(new Uint8Array(TAIL_BYTES), Math.max(0, source.size - TAIL_BYTES));
  const granule = lastGranule(tail);
  if (granule === undefined || decoder === "vorbis") return granule || undefined;
  // Opus counts the samples that a decoder drops at the start. (RFC 7845, section 4.3)
  const packet = 27 + head[26];
  const preSkip = head.length >= packet + 12 ? head[packet + 10] + 256 * head[packet + 11] : 0;
  return Math.max(0, granule - preSkip) || undefined;
}
