import { columnTypeOf } from "./column_type_of.ts";
import type { Column, ColumnType, Table } from "./table.ts";

/** Settings of `tableOf`. */
export interface TableOfOptions {
  /**
   * Types of columns by name, where values alone do not tell: whole numbers that are `float`, `date` and `timestamp` as text, a column
   * without any value. A column named here is there even if no row has it. Default: each as its values say.
   */
  readonly types?: Readonly<Record<string, ColumnType>>;
}

/**
 * A table of rows: a column for every name that comes up, in the order they come up in; `null` where a row lacks it. Types are those of
 * the values: whole numbers are `int` until one is not, then all of the column is `float`.
 *
 * @throws {RangeError} when values of one column do not go together, with column and row, from 0.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { tableOf } from "#lib/corpus/tables/table_of.ts";
 * const { columns } = tableOf([{ wav_id: "a", snr: 10 }], { types: { snr: "float" } });
 * assert.deepEqual(columns.map(({ name, type }) => `${name} ${type}`), ["wav_id text", "snr float"]);
 * assert.throws(() => tableOf([{ a: 1 }, { a: "x" }]), /Column "a" has text in row 1, and int before it/);
 * ```
 */
export function tableOf(
  rows: readonly Readonly<Record<string, unknown>>[],
  { types = {} }: TableOfOptions = {},
): Table {
  const columns = new Map<string, unknown[]>();
  rows.forEach((row, r) => {
    for (const name of Object.keys(row)) {
      let values = columns.get(name);
      if (values === undefined) columns.set(name, values = new Array(r).fill(null));
      while (values.length < r) values.push(null);
      values.push(row[name] ?? null);
    }
  });
  for (const name of Object.keys(types)) {
    if (!columns.has(name)) columns.set(name, []);
  }
  return {
    columns: [...columns].map(([name, values]): Column => {
      while (values.length < rows.length) values.push(null);
      return {
        name,
        type: Object.hasOwn(types, name) ? types[name] : columnTypeOf(values, { name }),
        values,
      };
    }),
    rowCount: rows.length,
  };
}
