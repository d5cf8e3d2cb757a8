import { randomUUID } from "node:crypto";
import { rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { writeParquet } from "../tables/write_parquet.ts";
import type { ManifestEngine } from "./manifest_engine.ts";
import { manifestTable, orderedSql } from "./manifest_rows.ts";
import type { ManifestQueryParts } from "./parquet_source.ts";
import { sqlName, sqlText } from "./sql_text.ts";

/**
 * Writes the rows of a query as Parquet, zstd, beside, then renamed, in the order of their ids. Columns that differ in case only are more
 * than the database can write: then the whole is held in memory, and packed with snappy. Whole numbers that have no room in 64 bits become
 * decimals, which keep all digits.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { rm } from "node:fs/promises";
 * import { ManifestEngine } from "#lib/corpus/manifests/manifest_engine.ts";
 * import { manifestToParquet } from "#lib/corpus/manifests/manifest_to_parquet.ts";
 * import { readParquet } from "#lib/corpus/tables/read_parquet.ts";
 * await using engine = new ManifestEngine({ threads: 1 });
 * const columns = [{ name: "n", type: "int", sqlType: "INTEGER" }] as const;
 * await manifestToParquet(engine, { sql: "SELECT 7 AS c0", columns }, "seven.parquet");
 * assert.deepEqual((await readParquet("seven.parquet")).columns[0].values, [7]);
 * await rm("seven.parquet");
 * ```
 */
export async function manifestToParquet(
  engine: ManifestEngine,
  query: ManifestQueryParts,
  file: string,
): Promise<void> {
  const names = query.columns.map(({ name }) => name);
  if (new Set(names.map((name) => name.toLowerCase())).size < names.length) {
    return await writeParquet(file, await manifestTable(engine, query));
  }
  const partial = join(dirname(file), `.${randomUUID()}.partial`);
  const fields = query.columns.map(({ name, sqlType }, i) =>
    `${/HUGEINT$/.test(sqlType) ? `CAST(c${i} AS DECIMAL(38,0))` : `c${i}`} AS ${sqlName(name)}`
  ).join(", ");
  try {
    await stat(dirname(file));
    await engine.rows(
      `COPY (SELECT ${fields} FROM (${orderedSql(query)})) TO ${
        sqlText(partial)
      } (FORMAT parquet, COMPRESSION zstd)`,
    );
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
