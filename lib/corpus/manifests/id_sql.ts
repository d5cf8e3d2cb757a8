import { NO_TEXT_ID, NO_WHOLE_ID } from "../ids/id_text.ts";
import { NO_ID_MARK } from "./id_fault.ts";
import { sqlText } from "./sql_text.ts";

/**
 * A column of ids as text in SQL, as `idText` has it of values. What is no id ends the query; `idFault` makes words of it.
 *
 * @param file Where the column is from, in SQL.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { idSql } from "#lib/corpus/manifests/id_sql.ts";
 * const place = { column: "uid", file: "'a.parquet'" };
 * assert.equal(idSql("c0", { ...place, sqlType: "BIGINT" }), "CAST(c0 AS VARCHAR)");
 * assert.match(idSql("c0", { ...place, sqlType: "DOUBLE" }), /isnan/);
 * ```
 */
export function idSql(
  expression: string,
  { sqlType, column, file }: { readonly sqlType: string; readonly column: string; readonly file: string },
): string {
  const place = `${sqlText(NO_ID_MARK)} || ${file} || ${sqlText(`: column ${JSON.stringify(column)} has `)}`;
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
