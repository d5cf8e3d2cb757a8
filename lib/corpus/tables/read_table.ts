import { readFile } from "node:fs/promises";
import { nearestName } from "./nearest_name.ts";
import { parseCsvTable } from "./parse_csv_table.ts";
import { parseJsonLines } from "./parse_json_lines.ts";
import { parseParquet, type ReadParquetOptions } from "./read_parquet.ts";
import type { Table } from "./table.ts";
import { TableError } from "./table_error.ts";

/** Settings of `readTable`. */
export interface ReadTableOptions extends ReadParquetOptions {
  /** What the file is. @default told by its content, then by its ending */
  readonly format?: "parquet" | "csv" | "jsonl";
}

/**
 * Reads a table from Parquet, CSV or JSON: lines of objects, a list of objects, or columns by name, whatever of `.json` and `.jsonl` the
 * file is called.
 *
 * @throws {TableError} that names the file, and the line where there is one.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { rm, writeFile } from "node:fs/promises";
 * import { readTable } from "#lib/corpus/tables/read_table.ts";
 * import { rowsOf } from "#lib/corpus/tables/rows_of.ts";
 * await writeFile("list.json", '{"wav_id": "a"}\n{"wav_id": "b"}\n');
 * assert.deepEqual(rowsOf(await readTable("list.json")), [{ wav_id: "a" }, { wav_id: "b" }]);
 * await rm("list.json");
 * ```
 */
export async function readTable(file: string, { format, columns }: ReadTableOptions = {}): Promise<Table> {
  if (/\.(pt|pth)$/i.test(file)) {
    throw new TableError(
      `${file} is a pickle of torch, which can run any code when it is read, and is not. Convert it where it was made: ` +
        `python -c "import sys, torch, polars; polars.DataFrame(torch.load(sys.argv[1])).write_parquet(sys.argv[2])" IN.pt OUT.parquet`,
    );
  }
  return await parseTable(await readFile(file), { format, columns, name: file });
}

/** Settings of `parseTable`. */
export interface ParseTableOptions extends ReadTableOptions {
  /** The file's name, for its ending and in errors. @default "table" */
  readonly name?: string;
}

/**
 * Reads a table that lies in memory, as `readTable` does a file.
 *
 * @throws {TableError} as `readTable` does.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseTable } from "#lib/corpus/tables/read_table.ts";
 * const { columns } = await parseTable(new TextEncoder().encode("wav_id,n\na,1\n"));
 * assert.deepEqual(columns.map(({ values: [value] }) => value), ["a", 1]);
 * ```
 */
export async function parseTable(
  bytes: Uint8Array,
  { format, columns, name = "table" }: ParseTableOptions = {},
): Promise<Table> {
  const kind = format ?? kindOf(bytes, name);
  if (kind === "parquet") return await parseParquet(bytes, { columns, name });
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new TableError(`${name} is no text of UTF-8.`, { cause });
  }
  const table = kind === "csv" ? parseCsvTable(text, { name }) : parseJsonLines(text, { name });
  if (columns === undefined) return table;
  const names = table.columns.map((column) => column.name);
  return {
    ...table,
    columns: columns.map((wanted) => {
      const column = table.columns[names.indexOf(wanted)];
      if (column === undefined) throw new RangeError(`${name} has no column ${nearestName(wanted, names)}`);
      return column;
    }),
  };
}

function kindOf(bytes: Uint8Array, file: string): "parquet" | "csv" | "jsonl" {
  if (String.fromCharCode(...bytes.subarray(0, 4)) === "PAR1" || /\.parquet$/i.test(file)) return "parquet";
  const start = new TextDecoder().decode(bytes.subarray(0, 64)).trimStart()[0];
  if (start === "{" || start === "[" || /\.(jsonl?|ndjson)$/i.test(file)) return "jsonl";
  return "csv";
}
