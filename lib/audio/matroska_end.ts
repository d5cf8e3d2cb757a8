import { type AnnouncedEnd, bytesAt, type EndSource } from "./announced_end.ts";

const EBML = 0x1a45dfa3, SEGMENT = 0x18538067, VOID = 0xec;
/** Parts of joined files that are counted. */
const MOST_PARTS = 10_000;

/**
 * Matroska and WebM: a header and a segment; files that were joined have several. Of segments that tell their length ffmpeg
 * 5.1 reads on in the second and passes over more.
 *
 * @returns A fault where more than two are there; never an end, as segments may be open.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { matroskaEnd } from "#lib/audio/matroska_end.ts";
 *
 * // Headers of no content, each with a segment of none.
 * const one = [0x1a, 0x45, 0xdf, 0xa3, 0x80, 0x18, 0x53, 0x80, 0x67, 0x80];
 * const faultOf = async (bytes: Uint8Array) => {
 *   const read = (target: Uint8Array<ArrayBuffer>, at: number) => {
 *     const part = bytes.subarray(at, at + target.length);
 *     target.set(part);
 *     return Promise.resolve(target.subarray(0, part.length));
 *   };
 *   return (await matroskaEnd({ file: "a", size: bytes.length, read })).fault;
 * };
 * assert.equal(await faultOf(Uint8Array.from([...one, ...one])), undefined);
 * assert.match(await faultOf(Uint8Array.from([...one, ...one, ...one])) ?? "", /^has 3 files in it/);
 * ```
 */
export async function matroskaEnd(source: EndSource): Promise<AnnouncedEnd> {
  let files = 0;
  let at = 0;
  let third = 0;
  for (let parts = 0; parts < MOST_PARTS; parts++) {
    // A name of 1 or 4 bytes, and a length of 1 to 8, whose first bits tell how many.
    const first = (await bytesAt(source, at, 1))?.getUint8(0);
    const nameBytes = first === VOID ? 1 : 4;
    const name = nameBytes === 1 ? first : (await bytesAt(source, at, 4))?.getUint32(0);
    if (name !== EBML && name !== SEGMENT && name !== VOID) break;
    if (name === EBML && ++files === 3) third = at;
    const head = (await bytesAt(source, at + nameBytes, 1))?.getUint8(0) ?? 0;
    const lengthBytes = Math.clz32(head) - 23;
    const rest = lengthBytes > 8 ? undefined : await bytesAt(source, at + nameBytes, lengthBytes);
    if (rest === undefined) break;
    let length = head & ((1 << (8 - lengthBytes)) - 1);
    let isOpen = length === (1 << (8 - lengthBytes)) - 1;
    for (let i = 1; i < lengthBytes; i++) {
      length = length * 256 + rest.getUint8(i);
      isOpen &&= rest.getUint8(i) === 255;
    }
    if (isOpen) break;
    at += nameBytes + lengthBytes + length;
  }
  if (files < 3) return {};
  const lost = source.size - third;
  return {
    fault: `has ${files} files in it, one behind the other: what is behind the second, ${lost} bytes, ` +
      "may not have been read; take them apart, or join them with ffmpeg -f concat",
  };
}
