/** Samples of a block; Apple's own encoder takes 4096. */
const MOST_FRAMES = 1 << 17;

/**
 * Samples of a whole block by an Apple Lossless cookie. (ALACMagicCookieDescription.txt)
 *
 * @returns Undefined where the cookie makes no sense.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { alacBlockFrames } from "#lib/audio/alac_packet.ts";
 *
 * const cookie = new Uint8Array(28);
 * cookie[6] = 16;
 * assert.equal(alacBlockFrames(cookie), 4096);
 * assert.equal(alacBlockFrames(new Uint8Array(28)), undefined);
 * ```
 */
export function alacBlockFrames(cookie: Uint8Array): number | undefined {
  if (cookie.length < 24) return undefined;
  const at = cookie.length - 24;
  const frames = new DataView(cookie.buffer, cookie.byteOffset, cookie.length).getUint32(at);
  return frames === 0 || frames > MOST_FRAMES ? undefined : frames;
}

/**
 * Samples that an Apple Lossless packet tells: of a whole block, or of fewer, as the last one has.
 *
 * @param block Samples of a whole block.
 * @returns Undefined where it claims more than a block: a decoder believes 32 bits of a damaged one, and takes hours.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { alacPacketFrames } from "#lib/audio/alac_packet.ts";
 *
 * // 3 bits of kind, 4 of number, 12 of zeros, then the bit that says that 32 bits of samples follow 3 bits later.
 * assert.equal(alacPacketFrames(Uint8Array.of(0x20, 0, 0x10, 0, 0, 0x10, 0), 4096), 2048);
 * assert.equal(alacPacketFrames(Uint8Array.of(0x20, 0, 0, 0, 0, 0x10, 0), 4096), 4096);
 * assert.equal(alacPacketFrames(Uint8Array.of(0x20, 0, 0x10, 0xff, 0, 0x10, 0), 4096), undefined);
 * ```
 */
export function alacPacketFrames(packet: Uint8Array, block: number): number | undefined {
  if (packet.length < 7) return undefined;
  if ((packet[2] & 0x10) === 0) return block;
  const claimed = (packet[2] & 1) * 2 ** 31 + packet[3] * 2 ** 23 + packet[4] * 2 ** 15 + packet[5] * 2 ** 7 +
    (packet[6] >> 1);
  return claimed <= block ? claimed : undefined;
}
