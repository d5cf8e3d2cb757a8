import type { Column, Table } from "../tables/table.ts";
import type { ManifestEngine } from "./manifest_engine.ts";
import type { ManifestQueryParts } from "./parquet_source.ts";
import { valueFromSql } from "./value_from_sql.ts";

/**
 * A query whose rows come in the order of the bytes of their `wav_id`, nulls last.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { orderedSql } from "#lib/corpus/manifests/manifest_rows.ts";
 * const columns = [{ name: "wav_id", type: "text", sqlType: "VARCHAR" }] as const;
 * assert.equal(orderedSql({ sql: "SELECT 'a' AS c0", columns }), "SELECT * FROM (SELECT 'a' AS c0) ORDER BY c0 NULLS LAST");
 * ```
 */
export function orderedSql({ sql, columns }: ManifestQueryParts): string {
  const id = columns.findIndex(({ name }) => name === "wav_id");
  return id < 0 ? sql : `SELECT * FROM (${sql}) ORDER BY c${id} NULLS LAST`;
}

/**
 * The rows of a query, one after the other in the order of their ids, without holding all.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ManifestEngine } from "#lib/corpus/manifests/manifest_engine.ts";
 * import { manifestRows } from "#lib/corpus/manifests/manifest_rows.ts";
 * await using engine = new ManifestEngine({ threads: 1 });
 * const columns = [{ name: "wav_id", type: "text", sqlType: "VARCHAR" }] as const;
 * for await (const row of manifestRows(engine, { sql: "SELECT 'a' AS c0", columns })) assert.deepEqual(row, { wav_id: "a" });
 * ```
 */
export async function* manifestRows(
  engine: ManifestEngine,
  query: ManifestQueryParts,
): AsyncGenerator<Record<string, unknown>> {
  for await (const pieces of engine.stream(orderedSql(query))) {
    for (const piece of pieces) {
      const row: Record<string, unknown> = {};
      for (const [i, { name, sqlType }] of query.columns.entries()) {
        const value = valueFromSql(piece[i], sqlType);
        if (name !== "__proto__") row[name] = value;
        else {
          // An assignment would be lost.
          Object.defineProperty(row, name, { value, enumerable: true, writable: true, configurable: true });
        }
      }
      yield row;
    }
  }
}

/**
 * The rows of a query as a table in memory, in the order of their ids.
 *
 * @param limit Rows at most; all by default.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ManifestEngine } from "#lib/corpus/manifests/manifest_engine.ts";
 * import { manifestTable } from "#lib/corpus/manifests/manifest_rows.ts";
 * await using engine = new ManifestEngine({ threads: 1 });
 * const columns = [{ name: "n", type: "int", sqlType: "INTEGER" }] as const;
 * const table = await manifestTable(engine, { sql: "SELECT unnest([1, 2, 3]) AS c0", columns }, { limit: 2 });
 * assert.deepEqual(table.columns[0].values, [1, 2]);
 * ```
 */
export async function manifestTable(
  engine: ManifestEngine,
  query: ManifestQueryParts,
  { limit }: { readonly limit?: number } = {},
): Promise<Table> {
  const columns = query.columns.map(({ name, type }) => ({ name, type, values: [] as unknown[] }));
  const most = limit === undefined ? "" : ` LIMIT ${Math.floor(limit)}`;
  for await (const rows of engine.stream(`${orderedSql(query)}${most}`)) {
    for (const row of rows) {
      for (let i = 0; i < columns.length; i++) {
        columns[i].values.push(valueFromSql(row[i], query.columns[i].sqlType));
      }
    }
  }
  return { columns: columns as readonly Column[], rowCount: columns[0]?.values.length ?? 0 };
}
