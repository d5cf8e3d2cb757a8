import type { Table } from "./table.ts";

/**
 * The rows of a table, an object each with all columns in order.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { rowsOf } from "#lib/corpus/tables/rows_of.ts";
 * import { tableOf } from "#lib/corpus/tables/table_of.ts";
 * assert.deepEqual(rowsOf(tableOf([{ a: 1 }, { b: "x" }])), [{ a: 1, b: null }, { a: null, b: "x" }]);
 * ```
 */
export function rowsOf(table: Table): Record<string, unknown>[] {
  return Array.from({ length: table.rowCount }, (_, i) => {
    const row: Record<string, unknown> = {};
    for (const { name, values } of table.columns) {
      if (name === "__proto__") {
        Object.defineProperty(row, name, {
          value: values[i],
          enumerable: true,
          writable: true,
          configurable: true,
        });
      } else row[name] = values[i];
    }
    return row;
  });
}
