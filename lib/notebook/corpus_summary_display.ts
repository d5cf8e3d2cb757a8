import type { ColumnSummary } from "#lib/corpus/summary/column_summary.ts";
import type { CorpusSummary, StageSummary } from "#lib/corpus/summary/summarize_corpus.ts";
import { valueText } from "#lib/corpus/tables/value_text.ts";
import { escapeXml } from "#lib/plots/escape_xml.ts";
import { counted, formatCount, formatNumber } from "#lib/plots/format_number.ts";
import type { MimeBundle } from "./displayed.ts";
import { gridBundle, type Row, tableBundle } from "./table.ts";

/** Settings of `corpusSummaryDisplay`. */
export interface CorpusSummaryDisplayOptions {
  /** Columns of a terminal, which lines of text are cut to. Default: 80. */
  readonly width?: number;
}

/** Letters of one value in a list of the commonest. */
const LONGEST = 32;

/**
 * The forms of what is in an output directory: a row for each stage, then a table of each stage's columns with type, share of nulls, and
 * smallest, middle and greatest of numbers or the commonest values of text.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { corpusSummaryDisplay } from "#lib/notebook/corpus_summary_display.ts";
 * const summary = { folder: "out", recordings: 2, inAllStages: 2, durationSec: 7200, stages: [], warnings: [] };
 * assert.equal(corpusSummaryDisplay(summary)["text/plain"], "out: 2 recordings, 2.00 h; 2 succeeded in all 0 stages");
 * ```
 */
export function corpusSummaryDisplay(
  summary: CorpusSummary,
  { width = 80 }: CorpusSummaryDisplayOptions = {},
): MimeBundle {
  const { folder, recordings, inAllStages, durationSec, stages, warnings } = summary;
  const long = durationSec === null ? "" : `, ${lengthOf(durationSec)}`;
  const all = `${formatCount(inAllStages)} succeeded in ${
    stages.length === 1 ? stages[0].name : `all ${stages.length} stages`
  }`;
  const caption = `${folder}: ${counted(recordings, "recording")}${long}; ${all}`;
  if (stages.length === 0) return { "text/plain": caption };
  const rows = stages.map(stageRow);
  // What no stage has is no column.
  const heads = Object.keys(rows[0]).filter((head) => rows.some((row) => row[head] !== undefined));
  const overview = tableBundle(rows, { caption, columns: heads });
  const told = warnings.map((warning) => `Warning: ${warning}`);
  const parts = stages.map((stage) => ({ stage, head: headOf(stage), cells: cellsOf(stage) }));
  return {
    "text/plain": [
      overview["text/plain"],
      ...told,
      ...parts.map(({ head, cells }) => `\n${head}\n${textOf(cells, width)}`),
    ].join("\n"),
    "text/html": [
      overview["text/html"],
      ...told.map((warning) => `<div>${escapeXml(warning)}</div>`),
      ...parts.map(({ head, cells }) =>
        gridBundle(cells.rows.map(({ cells, values }) => [...cells, ...values]), {
          caption: head,
          columns: [...cells.heads, "min", "median", "max", "values"],
          maxRows: Infinity,
        })["text/html"]
      ),
    ].join("\n"),
  };
}

function stageRow(stage: StageSummary): Row {
  // As whole numbers of any size, which are told to the last digit.
  const count = (n: number | null | undefined) => n === null || n === undefined ? undefined : BigInt(n);
  return {
    stage: stage.name,
    rows: count(stage.rows),
    ok: count(stage.succeeded),
    failed: count(stage.failed),
    "no array": count(stage.arraysMissing),
    segments: count(stage.segments?.rows),
    duration: stage.durationSec === null ? undefined : lengthOf(stage.durationSec),
  };
}

function headOf({ name, files, segments }: StageSummary): string {
  const labels = segments?.labels.map(({ label, totalSec }) => `${label} ${lengthOf(totalSec)}`) ?? [];
  const spoken = segments === null ? "" : `, ${lengthOf(segments.totalSec)} in segments`;
  const by = labels.length === 0
    ? ""
    : ` (${labels.slice(0, 8).join(", ")}${labels.length > 8 ? ", …" : ""})`;
  return `${name}: ${counted(files, "file")}${spoken}${by}`;
}

