/** Where a FLAC frame ends: at the first right checksum before something that may follow a frame. */
import { describe, expect, test } from "bun:test";
import { Buffer } from "node:buffer";
import { flacFrameAt } from "#lib/audio/flac_frame.ts";
import { flacFrameHeader } from "#lib/audio/flac_header.ts";
import { crc } from "./flac_maker.ts";

/** A frame of one constant channel of 16 bits; `head` are the header's bytes before its checksum. */
function frame(head: readonly number[]): number[] {
  const bytes = [...head, crc(head, 8, 0x07), 0, 0, 0];
  const sum = crc(bytes, 16, 0x8005);
  return [...bytes, sum >> 8, sum & 255];
}

/** 1152 samples at 44.1 kHz, the frame with number 2. */
const FIRST = frame([0xff, 0xf8, 0x39, 0x08, 2]);

/** Bytes of the frame that `bytes` start with, where the file ends with them. */
function length(bytes: readonly number[]): number | undefined {
  const file = Uint8Array.from(bytes);
  const header = flacFrameHeader(file, 0);
  return header && flacFrameAt(file, { at: 0, header, isWhole: true })?.bytes;
}

describe("a frame ends before", () => {
  // In each, the checksum over all bytes to the file's end is right as well.
  test.each<[string, readonly number[], number]>([
    ["the next frame", frame([0xff, 0xf8, 0x39, 0x08, 3]), 11],
    ["a frame of another shape", frame([0xff, 0xf9, 0xca, 0x18, 3]), 11],
    // Of the last byte the upper half, which tells how channels are coded, may differ in any bit.
    ["four bytes of which four bits are not a header's", [0xf7, 0xb8, 0x31, 0x9c], 11],
    ["no four bytes of which five bits are not a header's", [0xf4, 0x78, 0x39, 0x1c], 15],
    ["zeros, which keep it right to whatever end, but for two that may be its sum", [0, 0, 0, 0], 13],
  ])("%s", (_, behind, expected) => {
    const bytes = [...FIRST, ...behind];
    expect(crc(bytes, 16, 0x8005)).toBe(0);
    expect(length(bytes)).toBe(expected);
  });

  test("the file's end, and before a tag", () => {
    expect(length(FIRST)).toBe(11);
    expect(length([...FIRST, ...Buffer.from("TAG"), ...new Uint8Array(125)])).toBe(11);
  });

  test("nothing, with a sum whose last byte is 0, be zeros behind it or not", () => {
    const frames = Array.from({ length: 128 }, (_, number) => frame([0xff, 0xf8, 0x39, 0x08, number]));
    const odd = frames.filter((bytes) => bytes.at(-1) === 0);
    expect(odd.length).toBeGreaterThan(0);
    for (const bytes of odd) {
      expect(length(bytes)).toBe(11);
      // Seen a byte before its end, and two zeros more.
      expect(length([...bytes, ...new Uint8Array(5000)])).toBe(12);
    }
  });

  test("bytes that tell nothing, where no other checksum is right", () => {
    expect(length([...FIRST, 1, 2, 3, 4])).toBe(11);
    // Zeros keep it right: all places among them are one.
    expect(length([...FIRST, 0, 0, 0, 4])).toBe(13);
    // Another place with a right sum: nothing tells which of both it is.
    expect(length([...FIRST, 0xf4, 0x78, 0x39, 0x1c, 4])).toBe(undefined);
  });
});
