import { type Markup, markup } from "./markup.ts";
import type { Cell, ErrorBar, RichCell, Table } from "./report.ts";

/** The ends of the scale of error bars: below the first nothing is seen, the second fills the cell. */
const FROM_EXPONENT = -17, TO_EXPONENT = 0;

/** Up to so many columns fit a phone, up to so many a tablet, and up to so many a small window. */
const NARROW = 3, WIDE = 5, WIDEST = 7;

const SIGNS = { good: "✓", bad: "✗", quiet: "" } as const;

/**
 * Where an error lies on the bars' logarithmic scale, in percent of the width; 0 for an error of 0.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { barPercent } from "#lib/report/render_table.ts";
 * assert.deepEqual([0, 1e-17, 1, 7].map(barPercent), [0, 2, 100, 100]);
 * ```
 */
export function barPercent(error: number): number {
  if (error === 0) return 0;
  const share = (Math.log10(error) - FROM_EXPONENT) / (TO_EXPONENT - FROM_EXPONENT);
  // What is not 0 is to be seen.
  return Math.round(Math.max(2, Math.min(100, 100 * share)));
}

function bar({ error, tolerance }: ErrorBar): Markup {
  const limit = tolerance > 0 && markup`<i class="limit" style="left:${barPercent(tolerance)}%"></i>`;
  const kind = error > tolerance ? "bar over" : "bar";
  return markup`<span class="${kind}" aria-hidden="true"><i style="width:${
    barPercent(error)
  }%"></i>${limit}</span>`;
}

function content(cell: RichCell, recordings: readonly string[]): Markup {
  const { text, tone, heardAt } = cell;
  const sign = tone && SIGNS[tone];
  const at = heardAt ? recordings.indexOf(heardAt.recording) : -1;
  return markup`${sign && markup`<span class="sign" aria-hidden="true">${sign}</span> `}${
    heardAt && at >= 0 ? hearPlace(text, at, heardAt.startSec) : text
  }${cell.bar && bar(cell.bar)}`;
}

/** Text, of which the page's script makes a button: without one, nothing can be pressed. */
function hearPlace(text: string, index: number, startSec: number): Markup {
  return markup`<span data-recording="${index}" data-seek="${startSec}">${text}</span>`;
}

/**
 * A table as HTML. A cell that names a moment becomes a button, by the page's script, where the page has that recording.
 *
 * @param options `recordings`: the names of the page's recordings, in their order.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { renderTable } from "#lib/report/render_table.ts";
 * const columns = [{ title: "stage" }, { title: "error", isNumber: true }];
 * const { text } = renderTable({ caption: "Errors", columns, rows: [["plda", "1e-12"]] });
 * assert.match(text, /<th [^>]*>plda<\/th><td [^>]*class="number"><div>1e-12<\/div><\/td>/);
 * ```
 */
export function renderTable(table: Table, options: { readonly recordings?: readonly string[] } = {}): Markup {
  const { caption, columns, rows } = table;
  const { recordings = [] } = options;
  const classOf = (column: number, cell?: Cell) => {
    const { tone, isLong } = typeof cell === "object" ? cell : {};
    const names = [columns[column]?.isNumber && "number", isLong && "words", tone].filter(Boolean);
    return names.length > 0 && markup` class="${names.join(" ")}"`;
  };
  // Where its columns have no room side by side, a row becomes a list of names and values, which styles do; as styles take the
  // table's roles from its elements, those are told.
  const row = (cells: readonly Cell[]) =>
    cells.map((cell, i) => {
      const inside = typeof cell === "string" ? markup`${cell}` : content(cell, recordings);
      return i === 0
        ? markup`<th scope="row" role="rowheader"${classOf(i, cell)}>${inside}</th>`
        : markup`<td role="cell" data-title="${columns[i]?.title}"${
          classOf(i, cell)
        }><div>${inside}</div></td>`;
    });
  const head = columns.map(({ title }, i) =>
    markup`<th scope="col" role="columnheader"${classOf(i)}>${title}</th>`
  );
  const width = columns.length > WIDEST
    ? " widest"
    : columns.length > WIDE
    ? " wide"
    : columns.length > NARROW
    ? " middling"
    : "";
  return markup`<div class="table${width}" tabindex="0" role="region" aria-label="${caption}">
<table role="table"><caption><span>${caption}</span></caption>
<thead role="rowgroup"><tr role="row">${head}</tr></thead>
<tbody role="rowgroup">${rows.map((cells) => markup`<tr role="row">${row(cells)}</tr>\n`)}</tbody>
</table></div>`;
}
