import type { ManifestQueryParts } from "./parquet_source.ts";

/**
 * A query whose ids are text, also where a file has numbers.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { withTextIds } from "#lib/corpus/manifests/text_ids.ts";
 * const columns = [{ name: "wav_id", type: "int", sqlType: "BIGINT" }] as const;
 * assert.equal(withTextIds({ sql: "SELECT 7 AS c0", columns }).columns[0].type, "text");
 * ```
 */
export function withTextIds({ sql, columns }: ManifestQueryParts): ManifestQueryParts {
  const id = columns.findIndex(({ name }) => name === "wav_id");
  if (id < 0 || columns[id].sqlType === "VARCHAR") return { sql, columns };
  const fields = columns.map((_, i) => i === id ? `CAST(c${i} AS VARCHAR) AS c${i}` : `c${i}`);
  return {
    sql: `SELECT ${fields.join(", ")} FROM (${sql})`,
    columns: columns.map((column, i) => i === id ? { ...column, type: "text", sqlType: "VARCHAR" } : column),
  };
}
