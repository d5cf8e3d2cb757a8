/**
 * What a column holds, in the names of Arrow. Values in JavaScript, `null` where there is none:
 * `bool` boolean, `int` number (safe integers) or bigint (where one is beyond), `float` number, `text` string, `binary` Uint8Array,
 * `date` and `timestamp` ISO 8601 text, `time` and `duration` bigint (microseconds), `decimal` text, `list` array, `struct` object, `null` nothing at all.
 */
export type ColumnType =
  | "bool"
  | "int"
  | "float"
  | "text"
  | "binary"
  | "date"
  | "timestamp"
  | "time"
  | "duration"
  | "decimal"
  | "list"
  | "struct"
  | "null";

/** One column of a table. */
export interface Column {
  /** As written: `Error` and `error` are two columns. */
  readonly name: string;
  readonly type: ColumnType;
  /** One a row. */
  readonly values: readonly unknown[];
}

/** A table in memory, by column: what one file of metadata or segments holds. Big ones are a `MetadataManifest`. */
export interface Table {
  readonly columns: readonly Column[];
  readonly rowCount: number;
}
