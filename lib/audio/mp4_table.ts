type View = DataView<ArrayBuffer>;

/**
 * A box of an MP4 file that begins with a number of entries, if it has room for them; else nothing in it can be meant.
 *
 * @param entryBytes Of the box's version.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mp4Table } from "#lib/audio/mp4_table.ts";
 *
 * const box = new DataView(Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 5).buffer);
 * assert.equal(mp4Table(box, () => 4), box);
 * assert.equal(mp4Table(box, () => 8), undefined);
 * ```
 */
export function mp4Table(box: View | undefined, entryBytes: (version: number) => number): View | undefined {
  if (!box || box.byteLength < 8) return undefined;
  return 8 + box.getUint32(4) * entryBytes(box.getUint8(0)) <= box.byteLength ? box : undefined;
}

/**
 * Ticks per second by a header of an MP4 file's movie or track (`mvhd`, `mdhd`); 0 where there is none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mp4Timescale } from "#lib/audio/mp4_table.ts";
 *
 * const mdhd = new DataView(new ArrayBuffer(24));
 * mdhd.setUint32(12, 44100);
 * assert.equal(mp4Timescale(mdhd), 44100);
 * ```
 */
export function mp4Timescale(header: View | undefined): number {
  return header ? header.getUint32(header.getUint8(0) === 1 ? 20 : 12) : 0;
}
