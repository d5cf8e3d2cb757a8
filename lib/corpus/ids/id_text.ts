import { TableError } from "../tables/table_error.ts";

/**
 * An id of a table as text, the same one whatever a file keeps it as: whole numbers without a point, also of a column of doubles, which
 * pandas makes of whole numbers with a gap; bytes as UTF-8. Null where there is none: null, or NaN.
 *
 * @param place Where it stands, for the error.
 * @throws {TableError} that names column and file when a number is not whole, or is a double beyond 2^53, where neighbours look the
 *   same; when bytes are no UTF-8; or when it is no text, number, boolean or bytes.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { idText } from "#lib/corpus/ids/id_text.ts";
 * const place = { column: "file_id", file: "vad.parquet" };
 * const bytes = new TextEncoder().encode("é");
 * assert.deepEqual([7, 2n ** 60n, "007", bytes, NaN].map((value) => idText(value, place)), ["7", `${2n ** 60n}`, "007", "é", null]);
 * assert.throws(() => idText(9.5, place), /vad\.parquet: column "file_id" has 9\.5 as an id/);
 * ```
 */
export function idText(
  value: unknown,
  { column, file }: { readonly column: string; readonly file: string },
): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value;
  if (typeof value === "bigint" || typeof value === "boolean") return String(value);
  const place = `${file}: column ${JSON.stringify(column)} has`;
  if (typeof value === "number") {
    if (Number.isNaN(value)) return null;
    if (Number.isSafeInteger(value)) return String(value);
    throw new TableError(`${place} ${value} ${NO_WHOLE_ID}`);
  }
  if (value instanceof Uint8Array) {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(value);
    } catch (cause) {
      throw new TableError(`${place} ${NO_TEXT_ID}`, { cause });
    }
  }
  throw new TableError(`${place} lists or structs, and ids are text or whole numbers.`);
}

/** What is said of a double that is no id. */
export const NO_WHOLE_ID = "as an id: a double must be whole and below 2^53, or ids be written as text.";

/** What is said of bytes that are no id. */
export const NO_TEXT_ID = "bytes as an id that are no UTF-8.";

/** Columns that ids are looked for in, the first that is there. */
export const ID_COLUMNS: readonly string[] = ["wav_id", "uid", "file_id"];

/**
 * The column of ids among these: `wav_id`, else `uid`, else `file_id`; undefined where none is there.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { idColumnOf } from "#lib/corpus/ids/id_text.ts";
 * assert.equal(idColumnOf(["snr", "file_id", "uid"]), "uid");
 * ```
 */
export function idColumnOf(names: Iterable<string>): string | undefined {
  const there = new Set(names);
  return ID_COLUMNS.find((name) => there.has(name));
}
