import { ArrayFileError } from "./array_file_error.ts";
import type { ByteSource } from "./byte_source.ts";
import { quote } from "./quote.ts";
import { findZipEnd } from "./zip_end.ts";

/** One member of a zip, as the central directory tells it. */
export interface ZipMember {
  /** Its name in the archive, with any `.npy`. */
  readonly name: string;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly encrypted: boolean;
  readonly crc32: number;
  readonly packedSize: number;
  readonly size: number;
  /** Where its local header begins. */
  readonly offset: number;
}

const ENTRY_LENGTH = 46;
const ENTRY_SIGNATURE = 0x02014b50;
/** Length of a local header before its name. */
const LOCAL_LENGTH = 30;

/**
 * Reads a zip's central directory, zip64 or not, and checks that its members lie in the file side by side: no
 * member can then be read past the end, nor one stretch of the file be unpacked many times over.
 *
 * Source: PKWARE APPNOTE.TXT 6.3, sections 4.3 and 4.5.3.
 *
 * @returns The members in the directory's order, which need not be that of their bytes.
 * @throws {ArrayFileError} The file is no zip, or its directory is damaged.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { bytesSource } from "#lib/arrays/byte_source.ts";
 * import { readZipDirectory } from "#lib/arrays/zip_directory.ts";
 * import { directoryEntry, endRecords, localHeader } from "#lib/arrays/zip_records.ts";
 *
 * const sizes = { crc32: 0, packedSize: 0, size: 0, offset: 0, wide: false };
 * const record = { name: new TextEncoder().encode("é.npy"), utf8: true, method: 0, ...sizes } as const;
 * const [header, entry] = [localHeader(record), directoryEntry(record)];
 * const end = endRecords({ count: 1, offset: header.length, size: entry.length, wide: false });
 * const zip = Uint8Array.of(...header, ...entry, ...end);
 * const members = await readZipDirectory(bytesSource(zip, "empty.npz"));
 * assert.deepEqual(members.map(({ name, size }) => [name, size]), [["é.npy", 0]]);
 * ```
 */
export async function readZipDirectory(source: ByteSource): Promise<ZipMember[]> {
  const place = { file: source.file };
  const { count, offset, size } = await findZipEnd(source);
  const bytes = new Uint8Array(size);
  await source.read(bytes, offset);
  const members: ZipMember[] = [];
  let at = 0;
  while (members.length < count) {
    const { member, length } = readEntry(bytes.subarray(at), { file: source.file, index: members.length });
    members.push(member);
    at += length;
  }
  if (at !== size) {
    throw new ArrayFileError(
      `corrupt zip: ${size - at} bytes follow the ${count} members in its directory`,
      place,
    );
  }
  checkSideBySide(members, { file: source.file, end: offset });
  return members;
}

function readEntry(
  bytes: Uint8Array,
  where: { file: string; index: number },
): { member: ZipMember; length: number } {
  const corrupt = (what: string) =>
    new ArrayFileError(`corrupt zip: ${what} (entry ${where.index + 1} of the directory)`, {
      file: where.file,
    });
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < ENTRY_LENGTH) throw corrupt("its directory ends early");
  if (view.getUint32(0, true) !== ENTRY_SIGNATURE) throw corrupt("its directory has a wrong signature");
  const nameEnd = ENTRY_LENGTH + view.getUint16(28, true);
  const extraEnd = nameEnd + view.getUint16(30, true);
  const length = extraEnd + view.getUint16(32, true);
  if (length > bytes.length) throw corrupt("its directory ends early");
  const flags = view.getUint16(8, true);
  const nameBytes = bytes.subarray(ENTRY_LENGTH, nameEnd);
  // Without the flag a name is in code page 437, of which only the ASCII half is read.
  if ((flags & 0x800) === 0 && nameBytes.some((byte) => byte > 0x7f)) {
    throw corrupt("a name that is not UTF-8");
  }
  let name: string;
  try {
    name = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(nameBytes);
  } catch {
    throw corrupt("a name that is not UTF-8");
  }
  const wide = wideFields(bytes.subarray(nameEnd, extraEnd), corrupt);
  // The wide values stand in this order, and only those that the narrow field leaves open.
  const field = (at: number) => {
    const narrow = view.getUint32(at, true);
    if (narrow !== 0xffffffff) return narrow;
    const value = wide.shift();
    if (value === undefined) return narrow;
    if (value > Number.MAX_SAFE_INTEGER) throw corrupt(`a size or offset of ${value}`);
    return Number(value);
  };
  const size = field(24);
  const packedSize = field(20);
  const member: ZipMember = {
    name,
    method: view.getUint16(10, true),
    encrypted: (flags & 1) !== 0,
    crc32: view.getUint32(16, true),
    packedSize,
    size,
    offset: field(42),
  };
  return { member, length };
}

/** The 64-bit values of the zip64 extra field (id 1), or none. */
function wideFields(extra: Uint8Array, corrupt: (what: string) => Error): bigint[] {
  const view = new DataView(extra.buffer, extra.byteOffset, extra.length);
  for (let at = 0; at + 4 <= extra.length;) {
    const [id, length] = [view.getUint16(at, true), view.getUint16(at + 2, true)];
    if (at + 4 + length > extra.length) throw corrupt("an extra field ends early");
    if (id === 1) {
      return Array.from(
        { length: Math.floor(length / 8) },
        (_, i) => view.getBigUint64(at + 4 + 8 * i, true),
      );
    }
    at += 4 + length;
  }
  return [];
}

function checkSideBySide(members: readonly ZipMember[], where: { file: string; end: number }): void {
  const sorted = [...members].sort((a, b) => a.offset - b.offset);
  for (const [i, member] of sorted.entries()) {
    const end = member.offset + LOCAL_LENGTH + member.packedSize;
    const next = sorted[i + 1]?.offset ?? where.end;
    if (end <= next) continue;
    const what = i + 1 < sorted.length ? `into member ${quote(sorted[i + 1].name)}` : "into the directory";
    throw new ArrayFileError(
      `corrupt zip: member ${quote(member.name)} reaches ${what}`,
      { file: where.file },
    );
  }
}
