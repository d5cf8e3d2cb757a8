import type { ColumnType } from "./table.ts";

/** Settings of `columnTypeOf`. */
export interface ColumnTypeOfOptions {
  /** The column's name in errors. Default: `element`. */
  readonly name?: string;
}

/**
 * The type of a column that holds these values; `null` where there are none but nulls.
 *
 * @throws {RangeError} when they do not go together, with the first that does not.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { columnTypeOf } from "#lib/corpus/tables/column_type_of.ts";
 * assert.equal(columnTypeOf([1, null, 2n ** 60n]), "int");
 * assert.equal(columnTypeOf([1, 0.5]), "float");
 * ```
 */
export function columnTypeOf(
  values: readonly unknown[],
  { name = "element" }: ColumnTypeOfOptions = {},
): ColumnType {
  let type: ColumnType = "null";
  for (const [r, value] of values.entries()) {
    if (value === null || value === undefined) continue;
    const here = typeOfValue(value);
    if (here === undefined) {
      throw new RangeError(
        `Column ${JSON.stringify(name)} has a ${typeof value} in row ${r}, which no table holds.`,
      );
    }
    if (type === "null" || type === here) type = here;
    else if ((type === "float" && here === "int") || (type === "int" && here === "float")) type = "float";
    else {throw new RangeError(
        `Column ${JSON.stringify(name)} has ${here} in row ${r}, and ${type} before it.`,
      );}
  }
  return type;
}

function typeOfValue(value: unknown): ColumnType | undefined {
  switch (typeof value) {
    case "boolean":
      return "bool";
    case "bigint":
      return "int";
    case "number":
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? "int" : "float";
    case "string":
      return "text";
    case "object":
      if (value instanceof Uint8Array) return "binary";
      return Array.isArray(value) ? "list" : "struct";
    default:
      return undefined;
  }
}
