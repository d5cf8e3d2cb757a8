import { conditionText, type ManifestCondition } from "./manifest_condition.ts";
import { columnIndex, type ManifestColumn } from "./manifest_column.ts";
import { sqlText } from "./sql_text.ts";
import { wantedSql } from "./wanted_sql.ts";

/**
 * A condition as SQL over a column: true where the row meets it, and false or null elsewhere.
 *
 * @param expression The column in SQL.
 * @throws {RangeError} when the column's type has no such condition.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { conditionSql } from "#lib/corpus/manifests/condition_sql.ts";
 * const column = { name: "ok", type: "bool", sqlType: "BOOLEAN" } as const;
 * assert.equal(conditionSql({ column: "ok", kind: "isTrue" }, { column, expression: "c1" }), "c1");
 * ```
 */
export function conditionSql(
  condition: ManifestCondition,
  { column, expression }: { readonly column: ManifestColumn; readonly expression: string },
): string {
  const { type } = column;
  const needs = (types: readonly string[], what: string) => {
    if (!types.includes(type) && type !== "null") {
      throw new RangeError(
        `Column ${JSON.stringify(column.name)} is ${type}, and "${conditionText(condition)}" needs ${what}.`,
      );
    }
  };
  // A NaN counts as the greatest number there, and meets nothing here.
  const notNaN = type === "float" ? ` AND NOT isnan(${expression})` : "";
  switch (condition.kind) {
    case "atLeast":
    case "atMost":
      needs(["int", "float", "decimal"], "numbers");
      if (Number.isNaN(condition.value)) {
        throw new RangeError(`"${conditionText(condition)}" is met by nothing.`);
      }
      if (type === "null") return "false";
      return `(${expression} ${condition.kind === "atLeast" ? ">=" : "<="} ${
        sqlNumber(condition.value)
      }${notNaN})`;
    case "oneOf":
    case "noneOf": {
      needs(["text", "int", "float", "decimal", "bool"], "text, numbers or booleans");
      const list = condition.values.map((value) => wantedSql(value, column)).filter((one) =>
        one !== undefined
      );
      const compared = type !== "bool" && type !== "null" ? expression : `CAST(${expression} AS VARCHAR)`;
      const among = list.length === 0 ? "false" : `${compared} IN (${list.join(", ")})`;
      return `(${expression} IS NOT NULL${notNaN} AND ${condition.kind === "oneOf" ? "" : "NOT "}(${among}))`;
    }
    case "hasLabel": {
      needs(["text"], "text of JSON");
      if (type === "null") return "false";
      const labels = `[${condition.labels.map(sqlText).join(", ")}]::VARCHAR[]`;
      // Parsing JSON is dear: a text without the word in quotes cannot have the key, unless it has escapes.
      const words = condition.labels.map((label) =>
        `contains(${expression}, ${sqlText(JSON.stringify(label))})`
      );
      const likely = [`contains(${expression}, '\\')`, ...words].join(" OR ");
      return `(CASE WHEN (${likely}) AND json_valid(${expression}) ` +
        `THEN list_has_any(json_keys(${expression}), ${labels}) ELSE false END)`;
    }
    case "isTrue":
      needs(["bool"], "booleans");
      return type === "null" ? "false" : expression;
  }
}

/**
 * A condition as SQL over the columns c0, c1, ... of a query.
 *
 * @throws {RangeError} when the column is not there, or its type has no such condition.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { conditionSqlIn } from "#lib/corpus/manifests/condition_sql.ts";
 * const columns = [{ name: "ok", type: "bool", sqlType: "BOOLEAN" }] as const;
 * assert.equal(conditionSqlIn({ columns, source: "vad" }, { column: "ok", kind: "isTrue" }), "c0");
 * ```
 */
export function conditionSqlIn(
  query: { readonly columns: readonly ManifestColumn[]; readonly source: string },
  condition: ManifestCondition,
): string {
  const index = columnIndex(query, condition.column);
  return conditionSql(condition, { column: query.columns[index], expression: `c${index}` });
}

function sqlNumber(value: number): string {
  return `'${Object.is(value, -0) ? 0 : value}'::DOUBLE`;
}
