/** What a zip's records say of one member. */
export interface ZipRecord {
  readonly name: Uint8Array;
  /** The name has characters beyond ASCII. */
  readonly utf8: boolean;
  readonly method: 0 | 8;
  readonly crc32: number;
  readonly packedSize: number;
  readonly size: number;
  readonly offset: number;
  /** Its sizes are written in 64 bits. */
  readonly wide: boolean;
}

/** 1980-01-01 00:00, the first moment of DOS time, so that equal arrays give equal bytes. */
const DOS_DATE = 0x0021;
const VERSION = 20;
const VERSION_ZIP64 = 45;
/** Made on Unix: file modes stand in the upper half of the external attributes. */
const MADE_BY_UNIX = 3 << 8;
const MODE_FILE = 0o100644;
const OPEN = 0xffffffff;

/**
 * The local header, which stands before the member's bytes: 30 bytes and the name, 20 more where it is wide.
 *
 * Source: PKWARE APPNOTE.TXT 6.3, sections 4.3.7 and, for zip64, 4.5.3.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { localHeader } from "#lib/arrays/zip_records.ts";
 *
 * const sizes = { crc32: 0x12345678, packedSize: 7, size: 7, offset: 0, wide: false };
 * const bytes = localHeader({ name: new TextEncoder().encode("q.npy"), utf8: false, method: 0, ...sizes });
 * assert.equal(String.fromCharCode(...bytes.subarray(0, 2), ...bytes.subarray(30)), "PKq.npy");
 * assert.equal(new DataView(bytes.buffer).getUint32(14, true), 0x12345678);
 * ```
 */
export function localHeader(record: ZipRecord): Uint8Array<ArrayBuffer> {
  const extra = record.wide ? 20 : 0;
  const bytes = new Uint8Array(30 + record.name.length + extra);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x04034b50, true);
  writeCommon(view, { ...record, at: 4, extra });
  bytes.set(record.name, 30);
  if (record.wide) writeWide(view, { at: 30 + record.name.length, values: [record.size, record.packedSize] });
  return bytes;
}

/**
 * The member's entry in the central directory: 46 bytes and the name, 28 more where it is wide, the offset then too.
 *
 * Source: PKWARE APPNOTE.TXT 6.3, sections 4.3.12 and, for zip64, 4.5.3.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { directoryEntry } from "#lib/arrays/zip_records.ts";
 *
 * const sizes = { crc32: 0, packedSize: 2 ** 33, size: 2 ** 33, offset: 5, wide: true };
 * const entry = directoryEntry({ name: new TextEncoder().encode("q.npy"), utf8: false, method: 0, ...sizes });
 * const view = new DataView(entry.buffer);
 * assert.equal(view.getUint32(24, true), 0xffffffff); // its size stands in the zip64 field, behind the name
 * assert.equal(view.getBigUint64(46 + 5 + 4, true), 2n ** 33n);
 * ```
 */
export function directoryEntry(record: ZipRecord): Uint8Array<ArrayBuffer> {
  const extra = record.wide ? 28 : 0;
  const bytes = new Uint8Array(46 + record.name.length + extra);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x02014b50, true);
  view.setUint16(4, MADE_BY_UNIX | (record.wide ? VERSION_ZIP64 : VERSION), true);
  writeCommon(view, { ...record, at: 6, extra });
  view.setUint32(38, MODE_FILE * 0x10000, true);
  view.setUint32(42, record.wide ? OPEN : record.offset, true);
  bytes.set(record.name, 46);
  const values = [record.size, record.packedSize, record.offset];
  if (record.wide) writeWide(view, { at: 46 + record.name.length, values });
  return bytes;
}

/**
 * The end of the archive, 22 bytes, with the 76 of the zip64 records before it if `wide`.
 *
 * @param end How many members the directory lists, and its `offset` in the file and `size`, in bytes.
 *
 * Source: PKWARE APPNOTE.TXT 6.3, sections 4.3.14 to 4.3.16.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { endRecords } from "#lib/arrays/zip_records.ts";
 *
 * const end = endRecords({ count: 2, offset: 1000, size: 102, wide: false });
 * const view = new DataView(end.buffer);
 * assert.deepEqual([view.getUint16(10, true), view.getUint32(12, true), view.getUint32(16, true)], [2, 102, 1000]);
 * assert.equal(endRecords({ count: 2, offset: 2 ** 33, size: 102, wide: true }).length, 22 + 76);
 * ```
 */
export function endRecords(
  end: { count: number; offset: number; size: number; wide: boolean },
): Uint8Array<ArrayBuffer> {
  const { count, offset, size, wide } = end;
  const at = wide ? 56 + 20 : 0;
  const view = new DataView(new ArrayBuffer(at + 22));
  if (wide) {
    view.setUint32(0, 0x06064b50, true);
    view.setBigUint64(4, 44n, true); // The record's length behind this field.
    view.setUint16(12, MADE_BY_UNIX | VERSION_ZIP64, true);
    view.setUint16(14, VERSION_ZIP64, true);
    for (const [i, value] of [count, count, size, offset].entries()) {
      view.setBigUint64(24 + 8 * i, BigInt(value), true);
    }
    view.setUint32(56, 0x07064b50, true);
    view.setBigUint64(56 + 8, BigInt(offset + size), true);
    view.setUint32(56 + 16, 1, true);
  }
  view.setUint32(at, 0x06054b50, true);
  view.setUint16(at + 8, wide ? 0xffff : count, true);
  view.setUint16(at + 10, wide ? 0xffff : count, true);
  view.setUint32(at + 12, wide ? OPEN : size, true);
  view.setUint32(at + 16, wide ? OPEN : offset, true);
  return new Uint8Array(view.buffer);
}

/** The fields that both headers share, from the version needed to the length of the extra field. */
function writeCommon(view: DataView, record: ZipRecord & { at: number; extra: number }): void {
  const { at } = record;
  view.setUint16(at, record.wide ? VERSION_ZIP64 : VERSION, true);
  view.setUint16(at + 2, record.utf8 ? 0x800 : 0, true);
  view.setUint16(at + 4, record.method, true);
  view.setUint16(at + 8, DOS_DATE, true);
  view.setUint32(at + 10, record.crc32, true);
  view.setUint32(at + 14, record.wide ? OPEN : record.packedSize, true);
  view.setUint32(at + 18, record.wide ? OPEN : record.size, true);
  view.setUint16(at + 22, record.name.length, true);
  view.setUint16(at + 24, record.extra, true);
}

function writeWide(view: DataView, field: { at: number; values: readonly number[] }): void {
  view.setUint16(field.at, 1, true);
  view.setUint16(field.at + 2, 8 * field.values.length, true);
  for (const [i, value] of field.values.entries()) {
    view.setBigUint64(field.at + 4 + 8 * i, BigInt(value), true);
  }
}
