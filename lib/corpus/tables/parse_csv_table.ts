import { csvRecords } from "../../timeline/csv_records.ts";
import type { ParseTextTableOptions } from "./parse_json_lines.ts";
import type { Column, Table } from "./table.ts";
import { TableError } from "./table_error.ts";

/**
 * A table from CSV with a header. An empty field is null; a column is `bool`, `int` or `float` where all its values read so and would be
 * written the same again: `007` stays text, whole numbers that have no room in 64 bits do, and so do `wav_id`, `uid` and `file_id`, whatever is in them.
 *
 * @throws {TableError} that names the file and the line.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseCsvTable } from "#lib/corpus/tables/parse_csv_table.ts";
 * const { columns } = parseCsvTable("wav_id,snr,n\n1,1.50,007\n2,,8\n");
 * assert.deepEqual(columns.map(({ type, values }) => [type, ...values]), [
 *   ["text", "1", "2"],
 *   ["float", 1.5, null],
 *   ["text", "007", "8"],
 * ]);
 * ```
 */
export function parseCsvTable(text: string, { name = "text" }: ParseTextTableOptions = {}): Table {
  let header: readonly string[] | undefined;
  const values: (string | null)[][] = [];
  let rowCount = 0;
  try {
    for (const { fields, place } of csvRecords(text, name)) {
      if (header === undefined) {
        const twice = fields.find((field, i) => fields.indexOf(field) < i);
        if (twice !== undefined) throw new TableError(`${name} has two columns ${JSON.stringify(twice)}.`);
        header = fields;
        values.push(...fields.map(() => []));
        continue;
      }
      if (fields.length !== header.length) {
        throw new TableError(
          `${name}, line ${place.lineNumber}: it has ${fields.length} fields, and the header ${header.length}: ${place.line}`,
        );
      }
      fields.forEach((field, i) => values[i].push(field === "" ? null : field));
      rowCount++;
    }
  } catch (error) {
    if (error instanceof TableError) throw error;
    throw new TableError(error instanceof Error ? error.message : String(error), { cause: error });
  }
  if (header === undefined) throw new TableError(`${name} is empty: a header is needed.`);
  return { columns: header.map((column, i) => typed(column, values[i])), rowCount };
}

const IDS = new Set(["wav_id", "uid", "file_id"]);

function typed(name: string, values: readonly (string | null)[]): Column {
  const all = (fits: (value: string) => boolean) => values.every((value) => value === null || fits(value));
  const mapped = (type: Column["type"], read: (value: string) => unknown): Column => ({
    name,
    type,
    values: values.map((value) => value === null ? null : read(value)),
  });
  if (IDS.has(name) || all((value) => value === null)) return { name, type: "text", values };
  if (all((value) => /^(true|false)$/i.test(value))) {
    return mapped("bool", (value) => value.toLowerCase() === "true");
  }
  if (all((value) => /^(0|-?[1-9]\d*)$/.test(value))) {
    // A double would lose digits.
    if (!all(inInt64) && !all(inUint64)) return { name, type: "text", values };
    return mapped("int", (value) => Number.isSafeInteger(Number(value)) ? Number(value) : BigInt(value));
  }
  if (all((value) => FLOAT.test(value))) {
    return mapped(
      "float",
      (value) => Number(value.replace(/^nan$/i, "NaN").replace(/^([+-]?)inf(inity)?$/i, "$1Infinity")),
    );
  }
  return { name, type: "text", values };
}

const FLOAT = /^([+-]?(0|[1-9]\d*)(\.\d*)?([eE][+-]?\d+)?|[+-]?\.\d+([eE][+-]?\d+)?|nan|[+-]?inf(inity)?)$/i;

function inUint64(text: string): boolean {
  return text.length <= 20 && !text.startsWith("-") && BigInt(text) < 2n ** 64n;
}

function inInt64(text: string): boolean {
  if (text.length > 20) return false;
  const value = BigInt(text);
  return BigInt.asIntN(64, value) === value;
}
