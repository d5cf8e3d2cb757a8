import { nearestName } from "./nearest_name.ts";
import { openParquetBytes, type ParquetBytes, parquetBytesOf } from "./parquet_bytes.ts";
import { parquetDecode } from "./parquet_decode.ts";
import { parquetFault } from "./parquet_fault.ts";
import { openParquetPlan } from "./parquet_footer.ts";
import type { Table } from "./table.ts";

/** Settings of `readParquet` and `parseParquet`. */
export interface ReadParquetOptions {
  /** Names of the columns to read, in this order. Default: all, in the file's. */
  readonly columns?: readonly string[];
  /** Its number, from 0, to read one row group alone. Default: all. */
  readonly rowGroup?: number;
}

/** Settings of `parseParquet`. */
export interface ParseParquetOptions extends ReadParquetOptions {
  /** The file's name in errors. Default: `Parquet file`. */
  readonly name?: string;
}

/**
 * Reads a Parquet file whole, with all digits: 64-bit integers, nanoseconds, decimals, half precision, lists, structs and maps; snappy,
 * zstd, gzip, brotli, LZ4 or none. No native library is needed. Big ones are a `MetadataManifest`.
 *
 * @throws {TableError} that names the file when it is no Parquet file or a damaged one: row counts and lengths of columns are held to the
 *   footer, and checksums where there are any.
 * @throws {RangeError} when a column is asked for that is not there.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { rm } from "node:fs/promises";
 * import { readParquet } from "#lib/corpus/tables/read_parquet.ts";
 * import { rowsOf } from "#lib/corpus/tables/rows_of.ts";
 * import { tableOf } from "#lib/corpus/tables/table_of.ts";
 * import { writeParquet } from "#lib/corpus/tables/write_parquet.ts";
 *
 * await writeParquet("vad.parquet", tableOf([{ wav_id: "rec", duration: 1.5 }]));
 * const table = await readParquet("vad.parquet", { columns: ["duration"] });
 * assert.deepEqual(rowsOf(table), [{ duration: 1.5 }]);
 * await rm("vad.parquet");
 * ```
 */
export async function readParquet(file: string, options: ReadParquetOptions = {}): Promise<Table> {
  await using bytes = await openParquetBytes(file);
  return await read(bytes, { ...options, name: file });
}

/**
 * Reads a Parquet file that lies in memory.
 *
 * @throws {TableError} as `readParquet` does.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseParquet } from "#lib/corpus/tables/read_parquet.ts";
 * await assert.rejects(parseParquet(new Uint8Array(20), { name: "a.parquet" }), /^TableError: a\.parquet is no Parquet file/);
 * ```
 */
export async function parseParquet(bytes: Uint8Array, options: ParseParquetOptions = {}): Promise<Table> {
  return await read(parquetBytesOf(bytes), options);
}

async function read(
  bytes: ParquetBytes,
  { columns, rowGroup, name = "Parquet file" }: ParseParquetOptions,
): Promise<Table> {
  const plan = await openParquetPlan(bytes, { name });
  const names = plan.columns.map((column) => column.name);
  const missing = columns?.find((column) => !names.includes(column));
  if (missing !== undefined) throw new RangeError(`${name} has no column ${nearestName(missing, names)}`);
  const groups = plan.metadata.row_groups.length;
  if (rowGroup !== undefined && !(Number.isInteger(rowGroup) && rowGroup >= 0 && rowGroup < groups)) {
    throw new RangeError(`${name} has ${groups} row groups, numbered from 0, and none is ${rowGroup}.`);
  }
  try {
    return await parquetDecode(bytes, plan, { names: columns ?? names, rowGroup });
  } catch (error) {
    throw parquetFault(name, error, "it cannot be read");
  }
}
