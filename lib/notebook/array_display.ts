import { type NdArray, sizeOf } from "#lib/arrays/nd_array.ts";
import { formatNumber } from "#lib/plots/format_number.ts";
import type { MimeBundle } from "./displayed.ts";
import { gridBundle } from "./table.ts";

/** Rows and columns that are shown from each end. */
const ROWS = 3, COLUMNS = 4;

/**
 * The forms of an array: its dtype, shape and range, and the corners of its (first) matrix.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { arrayDisplay } from "#lib/notebook/array_display.ts";
 * const { "text/plain": text } = arrayDisplay(ndArray("f8", [2, 2], Float64Array.of(0, 0.5, 1, NaN)));
 * assert.match(text, /^f8 \(2, 2\): 0 to 1, mean 0\.5, 1 NaN\n/);
 * ```
 */
export function arrayDisplay(array: NdArray): MimeBundle {
  const { dtype, shape } = array;
  const caption = [`${dtype} (${shape.join(", ")}${shape.length === 1 ? "," : ""})`, rangeOf(array)]
    .filter((part) => part !== "").join(": ");
  if (sizeOf(shape) === 0) return { "text/plain": caption };
  const columns = shape.at(-1) ?? 1;
  const rows = shape.length < 2 ? 1 : shape[shape.length - 2];
  const before = "0, ".repeat(Math.max(0, shape.length - 2));
  const shownColumns = ends(columns, COLUMNS);
  const lines = ends(rows, ROWS).map((i) => {
    const name = i === undefined ? "⋮" : shape.length < 2 ? "" : `[${before}${i}]`;
    const cells = shownColumns.map((j) => {
      if (j === undefined) return "…";
      return i === undefined ? "⋮" : valueAt(array, i * columns + j);
    });
    return [name, ...cells];
  });
  return gridBundle(lines, {
    caption,
    columns: ["", ...shownColumns.map((j) => j === undefined ? "…" : `${j}`)],
  });
}

/** The first and last `each` of `count` indices, with a gap where some are left out. */
function ends(count: number, each: number): (number | undefined)[] {
  const all = Array.from({ length: Math.min(count, 2 * each) }, (_, i) => i);
  if (count <= 2 * each) return all;
  return [...all.slice(0, each), undefined, ...all.slice(0, each).map((i) => count - each + i)];
}

function valueAt({ data }: NdArray, at: number): string | number {
  const value = data[at];
  return typeof value === "bigint" ? Number(value) : value;
}

function rangeOf({ dtype, data }: NdArray): string {
  if (dtype === "U" || data.length === 0) return "";
  let least = Infinity, most = -Infinity, sum = 0, nans = 0;
  for (const item of data) {
    const value = Number(item);
    if (Number.isNaN(value)) {
      nans++;
      continue;
    }
    if (value < least) least = value;
    if (value > most) most = value;
    sum += value;
  }
  const count = data.length - nans;
  const range = count === 0
    ? ""
    : `${formatNumber(least)} to ${formatNumber(most)}, mean ${formatNumber(sum / count)}`;
  return [range, nans > 0 ? `${nans} NaN` : ""].filter((part) => part !== "").join(", ");
}
