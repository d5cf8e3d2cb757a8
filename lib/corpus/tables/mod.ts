/** Tables in memory: Parquet, CSV and JSON lines, read and written. */
export type { Column, ColumnType, Table } from "./table.ts";
export {
  parseParquet,
  type ParseParquetOptions,
  readParquet,
  type ReadParquetOptions,
} from "./read_parquet.ts";
export { rowsOf } from "./rows_of.ts";
export { TableError } from "./table_error.ts";
export { tableOf, type TableOfOptions } from "./table_of.ts";
export { formatParquet, writeParquet } from "./write_parquet.ts";
export { valueText } from "./value_text.ts";
export { parseCsvTable } from "./parse_csv_table.ts";
export { parseJsonLines, type ParseTextTableOptions } from "./parse_json_lines.ts";
export { parseTable, type ParseTableOptions, readTable, type ReadTableOptions } from "./read_table.ts";
