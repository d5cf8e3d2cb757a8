import { ArrayFileError, type ArrayPlace } from "./array_file_error.ts";
import { HOST_IS_LITTLE_ENDIAN } from "./host_order.ts";
import type { DType } from "./nd_array.ts";
import type { PythonLiteral } from "./python_literal.ts";
import { quote } from "./quote.ts";

/** What an npy's `descr` says of one value. */
export interface NpyDType {
  /** What the values are read as. */
  readonly dtype: DType;
  /** Bytes of one value in the file; for text four times its longest string. */
  readonly itemSize: number;
  readonly littleEndian: boolean;
}

const SIZED = ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"] as const;

/** NumPy's one-letter codes. `l` and `p` are of eight bytes on every machine that still writes arrays but Windows, where the size shows. */
const LETTERS: Readonly<Record<string, typeof SIZED[number]>> = {
  ...{ "?": "b1", b: "i1", B: "u1", h: "i2", H: "u2", i: "i4", I: "u4", q: "i8", Q: "u8" },
  ...{ l: "i8", L: "u8", p: "i8", P: "u8", n: "i8", N: "u8", e: "f2", f: "f4", d: "f8" },
};

/** Its names, which take no byte order. */
const NAMES: Readonly<Record<string, typeof SIZED[number]>> = {
  ...{ bool: "b1", bool_: "b1", byte: "i1", ubyte: "u1", short: "i2", ushort: "u2", intc: "i4", uintc: "u4" },
  ...{ int: "i8", int_: "i8", uint: "u8", long: "i8", ulong: "u8", longlong: "i8", ulonglong: "u8" },
  ...{ intp: "i8", uintp: "u8", half: "f2", single: "f4", float: "f8", double: "f8" },
  ...{
    int8: "i1",
    int16: "i2",
    int32: "i4",
    int64: "i8",
    uint8: "u1",
    uint16: "u2",
    uint32: "u4",
    uint64: "u8",
  },
  ...{ float16: "f2", float32: "f4", float64: "f8" },
};

/** Whole dtypes that are known and not read, and what they are called. */
const KNOWN: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^(c\d+|F|D|G|complex\d*)$/, "complex numbers"],
  [/^(f(12|16)|g|longdouble|longfloat|float(96|128))$/, "long doubles, which differ from machine to machine"],
  [/^[Mm](8|$|\[)|^(datetime|timedelta)64/, "times"],
  [/^([Sac]\d*|bytes_?|string_?)$/, "bytes without an encoding"],
  [/^V/, "raw bytes, as which types that NumPy does not know, such as bfloat16 and float8, are saved"],
  [
    /^(bfloat16|float8|float4|int4|uint4)/,
    "numbers of a type that NumPy does not know; save them as float32",
  ],
  [/^T$/, "text of any length; save it as U"],
  [/[,(]|^\d/, "a record of several fields; save each field as its own array"],
];

/**
 * Reads the `descr` of an npy header, in every spelling that NumPy takes. float16 is read as `f4`, which holds each of its values.
 *
 * @param descr Its value in the header's dictionary.
 * @throws {ArrayFileError} naming a dtype that is not read: Python objects, records, complex numbers, times, raw bytes, ...
 *
 * Source: numpy/lib/format.py `descr_to_dtype`, numpy/core/_dtype.py.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { readDescr } from "#lib/arrays/npy_dtype.ts";
 * const place = { file: "a.npy" };
 * assert.deepEqual(readDescr(">f4", place), { dtype: "f4", itemSize: 4, littleEndian: false });
 * assert.deepEqual(readDescr("<f2", place), { dtype: "f4", itemSize: 2, littleEndian: true });
 * assert.equal(readDescr("|b1", place).dtype, "b1");
 * assert.throws(() => readDescr("<c8", place), /a.npy: unknown dtype "<c8", complex numbers/);
 * ```
 */
export function readDescr(descr: PythonLiteral, place: ArrayPlace): NpyDType {
  if (Array.isArray(descr)) {
    const fields = descr.flatMap((field) =>
      Array.isArray(field) && typeof field[0] === "string" ? [field[0]] : []
    );
    const which = fields.length > 0 ? ` (${fields.slice(0, 10).map(quote).join(", ")})` : "";
    throw new ArrayFileError(
      `unknown dtype: a record of several fields${which}; save each field as its own array`,
      place,
    );
  }
  if (typeof descr !== "string") {
    throw new ArrayFileError("corrupt: descr in the npy header is not text", place);
  }
  const [, order, kind] = /^([<>=|]?)(.*)$/su.exec(descr) ?? [];
  if (/^(O\d*|object_?)$/.test(kind)) {
    throw new ArrayFileError(
      "pickled: dtype object holds Python objects, which are not read; save numbers or text",
      place,
    );
  }
  // Neither "=", "|" nor nothing tells an order: NumPy takes that of the machine that reads.
  const littleEndian = order === "<" || (order !== ">" && HOST_IS_LITTLE_ENDIAN);
  const stored = SIZED.find((name) => name === kind) ?? own(LETTERS, kind) ??
    (order === "" ? own(NAMES, kind) : undefined);
  if (stored !== undefined) {
    return { dtype: stored === "f2" ? "f4" : stored, itemSize: Number(stored.slice(1)), littleEndian };
  }
  const width = /^U0*([1-9]\d{0,8})$/.exec(kind)?.[1];
  if (width !== undefined) return { dtype: "U", itemSize: 4 * Number(width), littleEndian };
  const known = KNOWN.find(([pattern]) => pattern.test(kind))?.[1];
  throw new ArrayFileError(
    `unknown dtype ${quote(descr)}${known === undefined ? "" : `, ${known}`}: ${
      SIZED.join(" ")
    } and U are read`,
    place,
  );
}

function own<Value>(table: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
