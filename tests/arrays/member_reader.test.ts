import { describe, expect, test } from "bun:test";
import { crc32, deflateRawSync } from "node:zlib";
import { ArrayFileError } from "#lib/arrays/mod.ts";
import { readUpTo } from "#lib/arrays/byte_reader.ts";
import { type ByteSource, bytesSource } from "#lib/arrays/byte_source.ts";
import { type MemberReader, openMember } from "#lib/arrays/member_reader.ts";
import { refusal } from "./refusal.ts";
import { counted } from "#lib/language/counted.ts";

const place = { file: "x.npz", array: "a" };

/** A zip's first member `a`, deflated, with `trailing` bytes counted to it that deflate does not need. */
function deflatedMember(
  data: Uint8Array,
  trailing = 0,
): { bytes: Uint8Array; open: () => Promise<MemberReader> } {
  const packed = deflateRawSync(data);
  const bytes = new Uint8Array(31 + packed.length + trailing).fill(0xaa);
  const view = new DataView(bytes.buffer);
  bytes.fill(0, 0, 30);
  view.setUint32(0, 0x04034b50, true);
  view.setUint16(8, 8, true);
  view.setUint16(26, 1, true);
  bytes[30] = "a".charCodeAt(0);
  bytes.set(packed, 31);
  const packedSize = packed.length + trailing;
  const member = {
    name: "a",
    nameBytes: Uint8Array.of(0x61),
    method: 8,
    encrypted: false,
    crc32: crc32(data),
    packedSize,
    size: data.length,
    offset: 0,
  };
  return { bytes, open: () => openMember(bytesSource(bytes, place.file), { member, place }) };
}

/** Bytes that deflate cannot shorten. */
function noise(length: number): Uint8Array<ArrayBuffer> {
  let state = 1;
  return Uint8Array.from({ length }, () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24);
}

describe("a deflated member", () => {
  const lengths = [1, 65535, 65536, 65537, 300_000];

  test.each(lengths)("of %d bytes comes whole, in any portions", async (length) => {
    const data = noise(length);
    const reader = await deflatedMember(data).open();
    const target = new Uint8Array(length);
    for (let at = 0, portion = 1; at < length; portion = portion * 3 % 70_001) {
      const part = await readUpTo(reader, target.subarray(at, at + portion));
      expect(part.length).toBe(Math.min(portion, length - at));
      at += part.length;
    }
    await reader.finish();
    reader.close();
    expect(target).toEqual(data);
  });

  test.each(lengths.flatMap((length) => lengths.map((trailing): [number, number] => [length, trailing])))(
    "of %d bytes, then %d that are not its own",
    async (length, trailing) => {
      const reader = await deflatedMember(noise(length), trailing).open();
      const error = await refusal(async () => {
        await readUpTo(reader, new Uint8Array(length));
        await reader.finish();
      });
      reader.close();
      expect(error.fault).toBe(
        `corrupt zip: ${counted(trailing, "byte follows", "bytes follow")} its deflated ones`,
      );
    },
  );

  test.each([
    [new ArrayFileError("gone", place)],
    [Object.assign(new Error("the disk broke"), { code: "EIO" })],
  ])("what the source throws comes through: %s", async (thrown) => {
    const { bytes } = deflatedMember(noise(300_000));
    const packedSize = bytes.length - 31;
    const member = {
      name: "a",
      nameBytes: Uint8Array.of(0x61),
      method: 8,
      encrypted: false,
      crc32: 0,
      packedSize,
      size: 300_000,
      offset: 0,
    };
    const inner = bytesSource(bytes, place.file);
    const breaking: ByteSource = {
      ...inner,
      read: (target, position) => position > 100_000 ? Promise.reject(thrown) : inner.read(target, position),
    };
    const reader = await openMember(breaking, { member, place });
    const error: unknown = await readUpTo(reader, new Uint8Array(300_000)).then(
      () => undefined,
      (error) => error,
    );
    reader.close();
    expect(error).toBe(thrown);
  });

  test("closing early leaves nothing running", async () => {
    for (let i = 0; i < 50; i++) {
      const reader = await deflatedMember(noise(300_000)).open();
      await reader.read(new Uint8Array(10));
      reader.close();
    }
  });
});
