/** How far the end of a zip is looked for: behind the longest comment, 64 KiB of other bytes, and zeros of any number. */
import { describe, expect, test } from "bun:test";
import { bytesSource } from "#lib/arrays/byte_source.ts";
import { findZipEnd } from "#lib/arrays/zip_end.ts";
import { endRecords } from "#lib/arrays/zip_records.ts";

const LONGEST = 0xffff;

/** "PK", so much of anything, the end records, a comment, other bytes, zeros. */
function zip(
  { wide, comment = 0, other = 0, zeros = 0 }: {
    wide: boolean;
    comment?: number;
    other?: number;
    zeros?: number;
  },
): Uint8Array<ArrayBuffer> {
  const before = Uint8Array.from({ length: 100 }, (_, i) => [0x50, 0x4b][i] ?? 1);
  const records = endRecords({ count: 1, offset: 40, size: 60, wide });
  new DataView(records.buffer).setUint16(records.length - 2, comment, true);
  const behind = new Uint8Array(comment + other + zeros).fill(0x2e, 0, comment + other);
  const bytes = new Uint8Array(before.length + records.length + behind.length);
  bytes.set(before);
  bytes.set(records, before.length);
  bytes.set(behind, before.length + records.length);
  return bytes;
}

describe.each([["zip", false], ["zip64", true]] as const)("the end of a %s", (_kind, wide) => {
  test.each([
    ["nothing", {}],
    ["the longest comment", { comment: LONGEST }],
    ["zeros", { zeros: 100_000 }],
    ["64 KiB of other bytes", { other: LONGEST }],
    ["the longest comment and zeros", { comment: LONGEST, zeros: 100_000 }],
    ["64 KiB of other bytes and zeros", { other: LONGEST, zeros: 100_000 }],
  ])("is found before %s", async (_, behind) => {
    const { other = 0, zeros = 0 } = behind as { other?: number; zeros?: number };
    const warnings: string[] = [];
    const bytes = zip({ wide, ...behind });
    const end = await findZipEnd(bytesSource(bytes, "a.npz"), { warn: (warning) => warnings.push(warning) });
    expect([end.count, end.offset, end.size]).toEqual([1, 40, 60]);
    const passed = other + zeros;
    expect(warnings).toEqual(
      passed > 0 ? [`a.npz: ${passed} bytes behind the zip's end were passed over.`] : [],
    );
  });
});

test("a zip of which only zeros are left behind its first bytes has no end", async () => {
  const bytes = new Uint8Array(200_000);
  bytes.set([0x50, 0x4b, 3, 4]);
  await expect(findZipEnd(bytesSource(bytes, "a.npz"))).rejects.toThrow(
    "a.npz: truncated: a zip without its directory at the end",
  );
});
