/**
 * The bytes of the tag at a place between frames: ID3 of version 2 or 1, or APE. 0 where none begins. Such a one is no
 * damage. (id3.org; APEv2)
 *
 * @param bytes From that place on, 32 of them where the file has as many.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { tagBytes } from "#lib/audio/tag_bytes.ts";
 *
 * assert.equal(tagBytes(new TextEncoder().encode("ID3\x04\0\0\0\0\x01\x02...")), 10 + 128 + 2);
 * assert.equal(tagBytes(new TextEncoder().encode("TAGTitle")), 128);
 * assert.equal(tagBytes(Uint8Array.of(0xff, 0xfb, 0x90, 0x44)), 0);
 * ```
 */
export function tagBytes(bytes: Uint8Array): number {
  // "I", "T" or "A"; this is asked for every frame.
  if (bytes[0] !== 0x49 && bytes[0] !== 0x54 && bytes[0] !== 0x41) return 0;
  const text = String.fromCharCode(...bytes.subarray(0, 11));
  if (text.startsWith("ID3") && bytes.length >= 10 && (bytes[6] | bytes[7] | bytes[8] | bytes[9]) < 0x80) {
    return 10 + ((bytes[6] << 21) | (bytes[7] << 14) | (bytes[8] << 7) | bytes[9]) +
      (bytes[5] & 0x10 ? 10 : 0);
  }
  if (text.startsWith("TAG")) return 128;
  if (text.startsWith("APETAGEX") && bytes.length >= 32) {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const isHeader = (view.getUint32(20, true) & 0x20000000) !== 0;
    return isHeader ? 32 + view.getUint32(12, true) : 32;
  }
  return 0;
}
