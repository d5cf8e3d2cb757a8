/**
 * What a column holds, in the names of Arrow. Values in JavaScript, `null` where there is none:
 * `bool` boolean, `int` number, or bigint where one is beyond the safe integers, `float` number, `text` string, `binary` Uint8Array, `decimal` text.
 * `date` (`2026-01-31`), `time` (`12:30:00.000004`) and `timestamp` (`2026-01-31T12:30:00.123456`, with a `Z` where it is UTC) are text of
 * ISO 8601 with no, 3, 6 or 9 digits of a second, as many as it takes; `duration` is microseconds, bigint. `list` array, `struct` object (a map
 * is a list of `{ key, value }`), `null` nothing at all.
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
