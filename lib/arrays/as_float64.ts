import type { DataOf, NdArray } from "./nd_array.ts";

/** Options of {@linkcode asFloat64}. */
export interface AsFloat64Options {
  /** What errors call the array. Default `"array"`. */
  readonly name?: string;
}

/**
 * The values of a numeric array as float64, in C order. An `f8` array's own data is returned, not a copy; every
 * other dtype is converted exactly (`b1` to 0 and 1).
 *
 * @throws {TypeError} The array holds text.
 * @throws {RangeError} An `i8` or `u8` value that float64 cannot hold exactly.
 *
 * @example
 * ```ts
 * import { asFloat64 } from "#lib/arrays/as_float64.ts";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 *
 * const labels = ndArray("i8", [3], new BigInt64Array([0n, 2n, -1n]));
 * if (asFloat64(labels).join() !== "0,2,-1") throw new Error("asFloat64");
 * ```
 */
export function asFloat64(array: NdArray, options: AsFloat64Options = {}): DataOf<"f8"> {
  const name = options.name ?? "array";
  switch (array.dtype) {
    case "U":
      throw new TypeError(`${name} holds text, numbers are needed`);
    case "f8":
      return array.data;
    case "i8":
    case "u8":
      return fromBigInts(array.data, name);
    default:
      return new Float64Array(array.data);
  }
}

function fromBigInts(data: DataOf<"i8" | "u8">, name: string): DataOf<"f8"> {
  const values = new Float64Array(data.length);
  for (let i = 0; i < data.length; i++) {
    values[i] = Number(data[i]);
    if (BigInt(values[i]) !== data[i]) {
      throw new RangeError(`${name}: value ${data[i]} at index ${i} has no exact float64`);
    }
  }
  return values;
}
