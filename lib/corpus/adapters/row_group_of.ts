/**
 * Which row group one row of a file is in, and which of the group's rows it is.
 *
 * @param rowGroups Rows of each group.
 * @param row Of the file, from 0.
 * @throws {RangeError} when the file has not so many rows.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { rowGroupOf } from "#lib/corpus/adapters/row_group_of.ts";
 * assert.deepEqual(rowGroupOf([2, 3], 4), { rowGroup: 1, at: 2 });
 * ```
 */
export function rowGroupOf(
  rowGroups: readonly number[],
  row: number,
): { readonly rowGroup: number; readonly at: number } {
  let at = row;
  for (const [rowGroup, rows] of rowGroups.entries()) {
    if (at < rows) return { rowGroup, at };
    at -= rows;
  }
  throw new RangeError(`There are ${row - at} rows, numbered from 0, and none is ${row}.`);
}
