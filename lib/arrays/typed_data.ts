import type { DataOf, NumericDType } from "./nd_array.ts";

type Allocate = { readonly [D in NumericDType]: (length: number) => DataOf<D> };

const ALLOCATE: Allocate = {
  f4: (length) => new Float32Array(length),
  f8: (length) => new Float64Array(length),
  i1: (length) => new Int8Array(length),
  i2: (length) => new Int16Array(length),
  i4: (length) => new Int32Array(length),
  i8: (length) => new BigInt64Array(length),
  u1: (length) => new Uint8Array(length),
  u2: (length) => new Uint16Array(length),
  u4: (length) => new Uint32Array(length),
  u8: (length) => new BigUint64Array(length),
  b1: (length) => new Uint8Array(length),
};

/**
 * `length` zeros of `dtype`, in memory of their own.
 *
 * @throws {RangeError} The runtime cannot allocate that much.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { allocate } from "#lib/arrays/typed_data.ts";
 *
 * assert.deepEqual(allocate("f4", 3), Float32Array.of(0, 0, 0));
 * assert.deepEqual(allocate("i8", 1), BigInt64Array.of(0n));
 * assert.throws(() => allocate("f8", 2 ** 53 - 1), RangeError);
 * ```
 */
export function allocate<D extends NumericDType>(dtype: D, length: number): DataOf<D> {
  return ALLOCATE[dtype](length);
}
