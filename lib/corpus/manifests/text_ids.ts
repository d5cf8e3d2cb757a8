import { NO_TEXT_ID, NO_WHOLE_ID } from "../ids/id_text.ts";
import { TableError } from "../tables/table_error.ts";
import type { ManifestQueryParts } from "./parquet_source.ts";
import { sqlText } from "./sql_text.ts";

/** What an error of the database begins with that is about an id. */
const MARK = "no id: ";

/**
 * A column of ids as text in SQL, as `idText` has it of values. What is no id ends the query; `idFault` makes words of it.
 *
 * @param file Where the column is from, in SQL.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { idSql } from "#lib/corpus/manifests/text_ids.ts";
 * const place = { column: "uid", file: "'a.parquet'" };
 * assert.equal(idSql("c0", { ...place, sqlType: "BIGINT" }), "CAST(c0 AS VARCHAR)");
 * assert.match(idSql("c0", { ...place, sqlType: "DOUBLE" }), /isnan/);
 * ```
 */
export function idSql(
  expression: string,
  { sqlType, column, file }: { readonly sqlType: string; readonly column: string; readonly file: string },
): string {
  const place = `${sqlText(MARK)} || ${file} || ${sqlText(`: column ${JSON.stringify(column)} has `)}`;
  switch (sqlType) {
    case "VARCHAR":
      return expression;
    case "FLOAT":
    case "DOUBLE":
      return `(CASE WHEN ${expression} IS NULL OR isnan(${expression}) THEN NULL ` +
        `WHEN abs(${expression}) < 9007199254740992 AND ${expression} = trunc(${expression}) ` +
        `THEN CAST(CAST(${expression} AS BIGINT) AS VARCHAR) ` +
        `ELSE error(${place} || CAST(${expression} AS VARCHAR) || ${sqlText(` ${NO_WHOLE_ID}`)}) END)`;
    case "BLOB":
      return `(CASE WHEN ${expression} IS NULL THEN NULL ` +
        `WHEN TRY(decode(${expression})) IS NULL THEN error(${place} || ${sqlText(NO_TEXT_ID)}) ` +
        `ELSE decode(${expression}) END)`;
    default:
      return `CAST(${expression} AS VARCHAR)`;
  }
}

/**
 * An error of the database that is about an id as one that names column and file; any other as it is.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { idFault } from "#lib/corpus/manifests/text_ids.ts";
 * const fault = idFault(new Error('Invalid Input Error: no id: a.parquet: column "uid" has 9.5 as an id.'));
 * assert.match(String(fault), /^TableError: a\.parquet/);
 * ```
 */
export function idFault(error: unknown): unknown {
  const message = error instanceof Error ? error.message : "";
  const at = message.indexOf(MARK);
  if (!message.startsWith("Invalid Input Error") || at < 0) return error;
  return new TableError(message.slice(at + MARK.length), { cause: error });
}

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
