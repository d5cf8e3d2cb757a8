import { crc32 } from "node:zlib";

const MAGIC = new TextEncoder().encode("dialab-crc32\n");
const SEAL_BYTES = MAGIC.length + 8;

/**
 * Seals a Parquet file: CRC-32 of its data and of its footer, put between the two, where no reader looks. A file that has the seal is
 * refused by `checkParquetSeal` after any damage to it; page headers have room for a CRC-32 too, but few writers fill it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { checkParquetSeal, sealParquet } from "#lib/corpus/tables/parquet_seal.ts";
 * const file = sealParquet(new TextEncoder().encode("PAR1datafooter\x06\0\0\0PAR1"));
 * assert.equal(checkParquetSeal(file), true);
 * file[5] ^= 1;
 * assert.throws(() => checkParquetSeal(file), /Its data are damaged/);
 * ```
 */
export function sealParquet(file: Uint8Array): Uint8Array {
  const footer = footerStart(file);
  const sealed = new Uint8Array(file.length + SEAL_BYTES);
  sealed.set(file.subarray(0, footer));
  sealed.set(MAGIC, footer);
  const view = new DataView(sealed.buffer);
  view.setUint32(footer + MAGIC.length, crc32(file.subarray(0, footer)));
  view.setUint32(footer + MAGIC.length + 4, crc32(file.subarray(footer)));
  sealed.set(file.subarray(footer), footer + SEAL_BYTES);
  return sealed;
}

/**
 * Holds a Parquet file to its seal.
 *
 * @returns Whether it has one: those of other writers have none.
 * @throws {RangeError} when data or footer are not what was sealed.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { checkParquetSeal } from "#lib/corpus/tables/parquet_seal.ts";
 * assert.equal(checkParquetSeal(new TextEncoder().encode("PAR1datafooter\x06\0\0\0PAR1")), false);
 * ```
 */
export function checkParquetSeal(file: Uint8Array): boolean {
  const footer = footerStart(file);
  const seal = footer - SEAL_BYTES;
  if (seal < 4 || MAGIC.some((byte, i) => file[seal + i] !== byte)) return false;
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  if (crc32(file.subarray(footer)) !== view.getUint32(footer - 4)) {
    throw new RangeError("Its footer is damaged: the CRC-32 is another.");
  }
  if (crc32(file.subarray(0, seal)) !== view.getUint32(footer - 8)) {
    throw new RangeError("Its data are damaged: the CRC-32 is another.");
  }
  return true;
}

function footerStart(file: Uint8Array): number {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  return Math.max(4, file.length - 8 - view.getUint32(file.length - 8, true));
}
