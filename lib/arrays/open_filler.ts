import type { ArrayFiller } from "./array_filler.ts";
import { ArrayFileError, type ArrayPlace } from "./array_file_error.ts";
import type { ArrayOf, DType, NdArray, NumericDType } from "./nd_array.ts";
import type { NpyHeader } from "./npy_header.ts";
import { DirectFiller, FortranFiller } from "./number_fillers.ts";
import { TextFiller } from "./text_filler.ts";
import { allocate } from "./typed_data.ts";

/**
 * The filler for `count` values under `header`.
 *
 * @throws {ArrayFileError} The memory for the values cannot be had.
 */
export function openFiller(header: NpyHeader, options: { count: number; place: ArrayPlace }): ArrayFiller {
  const { count, place } = options;
  const { dtype } = header;
  try {
    if (dtype === "U") return new TextFiller(header, options);
    const data = allocate(dtype, count);
    const array = { dtype, shape: header.shape, data } as ArrayOf<DType> as NdArray<NumericDType>;
    return header.fortranOrder && header.shape.length > 1 && count > 0
      ? new FortranFiller(array, header, place)
      : new DirectFiller(array, header, place);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new ArrayFileError(`too large: no memory for its ${count} values`, place, { cause });
  }
}
