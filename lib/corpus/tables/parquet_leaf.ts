import type { SchemaElement } from "hyparquet";
import { decimalText, signedBigEndian } from "./decimal_text.ts";
import { isoDay, isoMoment, isoTimeOfDay } from "./iso_time.ts";
import type { ColumnType } from "./table.ts";

/** What a leaf of a Parquet schema becomes in a table. */
export interface ParquetLeafParts {
  readonly type: ColumnType;
  /** From the stored value (boolean, number, bigint or bytes; text where `isText`) to the table's. */
  readonly convert: (stored: unknown) => unknown;
  /** Whether its bytes are to be read as UTF-8. */
  readonly isText: boolean;
}

const UNIT_NANOS: Readonly<Record<string, bigint>> = { MILLIS: 1_000_000n, MICROS: 1_000n, NANOS: 1n };

/**
 * The column type of a leaf and how its stored values become the table's.
 *
 * @throws {RangeError} when its physical type is none of Parquet's.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parquetLeaf } from "#lib/corpus/tables/parquet_leaf.ts";
 * const { type, convert } = parquetLeaf({ name: "day", type: "INT32", converted_type: "DATE" });
 * assert.deepEqual([type, convert(0)], ["date", "1970-01-01"]);
 * ```
 */
export function parquetLeaf(element: SchemaElement): ParquetLeafParts {
  const { type, converted_type: converted, logical_type: logical } = element;
  const leaf = (type: ColumnType, convert: (stored: never) => unknown, isText = false): ParquetLeafParts => ({
    type,
    convert: convert as (stored: unknown) => unknown,
    isText,
  });
  if (logical?.type === "NULL") return leaf("null", (stored) => stored);
  switch (type) {
    case "BOOLEAN":
      return leaf("bool", (stored) => stored);
    case "FLOAT":
    case "DOUBLE":
      return leaf("float", (stored) => stored);
    case "INT96":
      return leaf("timestamp", (nanos: bigint) => isoMoment(nanos));
    case "BYTE_ARRAY":
    case "FIXED_LEN_BYTE_ARRAY":
      return bytesLeaf(element, leaf);
    case "INT32":
    case "INT64":
      break;
    default:
      throw new RangeError(`Column ${JSON.stringify(element.name)} has no type that Parquet knows.`);
  }
  if (logical?.type === "DATE" || converted === "DATE") return leaf("date", isoDay);
  if (logical?.type === "DECIMAL" || converted === "DECIMAL") {
    const scale = scaleOf(element);
    return leaf("decimal", (stored: number | bigint) => decimalText(BigInt(stored), scale));
  }
  if (logical?.type === "TIME" || converted?.startsWith("TIME_")) {
    const unit = UNIT_NANOS[logical?.type === "TIME" ? logical.unit : converted!.slice(5)];
    return leaf("time", (stored: number | bigint) => isoTimeOfDay(BigInt(stored) * unit));
  }
  if (logical?.type === "TIMESTAMP" || converted?.startsWith("TIMESTAMP_")) {
    const unit = UNIT_NANOS[logical?.type === "TIMESTAMP" ? logical.unit : converted!.slice(10)];
    const zone = logical?.type !== "TIMESTAMP" || logical.isAdjustedToUTC ? "Z" : "";
    return leaf("timestamp", (stored: bigint) => `${isoMoment(BigInt(stored) * unit)}${zone}`);
  }
  const unsigned = logical?.type === "INTEGER" ? !logical.isSigned : converted?.startsWith("UINT_") ?? false;
  if (type === "INT32") return leaf("int", unsigned ? (stored: number) => stored >>> 0 : (stored) => stored);
  return leaf("int", unsigned ? (stored: bigint) => plainInteger(BigInt.asUintN(64, stored)) : plainInteger);
}

function bytesLeaf(
  element: SchemaElement,
  leaf: (type: ColumnType, convert: (stored: never) => unknown, isText?: boolean) => ParquetLeafParts,
): ParquetLeafParts {
  const { type, converted_type: converted, logical_type: logical } = element;
  if (logical?.type === "DECIMAL" || converted === "DECIMAL") {
    const scale = scaleOf(element);
    return leaf("decimal", (bytes: Uint8Array) => decimalText(signedBigEndian(bytes), scale));
  }
  if (type === "FIXED_LEN_BYTE_ARRAY") {
    if (logical?.type === "FLOAT16") return leaf("float", float16);
    if (logical?.type === "UUID") return leaf("text", uuid);
  } else if (
    logical?.type === "STRING" || logical?.type === "ENUM" || logical?.type === "JSON" ||
    converted === "UTF8" || converted === "ENUM" || converted === "JSON"
  ) return leaf("text", (stored) => stored, true);
  // A copy: what is stored is a view of a whole page.
  return leaf("binary", (bytes: Uint8Array) => bytes.slice());
}

function scaleOf({ scale, logical_type: logical }: SchemaElement): number {
  return (logical?.type === "DECIMAL" ? logical.scale : scale) ?? 0;
}

function plainInteger(stored: bigint): number | bigint {
  const number = Number(stored);
  return Number.isSafeInteger(number) ? number : stored;
}

function float16(bytes: Uint8Array): number {
  const bits = bytes[0] | (bytes[1] << 8);
  const sign = bits >> 15 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}

function uuid(bytes: Uint8Array): string {
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
