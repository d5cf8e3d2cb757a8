import { openParquetBytes } from "./parquet_bytes.ts";
import { parquetFault } from "./parquet_fault.ts";
import { openParquetPlan } from "./parquet_footer.ts";
import { checkParquetPages } from "./parquet_pages.ts";
import type { Column } from "./table.ts";

/** What a Parquet file says of itself. */
export interface ParquetDescription {
  readonly columns: readonly Pick<Column, "name" | "type">[];
  readonly rowCount: number;
  /** Rows of each row group. */
  readonly rowGroups: readonly number[];
}

/**
 * Describes a Parquet file without unpacking it. Its bytes are looked through piece by piece: sums of the file and of pages where there are
 * any, and that pages lie where the footer says.
 *
 * @throws {TableError} that names the file when it is no Parquet file, or a damaged one.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { rm } from "node:fs/promises";
 * import { describeParquet } from "#lib/corpus/tables/describe_parquet.ts";
 * import { tableOf } from "#lib/corpus/tables/table_of.ts";
 * import { writeParquet } from "#lib/corpus/tables/write_parquet.ts";
 *
 * await writeParquet("described.parquet", tableOf([{ wav_id: "rec", duration: 1.5 }]));
 * const { columns, rowGroups } = await describeParquet("described.parquet");
 * assert.deepEqual([columns[1], rowGroups], [{ name: "duration", type: "float" }, [1]]);
 * await rm("described.parquet");
 * ```
 */
export async function describeParquet(file: string): Promise<ParquetDescription> {
  await using bytes = await openParquetBytes(file);
  const { columns, metadata } = await openParquetPlan(bytes, { name: file });
  try {
    await checkParquetPages(bytes, metadata);
  } catch (error) {
    throw parquetFault(file, error, "its pages cannot be read");
  }
  return {
    columns: columns.map(({ name, type }) => ({ name, type })),
    rowCount: Number(metadata.num_rows),
    rowGroups: metadata.row_groups.map((group) => Number(group.num_rows)),
  };
}
