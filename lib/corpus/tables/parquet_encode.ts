import type { SchemaElement } from "hyparquet-writer";
import { parseIsoTime } from "./iso_time.ts";
import { columnTypeOf } from "./column_type_of.ts";
import type { Column, ColumnType } from "./table.ts";

/** A column of a table as Parquet stores it. */
export interface ParquetEncodedParts {
  /** The schema's elements, parents first. */
  readonly elements: readonly SchemaElement[];
  /** One a row: what hyparquet-writer takes for these elements. */
  readonly values: unknown[];
}

/**
 * A column as Parquet stores it: `int` in 64 bits (without a sign where one needs it), `float` in double precision, `text` in UTF-8,
 * `timestamp` in microseconds, or nanoseconds where one has them, `decimal` with the digits of the longest, lists and structs by what is in them.
 *
 * @throws {RangeError} that names column and row when a value is not of the column's type.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parquetEncode } from "#lib/corpus/tables/parquet_encode.ts";
 * const { elements, values } = parquetEncode({ name: "n", type: "int", values: [1, null] });
 * assert.deepEqual([elements[0].type, values], ["INT64", [1n, null]]);
 * ```
 */
export function parquetEncode(column: Column): ParquetEncodedParts {
  const { elements, encode } = encoderOf(column.name, column.type, column.values);
  return {
    elements,
    values: Array.from(column.values, (value, row) => {
      try {
        return encode(value);
      } catch (error) {
        const fault = error instanceof Error ? error.message : String(error);
        throw new RangeError(`Column ${JSON.stringify(column.name)}, row ${row}: ${fault}`, { cause: error });
      }
    }),
  };
}

interface Encoder {
  readonly elements: readonly SchemaElement[];
  readonly encode: (value: unknown) => unknown;
}

function encoderOf(name: string, type: ColumnType, values: readonly unknown[]): Encoder {
  if (!isWellFormed(name)) {
    throw new RangeError(`The name ${JSON.stringify(name)} of a column has half of a surrogate pair.`);
  }
  const some = values.filter((value) => value !== null && value !== undefined);
  const leaf = (element: Omit<SchemaElement, "name">, encode: (value: unknown) => unknown): Encoder => ({
    elements: [{ ...element, name, repetition_type: "OPTIONAL" }],
    encode: (value) => value === null || value === undefined ? null : encode(value),
  });
  const expect = (ok: boolean, value: unknown) => {
    if (!ok) throw new RangeError(`${told(value)} is no ${type}.`);
  };
  switch (type) {
    case "null":
      return leaf({ type: "INT32", logical_type: { type: "NULL" } }, (value) => expect(false, value));
    case "bool":
      return leaf({ type: "BOOLEAN" }, (value) => (expect(typeof value === "boolean", value), value));
    case "float":
      return leaf({ type: "DOUBLE" }, (value) => (expect(typeof value === "number", value), value));
    case "duration":
    case "int": {
      const unsigned = some.some((value) => typeof value === "bigint" && value > 0x7fff_ffff_ffff_ffffn);
      const element: Omit<SchemaElement, "name"> = unsigned
        // Of the two ways to say it, the one that every reader takes: the writer's logical type is damage to DuckDB.
        ? { type: "INT64", converted_type: "UINT_64" }
        : { type: "INT64" };
      const [least, most] = unsigned ? [0n, 2n ** 64n - 1n] : [-(2n ** 63n), 2n ** 63n - 1n];
      return leaf(element, (value) => {
        expect(typeof value === "bigint" || (Number.isSafeInteger(value) && !Object.is(value, -0)), value);
        const integer = BigInt(value as number);
        if (integer < least || integer > most) throw new RangeError(`${integer} needs more than 64 bits.`);
        return integer;
      });
    }
    case "text":
      return leaf(
        { type: "BYTE_ARRAY", converted_type: "UTF8", logical_type: { type: "STRING" } },
        (value) => {
          expect(typeof value === "string", value);
          if (!isWellFormed(value as string)) {
            throw new RangeError(
              `${told(value)} has half of a surrogate pair.`,
            );
          }
          return value;
        },
      );
    case "binary":
      return leaf({ type: "BYTE_ARRAY" }, (value) => (expect(value instanceof Uint8Array, value), value));
    case "date":
      return leaf({ type: "INT32", converted_type: "DATE", logical_type: { type: "DATE" } }, (value) => {
        expect(typeof value === "string" && /^[+-]?\d+-\d\d-\d\d$/.test(value), value);
        return Number(parseIsoTime(value as string).nanos / 86_400_000_000_000n);
      });
    case "time":
      return leaf(
        { type: "INT64", logical_type: { type: "TIME", isAdjustedToUTC: false, unit: "NANOS" } },
        (value) => {
          expect(typeof value === "string" && /^\d\d:/.test(value), value);
          return parseIsoTime(value as string).nanos;
        },
      );
    case "timestamp":
      return timestampEncoder(some, leaf);
    case "decimal":
      return decimalEncoder(some, leaf);
    case "list":
      return listEncoder(name, some);
    case "struct":
      return structEncoder(name, some);
  }
}

