import { ArrayFileError } from "./array_file_error.ts";
import type { ByteSource } from "./byte_source.ts";

/** Where a zip's central directory lies, and how many members it lists. */
export interface ZipEnd {
  readonly count: number;
  readonly offset: number;
  readonly size: number;
}

const END_LENGTH = 22;
const END_SIGNATURE = 0x06054b50;
const MAX_COMMENT = 0xffff;
const LOCATOR_LENGTH = 20;
const LOCATOR_SIGNATURE = 0x07064b50;
const END64_LENGTH = 56;
const END64_SIGNATURE = 0x06064b50;
/** A directory entry takes 46 bytes and its name. */
const MIN_ENTRY_LENGTH = 46;

/**
 * Finds the end-of-directory record behind a zip's last byte, and its zip64 companion if there is one.
 *
 * Source: PKWARE APPNOTE.TXT 6.3, sections 4.3.14 to 4.3.16.
 *
 * @returns `offset` and `size` of the directory in bytes; it is known to lie before the record, inside the file.
 * @throws {ArrayFileError} There is none (no zip, or truncated), it is damaged, or the zip spans several disks.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { bytesSource } from "#lib/arrays/byte_source.ts";
 * import { findZipEnd } from "#lib/arrays/zip_end.ts";
 * import { endRecords } from "#lib/arrays/zip_records.ts";
 *
 * const empty = endRecords({ count: 0, offset: 0, size: 0, wide: true });
 * const { count, offset, size } = await findZipEnd(bytesSource(empty, "empty.npz"));
 * assert.deepEqual([count, offset, size], [0, 0, 0]);
 * await assert.rejects(findZipEnd(bytesSource(empty.slice(0, 60), "cut.npz")), /cut.npz: not an npz: no zip directory/);
 * ```
 */
export async function findZipEnd(source: ByteSource): Promise<ZipEnd> {
  const corrupt = (what: string) => new ArrayFileError(`corrupt zip: ${what}`, { file: source.file });
  const tail = new Uint8Array(Math.min(source.size, LOCATOR_LENGTH + END_LENGTH + MAX_COMMENT));
  await source.read(tail, source.size - tail.length);
  const view = new DataView(tail.buffer);
  const at = findEndRecord(view);
  if (at === undefined) {
    throw new ArrayFileError(whyNoEnd(source.size, await firstBytes(source)), { file: source.file });
  }
  const locator = at - LOCATOR_LENGTH;
  const wide = locator >= 0 && view.getUint32(locator, true) === LOCATOR_SIGNATURE;
  let limit = source.size - tail.length + (wide ? locator : at);
  let end: ZipEnd & { disks: boolean };
  if (wide) {
    const offset = safe(view.getBigUint64(locator + 8, true));
    if (offset + END64_LENGTH > limit) throw corrupt("its zip64 end record lies outside");
    end = await readEnd64(source, offset);
    limit = offset;
  } else {
    end = {
      count: view.getUint16(at + 10, true),
      size: view.getUint32(at + 12, true),
      offset: view.getUint32(at + 16, true),
      disks: view.getUint32(at + 4, true) !== 0 ||
        view.getUint16(at + 8, true) !== view.getUint16(at + 10, true),
    };
  }
  if (end.disks) throw corrupt("it is one of several disks");
  if (end.offset + end.size > limit) throw corrupt("its directory lies outside");
  if (end.count * MIN_ENTRY_LENGTH > end.size) {
    throw corrupt(`its directory of ${end.size} bytes cannot list ${end.count} members`);
  }
  return end;
}

/** The last place where an end record stands whose comment fills the file exactly. */
function findEndRecord(view: DataView): number | undefined {
  for (let at = view.byteLength - END_LENGTH; at >= 0; at--) {
    if (view.getUint32(at, true) !== END_SIGNATURE) continue;
    if (at + END_LENGTH + view.getUint16(at + 20, true) === view.byteLength) return at;
  }
  return undefined;
}

async function readEnd64(source: ByteSource, offset: number): Promise<ZipEnd & { disks: boolean }> {
  const record = new Uint8Array(END64_LENGTH);
  await source.read(record, offset);
  const view = new DataView(record.buffer);
  if (view.getUint32(0, true) !== END64_SIGNATURE) {
    throw new ArrayFileError("corrupt zip: its zip64 end record has a wrong signature", {
      file: source.file,
    });
  }
  return {
    count: safe(view.getBigUint64(32, true)),
    size: safe(view.getBigUint64(40, true)),
    offset: safe(view.getBigUint64(48, true)),
    disks: view.getBigUint64(16, true) !== 0n || view.getBigUint64(24, true) !== view.getBigUint64(32, true),
  };
}

/** Values past 2^53 become infinite, and so lie outside every file. */
function safe(value: bigint): number {
  return value > Number.MAX_SAFE_INTEGER ? Infinity : Number(value);
}

async function firstBytes(source: ByteSource): Promise<Uint8Array> {
  const bytes = new Uint8Array(Math.min(6, source.size));
  await source.read(bytes, 0);
  return bytes;
}

function whyNoEnd(size: number, first: Uint8Array): string {
  const text = String.fromCharCode(...first);
  if (size === 0) return "not an npz: it is empty";
  if (text.startsWith("PK\x03\x04")) return "truncated: a zip without its directory at the end";
  if (text === "\x93NUMPY") return "not an npz but a single npy";
  return "not an npz: no zip directory at its end";
}