/** In hours, minutes or seconds, as it is long. */
function lengthOf(sec: number): string {
  if (sec >= 3600) return `${(sec / 3600).toFixed(2)} h`;
  return sec >= 60 ? `${(sec / 60).toFixed(1)} min` : `${formatNumber(sec)} s`;
}

interface StageCells {
  readonly heads: readonly string[];
  readonly rows: readonly {
    readonly cells: readonly string[];
    /** Smallest, middle and greatest, and what stands in their place. */
    readonly values: readonly [string, string, string, string];
  }[];
}

function cellsOf({ columns, rows }: StageSummary): StageCells {
  const share = (count: number) => {
    if (count === 0) return "";
    const percent = 100 * count / rows;
    return percent < 0.1 ? "<0.1 %" : `${formatNumber(percent, percent < 1 ? 1 : 3)} %`;
  };
  const hasNaN = columns.some(({ nans }) => nans > 0);
  return {
    heads: ["column", "type", "null", ...hasNaN ? ["NaN"] : []],
    rows: columns.map((column) => ({
      cells: [column.name, column.type, share(column.nulls), ...hasNaN ? [share(column.nans)] : []],
      values: valuesOf(column),
    })),
  };
}

function valuesOf(
  { min, median, max, distinct, common }: ColumnSummary,
): StageCells["rows"][number]["values"] {
  if (typeof min === "string") return ["", "", "", `${min} to ${max}`];
  if (min !== null) return [numberText(min), numberText(median), numberText(max), ""];
  if (distinct === null || distinct === 0) return ["", "", "", ""];
  if (common.length === 0) return ["", "", "", `${formatCount(distinct)} different`];
  const shown = common.map(({ value, count }) => `${formatCount(count)} × ${wordOf(value)}`).join(", ");
  const others = distinct - common.length;
  return ["", "", "", others > 0 ? `${shown}, ${formatCount(others)} others` : shown];
}

function numberText(value: number | bigint | string | null): string {
  return value === null ? "" : typeof value === "number" ? formatNumber(value) : String(value);
}

function wordOf(value: string): string {
  const text = valueText(value);
  if (text.trim() !== text || text === "") return JSON.stringify(text);
  return cut(text, LONGEST);
}

function cut(text: string, most: number): string {
  const letters = [...text];
  if (letters.length <= most) return text;
  return `${letters.slice(0, Math.max(0, most - 1)).join("").replace(/…$/, "")}…`;
}

/** Lines of text: numbers in three columns, and words over all three of them, as far as the width goes. */
function textOf({ heads, rows }: StageCells, width: number): string {
  const name = Math.max(8, Math.floor(width / 3));
  const left = rows.map(({ cells }) => [cut(cells[0], name), ...cells.slice(1)]);
  const widths = heads.map((head, i) => Math.max(length(head), ...left.map((row) => length(row[i]))));
  const numbers = ["min", "median", "max"].map((head, i) =>
    Math.max(head.length, ...rows.map(({ values }) => length(values[i])))
  );
  const front = (row: readonly string[]) =>
    row.map((cell, i) => i < 2 ? cell + pad(cell, widths[i]) : pad(cell, widths[i]) + cell).join("  ");
  const three = (row: readonly string[]) => row.map((cell, i) => pad(cell, numbers[i]) + cell).join("  ");
  const lines = [
    `${front(heads)}  ${three(["min", "median", "max"])}`,
    [...widths, ...numbers].map((wide) => "─".repeat(wide)).join("  "),
    ...rows.map(({ values: [min, median, max, words] }, i) =>
      `${front(left[i])}  ${words === "" ? three([min, median, max]) : words}`
    ),
  ];
  return lines.map((line) => cut(line.trimEnd(), width)).join("\n");
}

function pad(cell: string, width: number): string {
  return " ".repeat(Math.max(0, width - length(cell)));
}

/** Characters, not UTF-16 units. */
function length(text: string): number {
  return [...text].length;
}