type MakeLeaf = (element: Omit<SchemaElement, "name">, encode: (value: unknown) => unknown) => Encoder;

function timestampEncoder(values: readonly unknown[], leaf: MakeLeaf): Encoder {
  const moments = values.map((value) => parseIsoTime(String(value)));
  const [utc] = moments.map((moment) => moment.utc);
  const fine = moments.some(({ nanos }) => nanos % 1000n !== 0n);
  const logical = {
    type: "TIMESTAMP",
    isAdjustedToUTC: utc ?? false,
    unit: fine ? "NANOS" : "MICROS",
  } as const;
  return leaf({ type: "INT64", logical_type: logical }, (value) => {
    const moment = parseIsoTime(String(value));
    if (moment.utc !== utc) {
      throw new RangeError(`${told(value)} ${moment.utc ? "is" : "is not"} in UTC, unlike the first.`);
    }
    const stored = fine ? moment.nanos : moment.nanos / 1000n;
    if (BigInt.asIntN(64, stored) !== stored) throw new RangeError(`${told(value)} needs more than 64 bits.`);
    return stored;
  });
}

function decimalEncoder(values: readonly unknown[], leaf: MakeLeaf): Encoder {
  const parts = (value: unknown) => /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(value));
  const scale = Math.max(0, ...values.map((value) => parts(value)?.[3]?.length ?? 0));
  const precision = Math.max(
    1,
    ...values.map((value) => (parts(value)?.[2].replace(/^0+/, "").length ?? 0) + scale),
  );
  const logical = { type: "DECIMAL", precision: Math.min(precision, 38), scale } as const;
  const element: Omit<SchemaElement, "name"> = {
    ...{ type: "FIXED_LEN_BYTE_ARRAY", type_length: 16, converted_type: "DECIMAL", logical_type: logical },
    ...{ precision: logical.precision, scale },
  };
  return leaf(element, (value) => {
    const [, sign, whole, fraction = ""] = parts(value) ?? [];
    if (whole === undefined) throw new RangeError(`${told(value)} is no decimal.`);
    if (precision > 38) {
      throw new RangeError(`The column's decimals need ${precision} digits, and Parquet has 38.`);
    }
    return BigInt(`${sign}${whole}${fraction.padEnd(scale, "0")}`);
  });
}

function listEncoder(name: string, lists: readonly unknown[]): Encoder {
  const elements = lists.flatMap((list) => Array.isArray(list) ? list : []);
  const element = encoderOf("element", columnTypeOf(elements), elements);
  return {
    elements: [
      ...[
        {
          name,
          repetition_type: "OPTIONAL",
          num_children: 1,
          converted_type: "LIST",
          logical_type: { type: "LIST" },
        } as const,
      ],
      { name: "list", repetition_type: "REPEATED", num_children: 1 },
      ...element.elements,
    ],
    encode: (value) => {
      if (value === null || value === undefined) return null;
      if (!Array.isArray(value)) throw new RangeError(`${told(value)} is no list.`);
      return value.map(element.encode);
    },
  };
}

function structEncoder(name: string, structs: readonly unknown[]): Encoder {
  const fields = new Map<string, unknown[]>();
  for (const struct of structs) {
    for (const [field, value] of Object.entries(struct as object)) {
      const values = fields.get(field);
      if (values === undefined) fields.set(field, [value]);
      else values.push(value);
    }
  }
  if (fields.size === 0) {
    throw new RangeError(
      `Column ${JSON.stringify(name)} has structs without a field, which Parquet cannot hold.`,
    );
  }
  const encoders = [...fields].map(([field, values]) => ({
    field,
    ...encoderOf(field, columnTypeOf(values), values),
  }));
  return {
    elements: [
      { name, repetition_type: "OPTIONAL", num_children: encoders.length },
      ...encoders.flatMap(({ elements }) => elements),
    ],
    encode: (value) => {
      if (value === null || value === undefined) return null;
      if (typeof value !== "object" || Array.isArray(value)) {
        throw new RangeError(`${told(value)} is no struct.`);
      }
      // Without a prototype: a field may be called "constructor", and lack.
      const encoded: Record<string, unknown> = Object.create(null);
      for (const { field, encode } of encoders) {
        encoded[field] = encode(
          Object.hasOwn(value, field) ? (value as Record<string, unknown>)[field] : null,
        );
      }
      return encoded;
    },
  };
}

function told(value: unknown): string {
  if (typeof value === "bigint") return `${value}`;
  return typeof value === "number" ? String(value) : (JSON.stringify(value) ?? typeof value).slice(0, 60);
}

function isWellFormed(text: string): boolean {
  return !/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.test(text);
}
