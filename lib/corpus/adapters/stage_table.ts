import { idText } from "../ids/id_text.ts";
import { readParquet } from "../tables/read_parquet.ts";
import type { Column, Table } from "../tables/table.ts";
import type { StageFilesParts } from "./stage_files.ts";

/**
 * Reads columns of a stage's files as one table: null where a file lacks one; ids as text.
 *
 * @param names Which, in this order; all by default.
 * @throws {TableError} that names the file that is damaged.
 * @throws {RangeError} when no file has a column that is asked for.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { stageTable } from "#lib/corpus/adapters/stage_table.ts";
 * assert.deepEqual(await stageTable({ files: [], columns: [], rowCount: 0 }), { columns: [], rowCount: 0 });
 * ```
 */
export async function stageTable(
  { files, columns, rowCount, idColumn }: Pick<
    StageFilesParts,
    "files" | "columns" | "rowCount" | "idColumn"
  >,
  names: readonly string[] = columns.map(({ name }) => name),
): Promise<Table> {
  const wanted = names.map((name) => {
    const column = columns.find((one) => one.name === name);
    if (column === undefined) throw new RangeError(`There is no column ${JSON.stringify(name)}.`);
    return { ...column, values: [] as unknown[] };
  });
  for (const one of files) {
    const there = wanted.filter(({ name }) => one.columns.has(name));
    const table = await readParquet(one.file, { columns: there.map(({ name }) => name) });
    for (const { name, values } of wanted) {
      const read = table.columns.find((column) => column.name === name)?.values;
      const place = { column: name, file: one.file }, isId = name === idColumn;
      for (let i = 0; i < one.rowCount; i++) {
        const value = read === undefined ? null : read[i];
        values.push(isId ? idText(value, place) : value);
      }
    }
  }
  return { columns: wanted.map(asItsType), rowCount };
}

/** Whole numbers of one file are broken ones where another's are. */
function asItsType(column: Column): Column {
  if (column.type !== "float") return column;
  return {
    ...column,
    values: column.values.map((value) => typeof value === "bigint" ? Number(value) : value),
  };
}
