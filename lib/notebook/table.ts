import { escapeXml } from "#lib/plots/escape_xml.ts";
import { formatNumber } from "#lib/plots/format_number.ts";
import { type Displayed, displayed, type MimeBundle } from "./displayed.ts";

/** What a cell of a table may hold; undefined and null leave it empty. */
export type Cell = string | number | bigint | boolean | null | undefined;

/** A row: cells by the names of their columns. */
export type Row = Readonly<Record<string, Cell>>;

/** Settings of {@link table}. */
export interface TableOptions {
  /** Above the table. */
  readonly caption?: string;
  /** Which columns, in this order. @default all, as they first appear */
  readonly columns?: readonly string[];
  /** Rows beyond these are counted, not shown. @default 50 */
  readonly maxRows?: number;
}

/**
 * A table that displays itself: in HTML, and as lines of text. Numbers stand right, with three digits.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { table } from "#lib/notebook/table.ts";
 * import { JUPYTER_DISPLAY } from "#lib/plots/figure.ts";
 * const shown = await table([{ stage: "ahc", ms: 1.25 }, { stage: "vbx", ms: 31 }])[JUPYTER_DISPLAY]();
 * assert.equal(shown["text/plain"], "stage    ms\n─────  ────\nahc    1.25\nvbx      31");
 * assert.match(shown["text/html"]!, /<td[^>]*>ahc<\/td>/);
 * ```
 */
export function table(rows: readonly Row[], options: TableOptions = {}): Displayed {
  return displayed(() => tableBundle(rows, options));
}

/**
 * The forms of a table whose rows name their columns.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { tableBundle } from "#lib/notebook/table.ts";
 * assert.match(tableBundle([{ a: "<b>" }])["text/html"]!, /&lt;b&gt;/);
 * ```
 */
export function tableBundle(rows: readonly Row[], options: TableOptions = {}): MimeBundle {
  const columns = options.columns ?? [...new Set(rows.flatMap((row) => Object.keys(row)))];
  return gridBundle(rows.map((row) => columns.map((name) => row[name])), { ...options, columns });
}

/**
 * The forms of a table whose rows are in the columns' order.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { gridBundle } from "#lib/notebook/table.ts";
 * const { "text/plain": text } = gridBundle([[1, 2]], { columns: ["1", "0"] });
 * assert.equal(text.split("\n")[0], "1  0");
 * ```
 */
export function gridBundle(
  rows: readonly (readonly Cell[])[],
  options: TableOptions & { readonly columns: readonly string[] },
): MimeBundle {
  const { caption, columns, maxRows = 50 } = options;
  const shown = rows.slice(0, maxRows);
  const numeric = columns.map((_, i) => shown.some((row) => isNumber(row[i])));
  const cells = shown.map((row) => row.map(textOf));
  const left = rows.length - shown.length;
  const more = left > 0 ? `and ${left} more` : undefined;

  const widths = columns.map((name, i) => Math.max(length(name), ...cells.map((row) => length(row[i]))));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => padded(cell, widths[i], numeric[i])).join("  ").trimEnd();
  const text = [
    ...caption === undefined ? [] : [caption],
    line(columns),
    line(widths.map((width) => "─".repeat(width))),
    ...cells.map(line),
    ...more === undefined ? [] : [`… ${more}`],
  ].join("\n");

  const side = (i: number) => numeric[i] ? ' style="text-align: right"' : ' style="text-align: left"';
  const html = [
    // A caption element would be as narrow as the table.
    ...caption === undefined ? [] : caption.split("\n").map((line) => `<div>${escapeXml(line)}</div>`),
    caption === undefined ? "<table>" : `<table aria-label="${escapeXml(caption.split("\n")[0])}">`,
    `<thead><tr>${
      columns.map((name, i) => `<th scope="col"${side(i)}>${escapeXml(name)}</th>`).join("")
    }</tr></thead>`,
    "<tbody>",
    ...cells.map((row) =>
      `<tr>${row.map((cell, i) => `<td${side(i)}>${escapeXml(cell)}</td>`).join("")}</tr>`
    ),
    "</tbody>",
    ...more === undefined ? [] : [`<tfoot><tr><td colspan="${columns.length}">… ${more}</td></tr></tfoot>`],
    "</table>",
  ].join("\n");
  return { "text/html": html, "text/plain": text };
}

function isNumber(cell: Cell): boolean {
  return typeof cell === "number" || typeof cell === "bigint";
}

function textOf(cell: Cell): string {
  if (cell === undefined || cell === null) return "";
  if (typeof cell === "number") return formatNumber(cell);
  if (typeof cell === "boolean") return cell ? "yes" : "no";
  return String(cell);
}

/** Characters, not UTF-16 units. */
function length(text: string): number {
  return [...text].length;
}

function padded(text: string, width: number, right: boolean): string {
  const space = " ".repeat(Math.max(0, width - length(text)));
  return right ? space + text : text + space;
}
