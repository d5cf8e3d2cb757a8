/** What Vorbis' first header says. (Vorbis I, section 4.2.2) */
export interface VorbisHead {
  readonly channels: number;
  readonly sampleRate: number;
  /** Samples of a short and of a long block. */
  readonly blocks: readonly [number, number];
}

/**
 * What Vorbis' first header says; undefined where it is none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { vorbisHead } from "#lib/audio/vorbis_packets.ts";
 *
 * assert.equal(vorbisHead(new Uint8Array(30)), undefined);
 * ```
 */
export function vorbisHead(packet: Uint8Array): VorbisHead | undefined {
  if (String.fromCharCode(...packet.subarray(0, 7)) !== "\x01vorbis" || packet.length < 30) return undefined;
  const view = new DataView(packet.buffer, packet.byteOffset, packet.byteLength);
  const [channels, sampleRate] = [packet[11], view.getUint32(12, true)];
  const blocks = [1 << (packet[28] & 15), 1 << (packet[28] >> 4)] as const;
  if (channels === 0 || sampleRate === 0 || blocks[0] < 64 || blocks[1] > 8192 || blocks[0] > blocks[1]) {
    return undefined;
  }
  return { channels, sampleRate, blocks };
}

/**
 * Which modes of a Vorbis stream have long blocks, by its third header. They stand at its end, where nothing tells the
 * way: they are read backwards, as ffmpeg and liboggz do.
 *
 * @returns Undefined where it is no such header.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { oggPages } from "#lib/audio/ogg_pages.ts";
 * import { openFile } from "#lib/audio/open_file.ts";
 * import { vorbisModes } from "#lib/audio/vorbis_packets.ts";
 *
 * const file = await openFile("tests/audio/samples/stereo.ogg");
 * const [, headers] = await Array.fromAsync(oggPages(file));
 * await file.close();
 * assert.deepEqual(vorbisModes(headers.parts[1]), [false, true]);
 * ```
 */
export function vorbisModes(setup: Uint8Array): boolean[] | undefined {
  if (String.fromCharCode(...setup.subarray(0, 7)) !== "\x05vorbis") return undefined;
  const bit = (at: number) => (setup[at >> 3] >> (at & 7)) & 1;
  const number = (at: number, bits: number) => {
    let value = 0;
    for (let i = bits - 1; i >= 0; i--) value = value * 2 + bit(at + i);
    return value;
  };
  // The framing bit is the last that is set.
  let end = setup.length * 8 - 1;
  while (end > 56 && bit(end) === 0) end--;
  const modes: boolean[] = [];
  let found: boolean[] | undefined;
  // Of each mode: one bit of size, 16 of window, 16 of transform, both 0, and 8 of mapping.
  for (let at = end - 41; at > 56 + 6 && modes.length < 64; at -= 41) {
    if (number(at + 1, 16) !== 0 || number(at + 17, 16) !== 0 || number(at + 33, 8) > 63) break;
    modes.unshift(bit(at) === 1);
    if (number(at - 6, 6) + 1 === modes.length) found = [...modes];
  }
  return found;
}

/**
 * Tells how many samples the packets of a Vorbis stream give, one after the other: a quarter of the block before and a
 * quarter of their own; the first gives none. (Vorbis I, section 4.3.8)
 *
 * @param setup Both headers.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { vorbisCounter } from "#lib/audio/vorbis_packets.ts";
 *
 * const count = vorbisCounter({ blocks: [256, 2048], modes: [false, true] });
 * assert.deepEqual([0, 0, 2, 2].map((byte) => count(Uint8Array.of(byte))), [0, 128, 576, 1024]);
 * ```
 */
export function vorbisCounter(
  setup: { blocks: readonly [number, number]; modes: readonly boolean[] },
): (packet: Uint8Array) => number {
  const { blocks, modes } = setup;
  const bits = Math.ceil(Math.log2(modes.length));
  let before = 0;
  return (packet) => {
    // An empty packet, or a header among the others, is no sound.
    if (packet.length === 0 || packet[0] & 1) return 0;
    const block = blocks[Number(modes[(packet[0] >> 1) & ((1 << bits) - 1)] ?? false)];
    const frames = before === 0 ? 0 : (before + block) / 4;
    before = block;
    return frames;
  };
}
