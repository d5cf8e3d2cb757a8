import { duplicateKey, mayRepeatKey } from "#lib/language/duplicate_key.ts";
import type { Table } from "./table.ts";
import { TableError } from "./table_error.ts";
import { tableOf } from "./table_of.ts";

/** Settings of `parseJsonLines` and `parseCsvTable`. */
export interface ParseTextTableOptions {
  /** The file's name in errors. @default "text" */
  readonly name?: string;
}

/**
 * A table from JSON: an object a line, or one list of objects. `NaN`, `Infinity` and `-Infinity` are taken, as Python writes them, and whole
 * numbers beyond 2^53 keep all digits.
 *
 * @throws {TableError} that names the file and the line; also where a key stands twice in a row, of which JSON would keep the last.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseJsonLines } from "#lib/corpus/tables/parse_json_lines.ts";
 * const { columns } = parseJsonLines('{"snr": NaN, "n": 9007199254740993}\n{"snr": 1}\n');
 * assert.deepEqual(columns.map(({ values }) => values), [[NaN, 1], [9007199254740993n, null]]);
 * assert.throws(() => parseJsonLines('{"a": 1}\n{"a"', { name: "x.jsonl" }), /^TableError: x\.jsonl, line 2/);
 * ```
 */
export function parseJsonLines(text: string, { name = "text" }: ParseTextTableOptions = {}): Table {
  const source = text.replace(/^\uFEFF/, "");
  const whole = source.trimStart();
  if (whole.startsWith("[")) return tableOfRows(list(whole, name), name, (row) => `row ${row}`);
  const rows: Record<string, unknown>[] = [];
  const lines: number[] = [];
  for (const [i, line] of source.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    rows.push(object(line, `${name}, line ${i + 1}`));
    lines.push(i + 1);
  }
  return tableOfRows(rows, name, (row) => `line ${lines[row]}`);
}

function list(text: string, name: string): Record<string, unknown>[] {
  let rows: unknown;
  try {
    rows = parseLoose(text);
  } catch (cause) {
    throw new TableError(`${name} is no JSON: ${(cause as Error).message}`, { cause });
  }
  const twice = duplicateKey(text, { level: 2 });
  if (twice !== undefined) {
    throw new TableError(`${name}: the key ${JSON.stringify(twice)} stands twice in a row.`);
  }
  return (rows as unknown[]).map((row, r) => {
    if (typeof row === "object" && row !== null && !Array.isArray(row)) return row as Record<string, unknown>;
    throw new TableError(`${name}, row ${r}: an object is needed, not ${JSON.stringify(row).slice(0, 80)}`);
  });
}

function object(line: string, place: string): Record<string, unknown> {
  let row: unknown;
  try {
    row = parseLoose(line);
  } catch (cause) {
    throw new TableError(`${place}: it is no JSON: ${line.slice(0, 80)}`, { cause });
  }
  if (typeof row === "object" && row !== null && !Array.isArray(row)) {
    const twice = mayRepeatKey(line, row) ? duplicateKey(line, { level: 1 }) : undefined;
    if (twice === undefined) return row as Record<string, unknown>;
    throw new TableError(
      `${place}: the key ${JSON.stringify(twice)} stands there twice: ${line.slice(0, 80)}`,
    );
  }
  throw new TableError(`${place}: an object is needed, not ${line.slice(0, 80)}`);
}

/** JSON with Python's NaN and infinities, and all digits of whole numbers. */
function parseLoose(text: string): unknown {
  if (!/NaN|Infinity|\d{16}/.test(text)) return JSON.parse(text);
  // Outside of strings only; each is told from text by a mark that no text of the source begins with.
  let mark = "\u0001";
  while (text.includes(JSON.stringify(mark).slice(1, -1)) || text.includes(mark)) mark += "\u0001";
  const marked = text.replace(
    // Whole tokens: the digits behind a point are no number of their own.
    /"(?:[^"\\]|\\.)*"|-?Infinity|NaN|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g,
    (found) => /^(?:-?Infinity|NaN|-?[1-9]\d{15,})$/.test(found) ? JSON.stringify(mark + found) : found,
  );
  return JSON.parse(marked, (_key, value) => {
    if (typeof value !== "string" || !value.startsWith(mark)) return value;
    const token = value.slice(mark.length);
    if (!/^-?\d+$/.test(token)) return Number(token);
    const number = Number(token);
    return Number.isSafeInteger(number) ? number : BigInt(token);
  });
}

function tableOfRows(
  rows: readonly Record<string, unknown>[],
  name: string,
  place: (row: number) => string,
): Table {
  try {
    return tableOf(rows);
  } catch (cause) {
    const fault = (cause as Error).message.replace(/row (\d+)/, (_, row) => place(Number(row)));
    throw new TableError(`${name}: ${fault}`, { cause });
  }
}
