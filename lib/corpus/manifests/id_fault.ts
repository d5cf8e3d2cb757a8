import { TableError } from "../tables/table_error.ts";

/** What an error of the database begins with that is about an id. */
export const NO_ID_MARK = "no id: ";

/**
 * An error of the database that is about an id as one that names column and file; any other as it is.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { idFault } from "#lib/corpus/manifests/id_fault.ts";
 * const fault = idFault(new Error('Invalid Input Error: no id: a.parquet: column "uid" has 9.5 as an id.'));
 * assert.match(String(fault), /^TableError: a\.parquet/);
 * ```
 */
export function idFault(error: unknown): unknown {
  const message = error instanceof Error ? error.message : "";
  const at = message.indexOf(NO_ID_MARK);
  if (!message.startsWith("Invalid Input Error") || at < 0) return error;
  return new TableError(message.slice(at + NO_ID_MARK.length), { cause: error });
}
