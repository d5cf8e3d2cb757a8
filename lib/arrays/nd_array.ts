/** Arrays with a shape: a dtype, the sizes of the axes and the values in C order, nothing more. */

/** What holds the values of each dtype. `b1` keeps 0 and 1 in bytes; `U` is text, a JavaScript string each. */
export interface DataTypes {
  readonly f4: Float32Array<ArrayBuffer>;
  readonly f8: Float64Array<ArrayBuffer>;
  readonly i1: Int8Array<ArrayBuffer>;
  readonly i2: Int16Array<ArrayBuffer>;
  readonly i4: Int32Array<ArrayBuffer>;
  readonly i8: BigInt64Array<ArrayBuffer>;
  readonly u1: Uint8Array<ArrayBuffer>;
  readonly u2: Uint16Array<ArrayBuffer>;
  readonly u4: Uint32Array<ArrayBuffer>;
  readonly u8: BigUint64Array<ArrayBuffer>;
  readonly b1: Uint8Array<ArrayBuffer>;
  readonly U: string[];
}

/** NumPy's names: kind and bytes, without the byte order. */
export type DType = keyof DataTypes;

/** Every dtype whose values are numbers or bigints. */
export type NumericDType = Exclude<DType, "U">;

/** The array that holds the values of dtype `D`. */
export type DataOf<D extends DType> = DataTypes[D];

/** One array of one known dtype. */
export interface ArrayOf<D extends DType> {
  readonly dtype: D;
  /** Sizes of the axes, outermost first; `[]` is one value without axes (0-d). */
  readonly shape: readonly number[];
  /** The values in C order: the last axis runs fastest. */
  readonly data: DataOf<D>;
}

/**
 * An array of one of the dtypes `D`. For several dtypes this is a union, so that `array.dtype === "f8"` tells
 * the compiler that `array.data` is a Float64Array.
 */
export type NdArray<D extends DType = DType> = D extends DType ? ArrayOf<D> : never;

/**
 * How many values a shape holds: 1 for `[]`, 0 where any axis is empty.
 *
 * @throws {RangeError} A size is negative or not an integer, or the product exceeds 2^53 - 1.
 *
 * @example
 * ```ts
 * import { sizeOf } from "#lib/arrays/nd_array.ts";
 *
 * if (sizeOf([21, 589, 3]) !== 37107 || sizeOf([]) !== 1 || sizeOf([0, 256]) !== 0) throw new Error("size");
 * ```
 */
export function sizeOf(shape: readonly number[]): number {
  if (!shape.every((size) => Number.isSafeInteger(size) && size >= 0)) {
    throw new RangeError(`A shape needs integers from 0, got [${shape.join(", ")}]`);
  }
  if (shape.includes(0)) return 0;
  const size = shape.reduce((product, axis) => product * axis, 1);
  if (!Number.isSafeInteger(size)) {
    throw new RangeError(`Shape [${shape.join(", ")}] holds more than 2^53 - 1 values`);
  }
  return size;
}

/**
 * An array of `dtype` and `shape` around `data`, which is kept, not copied.
 *
 * @throws {RangeError} `data` has not as many values as `shape` asks for.
 *
 * @example
 * ```ts
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 *
 * const q = ndArray("f8", [2, 2], new Float64Array([1, 0, 0, 1]));
 * if (q.data[3] !== 1 || q.shape.length !== 2) throw new Error("ndArray");
 * ```
 */
export function ndArray<D extends DType>(dtype: D, shape: readonly number[], data: DataOf<D>): ArrayOf<D> {
  const size = sizeOf(shape);
  if (data.length !== size) {
    throw new RangeError(`Shape [${shape.join(", ")}] needs ${size} values, got ${data.length}`);
  }
  return { dtype, shape: [...shape], data };
}
