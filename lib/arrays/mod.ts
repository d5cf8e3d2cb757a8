/** Arrays with a shape, and NumPy's files: npy and npz, read and written. */
export { ArrayFileError, type ArrayPlace } from "./array_file_error.ts";
export { asFloat64, type AsFloat64Options } from "./as_float64.ts";
export { asIntegers, type AsIntegersOptions } from "./as_integers.ts";
export { assertDType, type AssertDTypeOptions } from "./assert_dtype.ts";
export { assertShape, type AssertShapeOptions } from "./assert_shape.ts";
export { encodeNpy } from "./encode_npy.ts";
export {
  type ArrayOf,
  type DataOf,
  type DataTypes,
  type DType,
  type NdArray,
  ndArray,
  type NumericDType,
  sizeOf,
} from "./nd_array.ts";
export type { ArrayInfo, NpzArchive, ReadNpzOptions } from "./npz_archive.ts";
export { openNpz } from "./open_npz.ts";
export { parseNpy, type ParseOptions } from "./parse_npy.ts";
export { parseNpz } from "./parse_npz.ts";
export { readNpy } from "./read_npy.ts";
export { readNpz } from "./read_npz.ts";
export { writeNpy } from "./write_npy.ts";
export { writeNpz, type WriteNpzOptions } from "./write_npz.ts";
