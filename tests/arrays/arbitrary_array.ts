import fc from "fast-check";
import { type DataOf, type NdArray, ndArray, type NumericDType, sizeOf } from "#lib/arrays/mod.ts";

const WRAP: { readonly [D in NumericDType]: (buffer: ArrayBuffer) => DataOf<D> } = {
  f4: (buffer) => new Float32Array(buffer),
  f8: (buffer) => new Float64Array(buffer),
  i1: (buffer) => new Int8Array(buffer),
  i2: (buffer) => new Int16Array(buffer),
  i4: (buffer) => new Int32Array(buffer),
  i8: (buffer) => new BigInt64Array(buffer),
  u1: (buffer) => new Uint8Array(buffer),
  u2: (buffer) => new Uint16Array(buffer),
  u4: (buffer) => new Uint32Array(buffer),
  u8: (buffer) => new BigUint64Array(buffer),
  b1: (buffer) => new Uint8Array(buffer).map((byte) => byte & 1),
};

/** Every numeric dtype, in the order of NumPy's names. */
export const NUMERIC_DTYPES = Object.keys(WRAP) as NumericDType[];

const shape = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 });

const numbers = fc.tuple(fc.constantFrom(...NUMERIC_DTYPES), shape).chain(([dtype, shape]) => {
  const itemSize = Number(dtype.slice(1));
  const length = sizeOf(shape) * itemSize;
  // Any bits: every NaN, subnormal and extreme among them.
  return fc.uint8Array({ minLength: length, maxLength: length })
    .map((bytes): NdArray => ndArray(dtype, shape, WRAP[dtype](Uint8Array.from(bytes).buffer)) as NdArray);
});

const text = fc.string({ unit: "grapheme", maxLength: 12 }).filter((text) => !text.endsWith("\0"));
const texts = shape.chain((shape) =>
  fc.array(text, { minLength: sizeOf(shape), maxLength: sizeOf(shape) })
    .map((values): NdArray => ndArray("U", shape, values))
);

/** Any array that an npy can keep, up to 4 axes of 5. */
export const arbitraryArray: fc.Arbitrary<NdArray> = fc.oneof({ weight: 4, arbitrary: numbers }, texts);

/** Dtype, shape and the very bits of an array, to be compared. */
export function bits(array: NdArray): unknown {
  const { dtype, shape } = array;
  if (array.dtype === "U") return { dtype, shape, text: array.data };
  const { buffer, byteOffset, byteLength } = array.data;
  return { dtype, shape, hex: new Uint8Array(buffer, byteOffset, byteLength).toHex() };
}
