import type { DType, NdArray } from "./nd_array.ts";

/** Options of {@linkcode assertDType}. */
export interface AssertDTypeOptions {
  /** What the error calls the array. Default `"array"`. */
  readonly name?: string;
}

/**
 * Refuses an array of another dtype, and tells the compiler the one it has.
 *
 * @throws {TypeError} The array has another dtype.
 *
 * @example
 * ```ts
 * import { assertDType } from "#lib/arrays/assert_dtype.ts";
 * import { type NdArray, ndArray } from "#lib/arrays/nd_array.ts";
 *
 * const read: NdArray = ndArray("f4", [2], new Float32Array([0.5, 1]));
 * assertDType(read, "f4", { name: "segmentations" });
 * const values: Float32Array = read.data;
 * if (values[0] !== 0.5) throw new Error("assertDType");
 * ```
 */
export function assertDType<D extends DType>(
  array: NdArray,
  dtype: D,
  options: AssertDTypeOptions = {},
): asserts array is NdArray<D> & NdArray {
  if (array.dtype === dtype) return;
  throw new TypeError(`${options.name ?? "array"} has dtype ${array.dtype}, ${dtype} is needed`);
}
