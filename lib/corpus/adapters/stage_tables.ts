import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { compareCodePoints } from "#lib/timeline/compare_code_points.ts";
import { readParquet } from "../tables/read_parquet.ts";
import type { Column, Table } from "../tables/table.ts";

/** The tables of one folder, below each other. */
export interface StageTablesParts {
  readonly table: Table;
  /** The files that it is made of. */
  readonly files: readonly string[];
  /** Files that could not be taken, and why: a sentence each. */
  readonly faults: readonly string[];
}

/**
 * Reads all Parquet files of a folder as one table, by the names of their columns, with the wider type where they differ. Checkpoints
 * (`_...`), hidden files and `.tmp` are passed over; a file that is damaged, or whose columns do not go with those of the others, is a fault.
 *
 * @returns undefined where there is no such folder, or no table in it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { stageTables } from "#lib/corpus/adapters/stage_tables.ts";
 * assert.equal(await stageTables("no such folder"), undefined);
 * ```
 */
export async function stageTables(folder: string): Promise<StageTablesParts | undefined> {
  let names: string[];
  try {
    names = await readdir(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  const wanted = names.filter((name) => /^[^_.].*\.parquet$/.test(name)).sort(compareCodePoints);
  if (wanted.length === 0) return undefined;
  const columns = new Map<string, { name: string; type: Column["type"]; values: unknown[] }>();
  const files: string[] = [], faults: string[] = [];
  let rowCount = 0;
  for (const name of wanted) {
    const file = join(folder, name);
    try {
      const table = await readParquet(file);
      const types = table.columns.map(({ name, type }) =>
        widest(name, columns.get(name)?.type ?? type, type)
      );
      table.columns.forEach((column, i) => {
        const known = columns.get(column.name) ??
          { name: column.name, type: types[i], values: new Array<unknown>(rowCount).fill(null) };
        columns.set(column.name, known);
        known.type = types[i];
        for (const value of column.values) known.values.push(value);
      });
      rowCount += table.rowCount;
      for (const { values } of columns.values()) while (values.length < rowCount) values.push(null);
      files.push(file);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      faults.push(message.startsWith(file) ? message : `${file}: ${message}`);
    }
  }
  const whole = [...columns.values()].map((column): Column =>
    column.type === "float"
      ? { ...column, values: column.values.map((value) => typeof value === "bigint" ? Number(value) : value) }
      : column
  );
  return { table: { columns: whole, rowCount }, files, faults };
}

function widest(name: string, a: Column["type"], b: Column["type"]): Column["type"] {
  if (a === b || b === "null") return a;
  if (a === "null") return b;
  if ([a, b].every((type) => type === "int" || type === "float")) return "float";
  throw new RangeError(`column ${JSON.stringify(name)} is ${b}, and ${a} in the other files.`);
}
