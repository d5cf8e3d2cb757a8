import { idColumnOf, idText } from "../ids/id_text.ts";
import type { Table } from "./table.ts";

/**
 * A table whose ids are text, as `idText` has them; the same where there are none.
 *
 * @param file Where it is from, in errors.
 * @param idColumn The column of ids. Default: the first that is there of `wav_id`, `uid`, `file_id`.
 * @throws {TableError} that names column and file when a value is no id.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { tableOf } from "#lib/corpus/tables/table_of.ts";
 * import { tableWithTextIds } from "#lib/corpus/tables/table_with_text_ids.ts";
 * const { columns } = tableWithTextIds(tableOf([{ wav_id: 7 }]), "list.jsonl");
 * assert.deepEqual(columns[0].values, ["7"]);
 * ```
 */
export function tableWithTextIds(
  { columns, rowCount }: Table,
  file: string,
  idColumn: string | undefined = idColumnOf(columns.map(({ name }) => name)),
): Table {
  return {
    columns: columns.map((column) =>
      column.name !== idColumn || column.type === "text" ? column : {
        ...column,
        type: "text",
        values: column.values.map((value) => idText(value, { column: column.name, file })),
      }
    ),
    rowCount,
  };
}
