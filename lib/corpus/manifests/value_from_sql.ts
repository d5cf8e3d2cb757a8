import { decimalText } from "../tables/decimal_text.ts";
import { isoDay, isoMoment, isoTimeOfDay } from "../tables/iso_time.ts";

/**
 * A value of DuckDB as a table holds it: whole numbers as number or bigint, moments as ISO 8601, lists and structs as such, a map as a
 * list of `{ key, value }`.
 *
 * @param value As the package's `getRows` gives it.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { valueFromSql } from "#lib/corpus/manifests/value_from_sql.ts";
 * assert.equal(valueFromSql(5n), 5);
 * assert.equal(valueFromSql({ micros: 1n }, "TIMESTAMP"), "1970-01-01T00:00:00.000001");
 * ```
 */
export function valueFromSql(value: unknown, sqlType = ""): unknown {
  if (value === null || value === undefined) return null;
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }
  if (typeof value !== "object") return value;
  const fields = value as Readonly<Record<string, unknown>>;
  if (fields.bytes instanceof Uint8Array) return fields.bytes.slice();
  if (Array.isArray(fields.items)) {
    return fields.items.map((item) => valueFromSql(item, sqlType.replace(/\[\d*\]$/, "")));
  }
  if (Array.isArray(fields.entries)) {
    return fields.entries.map(({ key, value }) => ({ key: valueFromSql(key), value: valueFromSql(value) }));
  }
  if (typeof fields.entries === "object" && fields.entries !== null) {
    return Object.fromEntries(
      Object.entries(fields.entries).map(([name, field]) => [name, valueFromSql(field)]),
    );
  }
  if (typeof fields.scale === "number") return decimalText(fields.value as bigint, fields.scale);
  if (typeof fields.days === "number" && "months" in fields) {
    return BigInt(fields.micros as bigint) +
      86_400_000_000n * BigInt(fields.days + 30 * (fields.months as number));
  }
  if (typeof fields.days === "number") return isoDay(fields.days);
  const kind = `${sqlType} ${value.constructor?.name}`;
  if (/TIMESTAMP|Timestamp/.test(kind)) {
    const zone = /TIME ZONE|TZ/.test(kind) ? "Z" : "";
    if (fields.nanos !== undefined) return isoMoment(fields.nanos as bigint) + zone;
    if (fields.millis !== undefined) return isoMoment((fields.millis as bigint) * 1_000_000n) + zone;
    if (fields.seconds !== undefined) return isoMoment((fields.seconds as bigint) * 1_000_000_000n) + zone;
    return isoMoment((fields.micros as bigint) * 1000n) + zone;
  }
  if (/TIME|Time/.test(kind)) {
    return isoTimeOfDay((fields.nanos as bigint) ?? (fields.micros as bigint) * 1000n);
  }
  return String(value);
}
