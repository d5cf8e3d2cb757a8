import { TableError } from "./table_error.ts";

/**
 * An error in reading a Parquet file as one that names the file. What is wrong is told where the fault is one of ours; what other code says
 * of damaged bytes is of no help by itself.
 *
 * @param otherwise What is said before it then.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parquetFault } from "#lib/corpus/tables/parquet_fault.ts";
 * const fault = parquetFault("a.parquet", new RangeError("A page is damaged."), "it cannot be read");
 * assert.equal(fault.message, "a.parquet: a page is damaged.");
 * ```
 */
export function parquetFault(name: string, error: unknown, otherwise: string): TableError {
  return new TableError(`${name}: ${reasonOf(error, otherwise)}`, { cause: error });
}

function reasonOf(error: unknown, otherwise: string): string {
  if (!(error instanceof Error)) return otherwise;
  if (/^(Its|It|A|The|Row|Column) /.test(error.message)) {
    return error.message.replace(/^[A-Z]/, (c) => c.toLowerCase());
  }
  return `${otherwise}: ${error.message}`;
}
