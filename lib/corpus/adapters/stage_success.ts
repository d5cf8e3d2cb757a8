import { columnIndex, type ManifestColumn } from "../manifests/manifest_column.ts";
import { TableError } from "../tables/table_error.ts";
import type { StageLayoutParts } from "./known_stages.ts";

/**
 * Whether a row of a stage succeeded, by the cell that tells it. Booleans may be 0 and 1, or "true" and "false" as text of any case; of
 * errors both none (null, or the NaN of pandas) and an empty text are success; bytes are text. Null is no success elsewhere.
 *
 * @param place Where it stands, for the error.
 * @throws {TableError} that names column and file when a cell says neither.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { hasSucceeded } from "#lib/corpus/adapters/stage_success.ts";
 * const place = { column: "success", file: "vad.parquet" };
 * assert.deepEqual([true, 1, "False", null].map((cell) => hasSucceeded(cell, { ...place, is: "true" })), [true, true, false, false]);
 * assert.deepEqual([null, "", "boom"].map((cell) => hasSucceeded(cell, { ...place, is: "empty" })), [true, true, false]);
 * assert.throws(() => hasSucceeded("done", { ...place, is: "true" }), /vad\.parquet: column "success" has "done"/);
 * ```
 */
export function hasSucceeded(
  cell: unknown,
  { is, column, file }: {
    readonly is: StageLayoutParts["success"]["is"];
    readonly column: string;
    readonly file: string;
  },
): boolean {
  const value = cell instanceof Uint8Array
    ? new TextDecoder().decode(cell)
    : Number.isNaN(cell)
    ? null
    : cell ?? null;
  if (is === "empty") return value === null || value === "";
  if (value === null) return false;
  if (is === "ok" && typeof value === "string") return value === "ok";
  if (is === "true") {
    const told = String(value).toLowerCase();
    if (told === "true" || told === "1") return true;
    if (told === "false" || told === "0") return false;
  }
  const shown = typeof value === "string" ? JSON.stringify(value.slice(0, 60)) : String(value);
  const needed = is === "ok" ? 'text is needed, "ok" for success' : "true or false is needed, or 1 or 0";
  throw new TableError(`${file}: column ${JSON.stringify(column)} has ${shown}: ${needed}.`);
}

/**
 * Whether a row of a stage's manifest succeeded, in SQL: as `hasSucceeded` of its cell, never null. A cell that says neither is no success;
 * `StageOutput.checkSuccess` refuses it.
 *
 * @throws {RangeError} when the column is not there.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { successSql } from "#lib/corpus/adapters/stage_success.ts";
 * const columns = [{ name: "success", type: "bool", sqlType: "BOOLEAN" }] as const;
 * assert.equal(successSql({ columns, source: "vad" }, { column: "success", is: "true" }), "coalesce(c0, false)");
 * ```
 */
export function successSql(
  manifest: { readonly columns: readonly ManifestColumn[]; readonly source: string },
  { column, is }: StageLayoutParts["success"],
): string {
  const at = columnIndex(manifest, column), { type } = manifest.columns[at];
  if (is === "true" && type === "bool") return `coalesce(c${at}, false)`;
  const text = type === "binary" ? `TRY(decode(c${at}))` : `CAST(c${at} AS VARCHAR)`;
  if (is === "empty") {
    const none = type === "float" ? `isnan(c${at})` : `${text} = ''`;
    return `(c${at} IS NULL OR coalesce(${none}, false))`;
  }
  if (is === "ok") return `coalesce(${text} = 'ok', false)`;
  return `coalesce(lower(${text}) IN ('true', '1', '1.0'), false)`;
}

/**
 * Whether every cell of this type tells success, so that none need be looked at.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { alwaysTells } from "#lib/corpus/adapters/stage_success.ts";
 * assert.deepEqual([alwaysTells("bool", "true"), alwaysTells("text", "true")], [true, false]);
 * ```
 */
export function alwaysTells(type: ManifestColumn["type"], is: StageLayoutParts["success"]["is"]): boolean {
  return is === "empty" || type === "null" || type === (is === "true" ? "bool" : "text");
}
