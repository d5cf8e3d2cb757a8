import { crc32 } from "node:zlib";
import type { ParquetBytes } from "./parquet_bytes.ts";

const MAGIC = new TextEncoder().encode("dialab-crc32\n");
const SEAL_BYTES = MAGIC.length + 8;
/** Bytes that are summed at a time. */
const PIECE = 1 << 20;

/**
 * Seals a Parquet file: CRC-32 of its data and of its footer, put between the two, where no reader looks. A file that has the seal is
 * refused by `checkParquetSeal` after any damage to it; page headers have room for a CRC-32 too, but few writers fill it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parquetBytesOf } from "#lib/corpus/tables/parquet_bytes.ts";
 * import { checkParquetSeal, sealParquet } from "#lib/corpus/tables/parquet_seal.ts";
 * const file = sealParquet(new TextEncoder().encode("PAR1datafooter\x06\0\0\0PAR1"));
 * assert.equal(await checkParquetSeal(parquetBytesOf(file)), true);
 * file[5] ^= 1;
 * await assert.rejects(checkParquetSeal(parquetBytesOf(file)), /Its data are damaged/);
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
 * Holds a Parquet file to its seal, reading it piece by piece.
 *
 * @returns Whether it has one: those of other writers have none.
 * @throws {RangeError} when data or footer are not what was sealed.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parquetBytesOf } from "#lib/corpus/tables/parquet_bytes.ts";
 * import { checkParquetSeal } from "#lib/corpus/tables/parquet_seal.ts";
 * const file = new TextEncoder().encode("PAR1datafooter\x06\0\0\0PAR1");
 * assert.equal(await checkParquetSeal(parquetBytesOf(file)), false);
 * ```
 */
export async function checkParquetSeal(file: ParquetBytes): Promise<boolean> {
  const tail = await file.read(file.byteLength - 8, file.byteLength);
  const footer = Math.max(4, file.byteLength - 8 - footerBytes(tail));
  const seal = footer - SEAL_BYTES;
  if (seal < 4) return false;
  const sealed = await file.read(seal, footer);
  if (MAGIC.some((byte, i) => sealed[i] !== byte)) return false;
  const view = new DataView(sealed.buffer, sealed.byteOffset, sealed.byteLength);
  if (await sumOf(file, footer, file.byteLength) !== view.getUint32(SEAL_BYTES - 4)) {
    throw new RangeError("Its footer is damaged: the CRC-32 is another.");
  }
  if (await sumOf(file, 0, seal) !== view.getUint32(SEAL_BYTES - 8)) {
    throw new RangeError("Its data are damaged: the CRC-32 is another.");
  }
  return true;
}

async function sumOf(file: ParquetBytes, start: number, end: number): Promise<number> {
  let sum = 0;
  for (let at = start; at < end; at += PIECE) {
    sum = crc32(await file.read(at, Math.min(end, at + PIECE)), sum);
  }
  return sum;
}

function footerStart(file: Uint8Array): number {
  return Math.max(4, file.length - 8 - footerBytes(file.subarray(-8)));
}

/** The footer's length, as the last 8 bytes have it. */
function footerBytes(tail: Uint8Array): number {
  return new DataView(tail.buffer, tail.byteOffset, tail.byteLength).getUint32(0, true);
}
