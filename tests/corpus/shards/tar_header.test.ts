import { expect, test } from "bun:test";
import { tarHeader } from "#lib/corpus/shards/encode_tar.ts";
import { parseTarHeader, type TarHeader, tarNumber } from "#lib/corpus/shards/tar_header.ts";
import { tarText } from "#lib/corpus/shards/tar_text.ts";

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

/** A header with other bytes in places, and its checksum put right, of bytes without a sign or with one. */
function changed(places: Readonly<Record<number, readonly number[] | string>>, { isSigned = false } = {}) {
  const block = Uint8Array.from(tarHeader("a.wav", 0));
  for (const [at, bytes] of Object.entries(places)) {
    block.set(typeof bytes === "string" ? new TextEncoder().encode(bytes) : bytes, Number(at));
  }
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte - (isSigned && byte > 127 ? 256 : 0), 0);
  block.set(new TextEncoder().encode(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
  return block;
}

test("sizes beyond 8 GiB are read, negative ones are none", () => {
  const bytes = [0x80, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 5];
  expect(parseTarHeader(changed({ 124: bytes }))).toEqual({ name: "a.wav", bytes: 2 ** 33 + 5, type: "0" });
  const fault = { fault: "its header tells no size", name: "a.wav" };
  expect(parseTarHeader(changed({ 124: new Array(12).fill(0xff) }))).toEqual(fault);
  expect(parseTarHeader(changed({ 124: [0x81, ...new Array(11).fill(0)] }))).toEqual(fault);
});

const nameOf = (places: Parameters<typeof changed>[0]) => (parseTarHeader(changed(places)) as TarHeader).name;

test("a name has the prefix of POSIX before it where the magic is POSIX's to its last byte", () => {
  expect(nameOf({ 345: "day1" })).toBe("day1/a.wav");
  expect(nameOf({ 345: "d".repeat(155) })).toBe(`${"d".repeat(155)}/a.wav`);
  // GNU's magic: other fields are where the prefix was.
  expect(nameOf({ 257: "ustar  \0", 345: "0123" })).toBe("a.wav");
  for (let at = 257; at < 263; at++) expect(nameOf({ [at]: [0x58], 345: "day1" })).toBe("a.wav");
});

test("star keeps times behind 131 bytes of prefix, and says so at the end", () => {
  const prefix = { 345: "d".repeat(155) };
  expect(nameOf({ ...prefix, 508: "tar\0" })).toBe(`${"d".repeat(131)}/a.wav`);
  for (let at = 508; at < 512; at++) {
    expect(nameOf({ ...prefix, 508: "tar\0", [at]: [0x58] })).toBe(`${"d".repeat(155)}/a.wav`);
  }
});

test("in v7 a name with a slash at its end is a folder", () => {
  const typeOf = (name: string, type: number) => parseTarHeader(changed({ 0: name, 156: [type] }));
  expect(typeOf("day1/", 0)).toMatchObject({ name: "day1/", type: "5" });
  expect(typeOf("day1/", 0x30)).toMatchObject({ name: "day1/", type: "0" });
  expect(typeOf("day1.", 0)).toMatchObject({ name: "day1.", type: "0" });
});

test("the checksum is of bytes without a sign or with one, and no other", () => {
  const latin = { 0: [0xe9, 0xe8] };
  for (const isSigned of [false, true]) {
    expect(parseTarHeader(changed(latin, { isSigned }))).toMatchObject({ type: "0", bytes: 0 });
  }
  const wrong = { fault: "its header's checksum is wrong", name: "a.wav" };
  const more = changed({}), none = changed({});
  more[153] = 0x31;
  none.set(new TextEncoder().encode("checksum"), 148);
  expect([parseTarHeader(more), parseTarHeader(none)]).toEqual([wrong, wrong]);
});

test("bytes that are no UTF-8 are told apart in a name, and characters around them stay", () => {
  const text = (...bytes: (number | string)[]) =>
    tarText(
      Uint8Array.from(
        bytes.flatMap((one) => typeof one === "string" ? [...new TextEncoder().encode(one)] : [one]),
      ),
    );
  expect(text("é日🎙", 0xff, "a", 0xe9, "é日🎙")).toBe("é日🎙\udcffa\udce9é日🎙");
  // The first bytes of two, three and four, and nothing or too little behind.
  expect(text(0xc3)).toBe("\udcc3");
  expect(text(0xe6, 0x97)).toBe("\udce6\udc97");
  expect(text("a", 0xf0, 0x9f, 0x8e)).toBe("a\udcf0\udc9f\udc8e");
  // U+0800 and U+10000, the first of three and of four bytes.
  expect(text("\u0800\u{10000}", 0x80)).toBe("\u0800\u{10000}\udc80");
});
