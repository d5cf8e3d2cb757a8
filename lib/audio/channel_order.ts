/** How a coding orders its channels. */
export type ChannelCoding = "vorbis" | "aac" | "alac";

/**
 * Which of a coding's channels stands at each place of WAVE's order, by their number. Vorbis: Vorbis I, section 4.3.9, which
 * Opus' mapping family 1 shares (RFC 7845, section 5.1.1.2). Apple Lossless: ALACAudioTypes.h. AAC of 8 channels: the pair
 * behind the front is at the sides, as encoders and ffmpeg have it; of fewer its decoder here does this by itself.
 */
const ORDERS: Readonly<Record<ChannelCoding, Readonly<Record<number, readonly number[]>>>> = {
  vorbis: {
    3: [0, 2, 1],
    5: [0, 2, 1, 3, 4],
    6: [0, 2, 1, 5, 3, 4],
    7: [0, 2, 1, 6, 5, 3, 4],
    8: [0, 2, 1, 7, 5, 6, 3, 4],
  },
  aac: { 8: [1, 2, 0, 7, 5, 6, 3, 4] },
  alac: {
    3: [1, 2, 0],
    4: [1, 2, 0, 3],
    5: [1, 2, 0, 3, 4],
    6: [1, 2, 0, 5, 3, 4],
    7: [1, 2, 0, 6, 3, 4, 5],
    8: [3, 4, 0, 7, 5, 6, 1, 2],
  },
};

/**
 * Puts what belongs to each channel into WAVE's order, which recordings of all formats have here: front left, front right,
 * front centre, low frequencies, back left, back right, ... (Microsoft, KSAUDIO_CHANNEL_CONFIG: the order of the bits of
 * `dwChannelMask`). So that `--channel 2` is the centre of 5.1 wherever it comes from.
 *
 * @param ofEach One for each channel, in the coding's order.
 * @returns The same where the orders are, or no order is defined for so many.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { inWaveOrder } from "#lib/audio/channel_order.ts";
 *
 * const vorbis = ["FL", "FC", "FR", "BL", "BR", "LFE"];
 * assert.deepEqual(inWaveOrder(vorbis, "vorbis"), ["FL", "FR", "FC", "LFE", "BL", "BR"]);
 * assert.deepEqual(inWaveOrder(["FL", "FR"], "vorbis"), ["FL", "FR"]);
 * ```
 */
export function inWaveOrder<T>(ofEach: readonly T[], coding: ChannelCoding): T[] {
  return ORDERS[coding][ofEach.length]?.map((at) => ofEach[at]) ?? [...ofEach];
}
