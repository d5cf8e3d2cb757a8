import { inWaveOrder } from "./channel_order.ts";
import type { DecodedBlock } from "./open_decoder.ts";

/** The cookie's last 24 bytes begin with the samples of a block; the number of channels is the tenth byte. */
const CHANNELS_AT = -24 + 9;

/** What is used of @audio/decode-aac, set up for Apple Lossless with {@linkcode spareCookie}. */
interface AlacDecoder {
  decode(
    packets: Uint8Array[],
  ): { readonly channelData: Float32Array<ArrayBuffer>[]; readonly sampleRate: number };
}

/**
 * An Apple Lossless cookie with a channel more than there is. A decoder is content when all channels are there; with one more to
 * look for it goes on, and finds the packet's end only where that is: behind damage it seldom stands right. (ffmpeg does so too,
 * and speaks of an "invalid element channel count".)
 *
 * @param cookie At least 24 bytes. (ALACMagicCookieDescription.txt)
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { spareCookie } from "#lib/audio/checked_alac.ts";
 *
 * const cookie = new Uint8Array(28).fill(2);
 * assert.equal(spareCookie(cookie)[13], 3);
 * ```
 */
export function spareCookie(cookie: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  const spare = cookie.slice();
  spare[spare.length + CHANNELS_AT]++;
  return spare;
}

const damaged = (message: string): DecodedBlock => ({
  channelData: [],
  sampleRate: 0,
  errors: [{ message }],
});

/**
 * What an Apple Lossless packet gives, channels in WAVE's order: nothing, and the reason, where it is damaged. It has no checksum;
 * damage shows where the packet does not end as it must, has sound in a channel that there is not, another number of samples than
 * it tells, or integers beyond those of its bits.
 *
 * @param decoder Set up with {@linkcode spareCookie}.
 * @param options `packet`; `frames`: samples that it tells (`alacPacketFrames`).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { checkedAlac } from "#lib/audio/checked_alac.ts";
 *
 * const gives = (value: number, spare: number) => ({
 *   decode: () => ({ channelData: [Float32Array.of(value), Float32Array.of(spare)], sampleRate: 8000 }),
 * });
 * const packet = new Uint8Array(7);
 * assert.deepEqual(checkedAlac(gives(0.5, 0), { packet, frames: 1 }).channelData, [Float32Array.of(0.5)]);
 * const [{ message }] = checkedAlac(gives(-1.5, 0), { packet, frames: 1 }).errors;
 * assert.equal(message, "a packet gives samples beyond full scale");
 * assert.equal(checkedAlac(gives(0.5, 0.1), { packet, frames: 1 }).channelData.length, 0);
 * ```
 */
export function checkedAlac(
  decoder: AlacDecoder,
  { packet, frames }: { readonly packet: Uint8Array; readonly frames: number },
): DecodedBlock {
  let decoded: ReturnType<AlacDecoder["decode"]>;
  try {
    decoded = decoder.decode([packet]);
  } catch (error) {
    return damaged(error instanceof Error ? error.message : String(error));
  }
  const { channelData, sampleRate } = decoded;
  const sound = channelData.slice(0, -1);
  const spare = channelData.at(-1);
  if (spare === undefined || sound.length === 0) return damaged("a packet gives no samples");
  if (spare.length !== frames) return damaged(`a packet gives ${spare.length} samples, not ${frames}`);
  if (spare.some((value) => value !== 0)) return damaged("a packet gives more channels than there are");
  // Integers are divided by the power of two that the least of them has.
  if (sound.some((samples) => samples.some((value) => value > 1 || value < -1))) {
    return damaged("a packet gives samples beyond full scale");
  }
  return { channelData: inWaveOrder(sound, "alac"), sampleRate, errors: [] };
}
