import { crc32 } from "node:zlib";
import type { FileMetaData } from "hyparquet";
import type { ParquetBytes } from "./parquet_bytes.ts";

/**
 * Walks the pages of all columns of a Parquet file and holds them to what the footer says: that they lie inside of the file and of their
 * column, that they have as many values as announced, and that their CRC-32 is right where there is one. Loads hyparquet.
 *
 * @param columns Names of the columns to look at, of the first level; all by default.
 * @param rowGroup The row group to look at; all by default.
 * @throws {RangeError} that names row group and column.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parquetBytesOf } from "#lib/corpus/tables/parquet_bytes.ts";
 * import { checkParquetPages } from "#lib/corpus/tables/parquet_pages.ts";
 * const metadata = { version: 1, schema: [{ name: "root", num_children: 0 }], num_rows: 1n, row_groups: [], metadata_length: 0 };
 * await assert.rejects(checkParquetPages(parquetBytesOf(new Uint8Array(0)), metadata), /Its row groups have 0 rows, and 1 are announced/);
 * ```
 */
export async function checkParquetPages(
  file: ParquetBytes,
  metadata: FileMetaData,
  { columns, rowGroup }: { readonly columns?: ReadonlySet<string>; readonly rowGroup?: number } = {},
): Promise<void> {
  const { parquetHeader } = await import("hyparquet/src/column.js");
  let rows = 0n;
  for (const [g, group] of metadata.row_groups.entries()) {
    if (!(group.num_rows >= 0n)) throw new RangeError(`Row group ${g} has ${group.num_rows} rows.`);
    rows += group.num_rows;
    if (rowGroup !== undefined && g !== rowGroup) continue;
    for (const { meta_data: meta } of group.columns) {
      if (meta === undefined || (columns && !columns.has(meta.path_in_schema[0]))) continue;
      const where = `row group ${g}, column ${JSON.stringify(meta.path_in_schema.join("."))}`;
      const start = Number(meta.dictionary_page_offset || meta.data_page_offset);
      const end = start + Number(meta.total_compressed_size);
      if (!(start >= 4 && end >= start && end <= file.byteLength)) {
        throw new RangeError(
          `Its ${where} lies outside of the file: bytes ${start} to ${end} of ${file.byteLength}.`,
        );
      }
      const bytes = await file.read(start, end);
      const reader = { view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), offset: 0 };
      let values = 0;
      let unpackedBytes = 0;
      while (reader.offset < end - start) {
        const at = start + reader.offset;
        const header = parquetHeader(reader);
        const packed = header.compressed_page_size;
        const announced = header.data_page_header?.num_values ?? header.data_page_header_v2?.num_values;
        const counts = [
          packed,
          header.uncompressed_page_size,
          announced ?? header.dictionary_page_header?.num_values ?? 0,
        ];
        if (counts.some((n) => !(n >= 0)) || reader.offset + packed > end - start) {
          throw new RangeError(`A page at byte ${at} (${where}) is damaged.`);
        }
        unpackedBytes += header.uncompressed_page_size;
        const page = bytes.subarray(reader.offset, reader.offset + packed);
        if (header.crc !== undefined && crc32(page) >>> 0 !== header.crc >>> 0) {
          throw new RangeError(`The CRC-32 of the page at byte ${at} (${where}) is wrong.`);
        }
        values += announced ?? 0;
        reader.offset += packed;
      }
      if (values !== Number(meta.num_values)) {
        throw new RangeError(`Its ${where} has ${values} values, and ${meta.num_values} are announced.`);
      }
      if (unpackedBytes > Number(meta.total_uncompressed_size)) {
        throw new RangeError(
          `Its ${where} has ${unpackedBytes} bytes, and ${meta.total_uncompressed_size} are announced.`,
        );
      }
    }
  }
  if (rows !== metadata.num_rows) {
    throw new RangeError(`Its row groups have ${rows} rows, and ${metadata.num_rows} are announced.`);
  }
}
