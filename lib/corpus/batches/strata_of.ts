import { compareCodePoints } from "#lib/timeline/compare_code_points.ts";
import type { Table } from "../tables/table.ts";

/** What the rows of a group have in some columns: a value each, a bin's name (`[5.0, 10.0)`) where numbers were binned. */
export type Stratum = readonly (string | number | boolean | bigint | null)[];

/** Which columns make groups. */
export interface StrataOfOptions {
  /** Columns whose values together make a group. */
  readonly columns: readonly string[];
  /** By column, ascending: numbers are put into bins that begin at these, and one below the first. Default: none are binned. */
  readonly edges?: Readonly<Record<string, readonly number[]>>;
}

/** The rows of a table that are alike in some columns. */
export interface StratumRows {
  readonly stratum: Stratum;
  /** Numbers of rows, from 0, ascending. */
  readonly rows: readonly number[];
}

/**
 * The groups of a table's rows by one or more columns, in the order of their names' bytes, null first; null is a group of its own, and a
 * NaN counts as null.
 *
 * @throws {RangeError} There is no such column, edges do not ascend, or a value is neither text, number nor boolean (with bins: no number).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { strataOf } from "#lib/corpus/batches/strata_of.ts";
 * import { tableOf } from "#lib/corpus/tables/table_of.ts";
 * const table = tableOf([{ snr: 7 }, { snr: null }, { snr: 9 }, { snr: 30 }]);
 * assert.deepEqual(strataOf(table, { columns: ["snr"], edges: { snr: [10, 20] } }), [
 *   { stratum: [null], rows: [1] },
 *   { stratum: ["[-inf, 10.0)"], rows: [0, 2] },
 *   { stratum: ["[20.0, inf)"], rows: [3] },
 * ]);
 * ```
 */
export function strataOf(table: Table, options: StrataOfOptions): StratumRows[] {
  const { columns, edges = {} } = options;
  if (columns.length === 0) throw new RangeError("Strata need a column or more; none was named.");
  const named = (name: string) => {
    const column = table.columns.find((column) => column.name === name);
    if (column !== undefined) return column.values;
    const there = table.columns.map(({ name }) => name).join(", ") || "none";
    throw new RangeError(`There is no column ${JSON.stringify(name)}; there are ${there}.`);
  };
  for (const name of Object.keys(edges)) {
    if (!columns.includes(name)) {
      throw new RangeError(
        `Edges are given for ${JSON.stringify(name)}, which is none of the columns ${columns.join(", ")}.`,
      );
    }
  }
  const readers = columns.map((name) => {
    const values = named(name);
    const bins = Object.hasOwn(edges, name) ? binner(name, edges[name]) : undefined;
    return (row: number) => {
      const value = values[row];
      if (value === null || value === undefined || Number.isNaN(value)) return null;
      if (bins !== undefined) return bins(value);
      if (["string", "number", "boolean", "bigint"].includes(typeof value)) return value as Stratum[number];
      throw new RangeError(
        `Row ${row} has no text, number or boolean as ${JSON.stringify(name)}; strata are made of those.`,
      );
    };
  });
  const groups = new Map<string, { readonly stratum: Stratum; readonly rows: number[] }>();
  for (let row = 0; row < table.rowCount; row++) {
    const stratum = readers.map((read) => read(row));
    const key = JSON.stringify(stratum.map((value) => [typeof value, String(value)]));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { stratum, rows: [row] });
    else group.rows.push(row);
  }
  return [...groups.values()].sort((a, b) => compareStrata(a.stratum, b.stratum));
}

function compareStrata(a: Stratum, b: Stratum): number {
  for (const [i, value] of a.entries()) {
    const other = b[i];
    const order = value === null || other === null
      ? Number(value !== null) - Number(other !== null)
      : compareCodePoints(String(value), String(other)) || compareCodePoints(typeof value, typeof other);
    if (order !== 0) return order;
  }
  return 0;
}

function binner(name: string, edges: readonly number[]): (value: unknown) => string {
  if (
    edges.length === 0 || edges.some((edge, i) => !Number.isFinite(edge) || i > 0 && edge <= edges[i - 1])
  ) {
    throw new RangeError(
      `Edges of ${JSON.stringify(name)} are finite and ascend; they were ${edges.join(", ") || "none"}.`,
    );
  }
  const text = (edge: number) => Number.isInteger(edge) ? edge.toFixed(1) : String(edge);
  return (value) => {
    if (typeof value !== "number" && typeof value !== "bigint") {
      throw new RangeError(
        `${JSON.stringify(name)} has ${
          typeof value === "string" ? JSON.stringify(value) : `a ${typeof value}`
        }; bins are made of numbers.`,
      );
    }
    const above = edges.findIndex((edge) => value < edge);
    if (above === 0) return `[-inf, ${text(edges[0])})`;
    return above < 0
      ? `[${text(edges[edges.length - 1])}, inf)`
      : `[${text(edges[above - 1])}, ${text(edges[above])})`;
  };
}
