import { counted, nounOf } from "#lib/language/counted.ts";
import { ArrayFileError } from "./array_file_error.ts";
import type { ByteSource } from "./byte_source.ts";
import { type Warn, warnOnProcess } from "#lib/warnings/warn.ts";

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
/** Bytes read at a time in search of the last that is not zero. */
const BLOCK = 1 << 16;

/**
 * Finds the end-of-directory record behind a zip's last member, and its zip64 companion if there is one. Up to 64 KiB of other
 * bytes may follow it, and any number of zeros.
 *
 * Source: PKWARE APPNOTE.TXT 6.3, sections 4.3.14 to 4.3.16.
 *
 * @param options `warn`: told of bytes behind the record and its comment; by default a warning of the process.
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
export async function findZipEnd(
  source: ByteSource,
  options: { readonly warn?: Warn } = {},
): Promise<ZipEnd> {
  const first = await firstBytes(source);
  const corrupt = (what: string) => new ArrayFileError(`corrupt zip: ${what}`, { file: source.file });
  const none = () => new ArrayFileError(whyNoEnd(source.size, first), { file: source.file });
  const size = first.startsWith("PK") ? await withoutZeros(source) : source.size;
  // `size` may have room for the zeros of a record that have been cut off or not.
  const start = Math.max(0, size - LOCATOR_LENGTH - 2 * END_LENGTH - MAX_COMMENT);
  const tail = new Uint8Array(size - start);
  await source.read(tail, start);
  const view = new DataView(tail.buffer);
  const at = endRecordAt(view, { start, size: source.size });
  if (at === undefined) throw none();
  const behind = source.size - (start + at + END_LENGTH + view.getUint16(at + 20, true));
  if (behind > 0) {
    (options.warn ?? warnOnProcess)(
      `${source.file}: ${counted(behind, "byte", "bytes")} behind the zip's end ${
        nounOf(behind, "was", "were")
      } passed over.`,
    );
  }
  const locator = at - LOCATOR_LENGTH;
  const wide = locator >= 0 && view.getUint32(locator, true) === LOCATOR_SIGNATURE;
  let limit = start + (wide ? locator : at);
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

/** Where a file ends when zeros behind it, as of a copy in whole blocks, are left out; an end record's own zeros stay. */
async function withoutZeros(source: ByteSource): Promise<number> {
  const block = new Uint8Array(BLOCK);
  for (let end = source.size; end > 0; end -= BLOCK) {
    const start = Math.max(0, end - BLOCK);
    const piece = block.subarray(0, end - start);
    await source.read(piece, start);
    const last = piece.findLastIndex((byte) => byte !== 0);
    if (last >= 0) return Math.min(source.size, start + last + 1 + END_LENGTH);
  }
  return source.size;
}

/**
 * Where the end record stands: the last one whose comment fills the file exactly; else, with bytes behind it, the last one whose
 * directory ends where the record (or the zip64 records before it) begins.
 */
function endRecordAt(view: DataView, file: { start: number; size: number }): number | undefined {
  let loose: number | undefined;
  for (let at = view.byteLength - END_LENGTH; at >= 0; at--) {
    if (view.getUint32(at, true) !== END_SIGNATURE) continue;
    const position = file.start + at;
    const end = position + END_LENGTH + view.getUint16(at + 20, true);
    if (end === file.size) return at;
    const [size, offset] = [view.getUint32(at + 12, true), view.getUint32(at + 16, true)];
    const wide = at >= LOCATOR_LENGTH && view.getUint32(at - LOCATOR_LENGTH, true) === LOCATOR_SIGNATURE;
    if (end < file.size && (wide || offset + size === position)) loose ??= at;
  }
  return loose;
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

/** As Latin-1. */
async function firstBytes(source: ByteSource): Promise<string> {
  const bytes = new Uint8Array(Math.min(6, source.size));
  await source.read(bytes, 0);
  return String.fromCharCode(...bytes);
}

function whyNoEnd(size: number, first: string): string {
  if (size === 0) return "not an npz: it is empty";
  if (first.startsWith("PK\x03\x04")) return "truncated: a zip without its directory at the end";
  if (first === "\x93NUMPY") return "not an npz but a single npy";
  return "not an npz: no zip directory at its end";
}
