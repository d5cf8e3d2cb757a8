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
 * `length` zeros of `dtype`.
 *
 * @throws {RangeError} The runtime cannot allocate that much.
 */
export function allocate<D extends NumericDType>(dtype: D, length: number): DataOf<D> {
  return ALLOCATE[dtype](length);
}
