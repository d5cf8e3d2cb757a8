import { expect, test } from "bun:test";
import { unpackLz4Block } from "#lib/corpus/tables/lz4_block.ts";

test.each<[string, readonly number[], number, string]>([
  ["ends within a length", [0xf0], 20, "The LZ4 block ends within a length."],
  ["ends within a length that goes on", [0xf0, 255], 400, "The LZ4 block ends within a length."],
  [
    "ends within its bytes",
    [0x30, 1, 2],
    3,
    "The LZ4 block has more than 3 bytes in it, or ends within them.",
  ],
  ["has too many", [0x20, 1, 2], 1, "The LZ4 block has more than 1 bytes in it, or ends within them."],
  ["repeats too many", [0x10, 1, 1, 0], 4, "The LZ4 block has more than 4 bytes in it."],
  ["has too few", [0x10, 1], 2, "The LZ4 block has 1 bytes in it, and 2 are needed."],
  ["points before its beginning", [0x10, 1, 2, 0], 5, "The LZ4 block points before its beginning."],
  ["points nowhere", [0x10, 1, 0, 0], 5, "The LZ4 block points before its beginning."],
])("a block that %s is refused", (_, packed, size, message) => {
  expect(() => unpackLz4Block(Uint8Array.from(packed), size)).toThrow(message);
});

test("lengths of 15 and more go on in bytes, and bytes are repeated as they come", () => {
  const literals = Array.from({ length: 270 }, (_, i) => i & 255);
  expect([...unpackLz4Block(Uint8Array.of(0xf0, 255, 0, ...literals), 270)]).toEqual(literals);
  // One byte, repeated 4 + 15 + 255 + 1 times, then one more.
  const repeated = unpackLz4Block(Uint8Array.of(0x1f, 7, 1, 0, 255, 1, 0x10, 8), 277);
  expect([...repeated]).toEqual([...new Array<number>(276).fill(7), 8]);
});
