import { idSql } from "./id_sql.ts";
import type { ManifestQueryParts } from "./parquet_source.ts";
import { sqlText } from "./sql_text.ts";

/**
 * A query whose ids are text, also where it has numbers or bytes.
 *
 * @param source Where they are from, in errors.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { withTextIds } from "#lib/corpus/manifests/text_ids.ts";
 * const columns = [{ name: "wav_id", type: "int", sqlType: "BIGINT" }] as const;
 * assert.equal(withTextIds({ sql: "SELECT 7 AS c0", columns }, "rows").columns[0].type, "text");
 * ```
 */
export function withTextIds({ sql, columns }: ManifestQueryParts, source: string): ManifestQueryParts {
  const id = columns.findIndex(({ name }) => name === "wav_id");
  if (id < 0 || columns[id].sqlType === "VARCHAR") return { sql, columns };
  const { name, sqlType } = columns[id];
  const text = idSql(`c${id}`, { sqlType, column: name, file: sqlText(source) });
  const fields = columns.map((_, i) => i === id ? `${text} AS c${i}` : `c${i}`);
  return {
    sql: `SELECT ${fields.join(", ")} FROM (${sql})`,
    columns: columns.map((column, i) => i === id ? { ...column, type: "text", sqlType: "VARCHAR" } : column),
  };
}
