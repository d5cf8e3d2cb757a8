/**
 * A text as SQL quotes it.
 *
 * @throws {RangeError} when it has a NUL, which no text of SQL may have.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { sqlText } from "#lib/corpus/manifests/sql_text.ts";
 * assert.equal(sqlText("it's"), "'it''s'");
 * ```
 */
export function sqlText(text: string): string {
  if (text.includes("\0")) {
    throw new RangeError(`${JSON.stringify(text)} has a NUL, which a query cannot hold.`);
  }
  return `'${text.replaceAll("'", "''")}'`;
}

/**
 * A name as SQL quotes it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { sqlName } from "#lib/corpus/manifests/sql_text.ts";
 * assert.equal(sqlName('a"b'), '"a""b"');
 * ```
 */
export function sqlName(name: string): string {
  if (name.includes("\0")) {
    throw new RangeError(`${JSON.stringify(name)} has a NUL, which a query cannot hold.`);
  }
  return `"${name.replaceAll('"', '""')}"`;
}
