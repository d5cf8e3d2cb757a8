import { valueText } from "#lib/corpus/tables/value_text.ts";
import type { Table } from "#lib/corpus/tables/table.ts";
import { counted } from "#lib/plots/format_number.ts";
import type { MimeBundle } from "./displayed.ts";
import { type Cell, gridBundle } from "./table.ts";

/** Settings of `corpusTableDisplay`. */
export interface CorpusTableDisplayOptions {
  /** What it is. Default: `a table`. */
  readonly what?: string;
  /** Rows that there are in all, where the table holds the first of them only. Default: the table's. */
  readonly rowCount?: number;
  /** Columns of a terminal. A table that needs more is told column by column. Default: 80. */
  readonly width?: number;
}

/** Rows shown. */
const ROWS = 20;

/**
 * The forms of a table of a corpus: the first 20 rows; in text, where the width does not take all columns, each column with its type and its
 * first values.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { tableOf } from "#lib/corpus/tables/table_of.ts";
 * import { corpusTableDisplay } from "#lib/notebook/corpus_table_display.ts";
 * const { "text/plain": text } = corpusTableDisplay(tableOf([{ wav_id: "rec", snr: 10.5 }]));
 * assert.equal(text, "a table: 1 row, 2 columns\nwav_id   snr\n──────  ────\nrec     10.5");
 * ```
 */
export function corpusTableDisplay(
  table: Table,
  { what = "a table", rowCount = table.rowCount, width = 80 }: CorpusTableDisplayOptions = {},
): MimeBundle {
  const caption = `${what}: ${counted(rowCount, "row")}, ${counted(table.columns.length, "column")}`;
  if (table.columns.length === 0) return { "text/plain": caption };
  const shown = Math.min(ROWS, table.rowCount);
  const rows = Array.from({ length: shown }, (_, i) => table.columns.map(({ values }) => cellOf(values[i])));
  const bundle = gridBundle(rows, { caption, columns: table.columns.map(({ name }) => name) });
  const more = rowCount > shown ? `and ${rowCount - shown} more` : undefined;
  const text = [bundle["text/plain"], ...more === undefined ? [] : [more]].join("\n");
  const html = bundle["text/html"];
  return {
    "text/plain": text.split("\n").every((line) => line.length <= width)
      ? text
      : byColumn(table, caption, width),
    ...html === undefined ? {} : { "text/html": more === undefined ? html : `${html}<p>${more}</p>` },
  };
}

/** A line a column: its name, its type, its first values as far as the line goes. */
function byColumn(table: Table, caption: string, width: number): string {
  const cut = (text: string, length: number) =>
    text.length > length ? `${text.slice(0, Math.max(0, length - 1))}…` : text;
  const names = table.columns.map(({ name }) => cut(name, Math.floor(width / 3)));
  const wide = Math.max(...names.map(({ length }) => length));
  const lines = table.columns.map(({ type, values }, i) => {
    const first = values.slice(0, ROWS).map((value) => cut(valueText(value), 40)).join(", ");
    return cut(`${names[i].padEnd(wide)}  ${type.padEnd(9)}  ${first}`.trimEnd(), width);
  });
  return [cut(caption, width), ...lines].join("\n");
}

function cellOf(value: unknown): Cell {
  return typeof value === "number" || value === null ? value : valueText(value);
}
