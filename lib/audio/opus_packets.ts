import { inWaveOrder } from "./channel_order.ts";
import type { OpusSetup } from "./open_decoder.ts";

/**
 * What an OpusHead packet says: how the decoder is set up, channels in WAVE's order, and how many samples it gives before the sound.
 * (RFC 7845, section 5.1)
 *
 * @returns Undefined where it is none, or says what no decoder can do.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { opusHead } from "#lib/audio/opus_packets.ts";
 *
 * const packet = new Uint8Array(19);
 * packet.set(new TextEncoder().encode("OpusHead"));
 * packet.set([1, 2, 0x38, 1, 0, 0, 0, 0, 0, 6, 0], 8);
 * const head = opusHead(packet);
 * assert.deepEqual([head?.skip, head?.setup.channels, head?.setup.streams], [312, 2, 1]);
 * assert.equal(head?.setup.gain, 10 ** (6 / 20));
 * ```
 */
export function opusHead(packet: Uint8Array): { setup: OpusSetup; skip: number } | undefined {
  if (String.fromCharCode(...packet.subarray(0, 8)) !== "OpusHead" || packet.length < 19) return undefined;
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const channels = packet[9];
  const gain = 10 ** (view.getInt16(16, true) / 256 / 20);
  const skip = view.getUint16(10, true);
  if (packet[8] >> 4 !== 0 || channels === 0) return undefined;
  if (packet[18] === 0) {
    if (channels > 2) return undefined;
    const mapping = channels === 2 ? [0, 1] : [0];
    return { setup: { channels, streams: 1, coupled: channels - 1, mapping, gain }, skip };
  }
  const [streams, coupled] = [packet[19], packet[20]];
  const written = [...packet.subarray(21, 21 + channels)];
  // Family 1 has the order of Vorbis; of the others' channels nothing is known, or they are no loudspeakers'.
  const mapping = packet[18] === 1 ? inWaveOrder(written, "vorbis") : written;
  // Family 3 has a matrix in place of the mapping. (RFC 8486)
  if (packet[18] === 3 || mapping.length < channels || streams === 0 || coupled > streams) return undefined;
  if (mapping.some((stream) => stream !== 255 && stream >= streams + coupled)) return undefined;
  return { setup: { channels, streams, coupled, mapping, gain }, skip };
}

/**
 * Samples at 48 kHz that an Opus packet holds, by its first bytes; 0 where it is broken. (RFC 6716, section 3.1)
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { opusFrames } from "#lib/audio/opus_packets.ts";
 *
 * assert.equal(opusFrames(Uint8Array.of(0xfc)), 960);
 * ```
 */
export function opusFrames(packet: Uint8Array): number {
  if (packet.length === 0) return 0;
  const config = packet[0] >> 3;
  const size = config < 12
    ? [480, 960, 1920, 2880][config & 3]
    : config < 16
    ? [480, 960][config & 1]
    : [120, 240, 480, 960][config & 3];
  const code = packet[0] & 3;
  const count = code === 0 ? 1 : code < 3 ? 2 : packet.length > 1 ? packet[1] & 63 : 0;
  const frames = size * count;
  return frames > 5760 ? 0 : frames;
}
