import type { ManifestColumn } from "./manifest_column.ts";
import { sqlText } from "./sql_text.ts";

/**
 * A wanted value as SQL of a column's own type, so that every digit counts; undefined where the type cannot hold it, and it is nobody's.
 *
 * @param value As written: numbers in any form of JavaScript, `7`, `7.0`, `0x7`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { wantedSql } from "#lib/corpus/manifests/wanted_sql.ts";
 * const column = { type: "int", sqlType: "BIGINT" } as const;
 * assert.equal(wantedSql("9007199254740993", column), "'9007199254740993'::BIGINT");
 * assert.equal(wantedSql("0.5", column), undefined);
 * ```
 */
export function wantedSql(
  value: string,
  { type, sqlType }: Pick<ManifestColumn, "type" | "sqlType">,
): string | undefined {
  switch (type) {
    case "int": {
      const number = wholeOf(value);
      return number !== undefined && fits(number, sqlType) ? `'${number}'::${sqlType}` : undefined;
    }
    case "float": {
      const number = value.trim() === "" ? NaN : Number(value);
      const stored = sqlType === "FLOAT" ? Math.fround(number) : number;
      if (Number.isNaN(number) || (Number.isFinite(number) && !Number.isFinite(stored))) return undefined;
      return `'${Object.is(number, -0) ? 0 : number}'::${sqlType}`;
    }
    case "decimal": {
      const [, sign, whole, fraction = ""] = /^([+-]?)(\d+)(?:\.(\d*))?$/.exec(value.trim()) ?? [];
      const [, width, scale] = /(\d+),\s*(\d+)/.exec(sqlType) ?? [];
      if (whole === undefined || width === undefined) return undefined;
      const digits = whole.replace(/^0+/, ""), broken = fraction.replace(/0+$/, "");
      if (broken.length > Number(scale) || digits.length > Number(width) - Number(scale)) return undefined;
      return `'${sign}${digits || "0"}.${broken || "0"}'::${sqlType}`;
    }
    default:
      return sqlText(value);
  }
}

function wholeOf(value: string): bigint | undefined {
  const text = value.trim();
  const digits = /^([+-]?\d+)(?:\.0*)?$/.exec(text)?.[1];
  if (digits !== undefined) return BigInt(digits.replace("+", ""));
  const number = text === "" ? NaN : Number(text);
  return Number.isSafeInteger(number) ? BigInt(number) : undefined;
}

function fits(value: bigint, sqlType: string): boolean {
  const bits = { TINYINT: 8, SMALLINT: 16, INTEGER: 32, INT: 32, BIGINT: 64, HUGEINT: 128 }[
    sqlType.replace(/^U/, "")
  ] ?? 64;
  return value === (sqlType.startsWith("U") ? BigInt.asUintN(bits, value) : BigInt.asIntN(bits, value));
}
