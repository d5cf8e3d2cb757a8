import { counted } from "#lib/language/counted.ts";
import { ArrayFileError } from "./array_file_error.ts";
import type { ByteSource } from "./byte_source.ts";
import { quote } from "./quote.ts";
import type { Warn } from "#lib/warnings/warn.ts";
import { findZipEnd } from "./zip_end.ts";

/** One member of a zip, as the central directory tells it. */
export interface ZipMember {
  /** Its name in the archive, with any `.npy`. */
  readonly name: string;
  /** Its bytes. */
  readonly nameBytes: Uint8Array;
  /** 0 stored, 8 deflated. */
  readonly method: number;
  readonly encrypted: boolean;
  readonly crc32: number;
  readonly packedSize: number;
  readonly size: number;
  /** Where its local header begins. */
  readonly offset: number;
  /** Why it is not to be read. */
  readonly fault?: string;
}

const ENTRY_LENGTH = 46;
const ENTRY_SIGNATURE = 0x02014b50;
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** The characters from 0x80 on of code page 437, in which names are without the flag for UTF-8. */
const UPPER_HALF_437 =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■ ";
/** Length of a local header before its name. */
const LOCAL_LENGTH = 30;

/**
 * Reads a zip's central directory, zip64 or not, and marks members that reach into the next one or the directory: no
 * stretch of the file can then be unpacked many times over.
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
export async function readZipDirectory(
  source: ByteSource,
  options: { readonly warn?: Warn } = {},
): Promise<ZipMember[]> {
  const place = { file: source.file };
  const { count, offset, size } = await findZipEnd(source, options);
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
      `corrupt zip: ${counted(size - at, "byte follows", "bytes follow")} the ${
        counted(count, "member")
      } in its directory`,
      place,
    );
  }
  return sideBySide(members, offset);
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
  let name: string;
  try {
    name = (flags & 0x800) === 0 ? codePage437(nameBytes) : UTF8.decode(nameBytes);
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
    nameBytes,
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

/** A name without the flag for UTF-8. */
function codePage437(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte < 0x80 ? String.fromCharCode(byte) : UPPER_HALF_437[byte - 0x80])
    .join("");
}

function sideBySide(members: readonly ZipMember[], directory: number): ZipMember[] {
  const sorted = [...members].sort((a, b) => a.offset - b.offset);
  const nextOf = new Map(sorted.map((member, i) => [member, sorted[i + 1]]));
  return members.map((member) => {
    const next = nextOf.get(member);
    if (member.offset + LOCAL_LENGTH + member.packedSize <= (next?.offset ?? directory)) return member;
    const what = next === undefined ? "the directory" : `member ${quote(next.name)}`;
    return { ...member, fault: `corrupt zip: it reaches into ${what}` };
  });
}
