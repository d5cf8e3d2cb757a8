import { nearestName } from "../tables/nearest_name.ts";
import type { ColumnType } from "../tables/table.ts";

/** A column of a manifest. */
export interface ManifestColumn {
  /** As written, with its case. */
  readonly name: string;
  readonly type: ColumnType;
  /** The database's own type. */
  readonly sqlType: string;
}

/**
 * What a type of DuckDB is in a table.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { columnTypeOfSql } from "#lib/corpus/manifests/manifest_column.ts";
 * assert.deepEqual(["BIGINT", "DECIMAL(12,4)", "STRUCT(a INTEGER)[]"].map(columnTypeOfSql), ["int", "decimal", "list"]);
 * ```
 */
export function columnTypeOfSql(sqlType: string): ColumnType {
  if (/\]$/.test(sqlType) || sqlType.startsWith("MAP(")) return "list";
  if (sqlType.startsWith("STRUCT(")) return "struct";
  if (sqlType.startsWith("DECIMAL")) return "decimal";
  if (sqlType.startsWith("TIMESTAMP")) return "timestamp";
  if (sqlType.startsWith("TIME")) return "time";
  if (isSqlInteger(sqlType)) return "int";
  switch (sqlType) {
    case "BOOLEAN":
      return "bool";
    case "FLOAT":
    case "DOUBLE":
      return "float";
    case "BLOB":
      return "binary";
    case "DATE":
      return "date";
    case "INTERVAL":
      return "duration";
    case '"NULL"':
    case "NULL":
      return "null";
    default:
      return "text";
  }
}

/**
 * Whether a type of DuckDB holds whole numbers.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { isSqlInteger } from "#lib/corpus/manifests/manifest_column.ts";
 * assert.deepEqual(["UINTEGER", "DOUBLE"].map(isSqlInteger), [true, false]);
 * ```
 */
export function isSqlInteger(sqlType: string): boolean {
  return /^U?(TINY|SMALL|BIG|HUGE)?INT$|^U?INTEGER$/.test(sqlType);
}

/**
 * The type that values of both have room in: whole and broken numbers as DOUBLE, what does not go together as text.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { widerSqlType } from "#lib/corpus/manifests/manifest_column.ts";
 * assert.equal(widerSqlType("BIGINT", "DOUBLE"), "DOUBLE");
 * assert.equal(widerSqlType("NULL", "VARCHAR"), "VARCHAR");
 * ```
 */
export function widerSqlType(a: string, b: string): string {
  if (a === b || b === "NULL") return a;
  if (a === "NULL") return b;
  const isFloat = (type: string) => type === "FLOAT" || type === "DOUBLE";
  if ((isFloat(a) || isSqlInteger(a)) && (isFloat(b) || isSqlInteger(b))) {
    if (isFloat(a) || isFloat(b)) return "DOUBLE";
    return [a, b].some((type) => type === "UBIGINT" || type.includes("HUGE")) ? "HUGEINT" : "BIGINT";
  }
  return "VARCHAR";
}

/**
 * Which column of a query is called so.
 *
 * @throws {RangeError} that names the nearest where there is none.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { columnIndex } from "#lib/corpus/manifests/manifest_column.ts";
 * const columns = [{ name: "snr", type: "int", sqlType: "INTEGER" }] as const;
 * assert.throws(() => columnIndex({ columns, source: "vad" }, "snt"), /vad has no column "snt"/);
 * ```
 */
export function columnIndex(
  { columns, source }: { readonly columns: readonly ManifestColumn[]; readonly source: string },
  column: string,
): number {
  const index = columns.findIndex(({ name }) => name === column);
  if (index < 0) {
    throw new RangeError(`${source} has no column ${nearestName(column, columns.map(({ name }) => name))}`);
  }
  return index;
}
