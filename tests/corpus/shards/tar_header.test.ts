import { expect, test } from "bun:test";
import { tarHeader } from "#lib/corpus/shards/encode_tar.ts";
import { parseTarHeader, tarNumber } from "#lib/corpus/shards/tar_header.ts";

test.each<[string, number[], number | undefined]>([
  ["base 256", [0x80, 0, 0, 1, 2], 258],
  ["a negative one", [0xff, 0xff, 0xff, 0xff, 0xfe], -2],
  ["the largest that a number holds", [0x80, 0x1f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 2 ** 53 - 1],
  ["one more", [0x80, 0x20, 0, 0, 0, 0, 0, 0], undefined],
  ["another first byte above 127", [0x81, 0, 0, 0, 1], undefined],
  ["spaces alone", [0x20, 0x20], 0],
  ["digit 8", [0x31, 0x38], undefined],
  ["digits behind the end", [0x31, 0, 0x31], undefined],
])("a number of a header: %s", (_, bytes, value) => {
  expect(tarNumber(Uint8Array.from(bytes))).toBe(value);
});

/** A header with another size, and its checksum put right. */
function sized(size: readonly number[]): Uint8Array {
  const block = Uint8Array.from(tarHeader("a.wav", 0));
  block.set(size, 124);
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.set(new TextEncoder().encode(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
  return block;
}

test("sizes beyond 8 GiB are read, negative ones are none", () => {
  const bytes = [0x80, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 5];
  expect(parseTarHeader(sized(bytes))).toEqual({ name: "a.wav", bytes: 2 ** 33 + 5, type: "0" });
  const fault = { fault: "its header tells no size", name: "a.wav" };
  expect(parseTarHeader(sized(new Array(12).fill(0xff)))).toEqual(fault);
  expect(parseTarHeader(sized([0x81, ...new Array(11).fill(0)]))).toEqual(fault);
});
