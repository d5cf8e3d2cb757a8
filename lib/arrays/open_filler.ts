import type { ArrayFiller } from "./array_filler.ts";
import { ArrayFileError, type ArrayPlace } from "./array_file_error.ts";
import { HalfFiller } from "./half_filler.ts";
import type { ArrayOf, DType, NdArray, NumericDType } from "./nd_array.ts";
import type { NpyHeader } from "./npy_header.ts";
import { DirectFiller, FortranFiller } from "./number_fillers.ts";
import { TextFiller } from "./text_filler.ts";
import { allocate } from "./typed_data.ts";

/**
 * The filler that builds the array `header` announces, from its values' bytes as they stand in the file; it allocates
 * the array's memory at once. float16 becomes float32, Fortran order becomes C order, and either byte order this machine's.
 *
 * @param options `count` is the number of values, as `checkAnnounced` gives it.
 * @throws {ArrayFileError} The memory for the values cannot be had.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openFiller } from "#lib/arrays/open_filler.ts";
 *
 * const order = { littleEndian: true, fortranOrder: true };
 * const header = { dtype: "u1", itemSize: 1, ...order, shape: [2, 2] } as const;
 * const filler = openFiller(header, { count: 4, place: { file: "a.npy" } });
 * filler.room().set([1, 2, 3, 4]);
 * filler.advance(4);
 * assert.equal(filler.room().length, 0); // nothing is missing
 * assert.deepEqual(filler.finish().data, Uint8Array.of(1, 3, 2, 4));
 * ```
 */
export function openFiller(header: NpyHeader, options: { count: number; place: ArrayPlace }): ArrayFiller {
  const { count, place } = options;
  const { dtype } = header;
  try {
    if (dtype === "U") return new TextFiller(header, options);
    if (dtype === "f4" && header.itemSize === 2) {
      return new HalfFiller(openFiller({ ...header, dtype: "u2" }, options));
    }
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
