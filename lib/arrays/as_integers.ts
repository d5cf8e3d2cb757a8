import type { DataOf, NdArray } from "./nd_array.ts";

/** Options of {@linkcode asIntegers}. */
export interface AsIntegersOptions {
  /** What errors call the array. Default `"array"`. */
  readonly name?: string;
}

/**
 * The values of a numeric array as int32, in C order. An `i4` array's own data is returned, not a copy. Labels
 * and indices come this way, whichever dtype they were stored in.
 *
 * @throws {TypeError} The array holds text.
 * @throws {RangeError} A value that is fractional, not finite, or outside -2^31 .. 2^31 - 1.
 *
 * @example
 * ```ts
 * import { asIntegers } from "#lib/arrays/as_integers.ts";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 *
 * const labels = ndArray("i8", [3], new BigInt64Array([0n, 2n, -1n]));
 * if (asIntegers(labels).join() !== "0,2,-1") throw new Error("asIntegers");
 * ```
 */
export function asIntegers(array: NdArray, options: AsIntegersOptions = {}): DataOf<"i4"> {
  const name = options.name ?? "array";
  if (array.dtype === "U") throw new TypeError(`${name} holds text, integers are needed`);
  if (array.dtype === "i4") return array.data;
  const values = new Int32Array(array.data.length);
  for (let i = 0; i < values.length; i++) {
    const value = Number(array.data[i]);
    values[i] = value;
    if (values[i] !== value) {
      throw new RangeError(`${name}: value ${array.data[i]} at index ${i} is not a 32-bit integer`);
    }
  }
  return values;
}
