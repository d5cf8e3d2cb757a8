/** Which channel is which stream in Opus of several. (RFC 7845, section 5.1.1) */
import { describe, expect, test } from "bun:test";
import { opusHead } from "#lib/audio/opus_packets.ts";

/** A head of mapping family 1. */
function head({ channels, streams, coupled, mapping }: {
  channels: number;
  streams: number;
  coupled: number;
  mapping: readonly number[];
}): Uint8Array {
  const text = new TextEncoder().encode("OpusHead");
  return Uint8Array.of(...text, 1, channels, 0, 0, 0, 0, 0, 0, 0, 0, 1, streams, coupled, ...mapping);
}

describe("a head of several streams", () => {
  test.each([
    [{ channels: 2, streams: 2, coupled: 0, mapping: [1, 0] }],
    [{ channels: 2, streams: 1, coupled: 1, mapping: [0, 1] }],
    [{ channels: 2, streams: 1, coupled: 0, mapping: [0, 255] }],
  ])("is read: %j", (setup) => expect(opusHead(head(setup))?.setup).toEqual({ ...setup, gain: 1 }));

  test("gives the channels in WAVE's order: left, right, centre", () => {
    const setup = { channels: 3, streams: 2, coupled: 1, mapping: [0, 2, 1] }; // left, centre, right
    expect(opusHead(head(setup))?.setup.mapping).toEqual([0, 1, 2]);
  });

  test.each([
    ["a channel of a stream that is not there", { channels: 3, streams: 2, coupled: 1, mapping: [0, 3, 1] }],
    ["the like without coupled ones", { channels: 2, streams: 1, coupled: 0, mapping: [0, 1] }],
    ["fewer channels than it counts", { channels: 3, streams: 2, coupled: 1, mapping: [0, 1] }],
    ["no stream", { channels: 1, streams: 0, coupled: 0, mapping: [255] }],
    ["more coupled streams than streams", { channels: 2, streams: 1, coupled: 2, mapping: [0, 1] }],
  ])("is none with %s", (_, setup) => expect(opusHead(head(setup))).toBe(undefined));
});
