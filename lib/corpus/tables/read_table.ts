import { readFile } from "node:fs/promises";
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
  const bytes = await readFile(file);
  const kind = format ?? kindOf(bytes, file);
  if (kind === "parquet") return await parseParquet(bytes, { columns, name: file });
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new TableError(`${file} is no text of UTF-8.`, { cause });
  }
  const table = kind === "csv" ? parseCsvTable(text, { name: file }) : parseJsonLines(text, { name: file });
  if (columns === undefined) return table;
  return {
    ...table,
    columns: columns.map((name) => {
      const column = table.columns.find((column) => column.name === name);
      if (column === undefined) throw new RangeError(`${file} has no column ${JSON.stringify(name)}.`);
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
