import { ArrayFileError, type ArrayPlace } from "./array_file_error.ts";
import type { NdArray } from "./nd_array.ts";
import { checkAnnounced, locateNpyHeader, NPY_PREFIX_LENGTH, parseNpyHeader } from "./npy_header.ts";
import { openFiller } from "./open_filler.ts";

/** Options of {@linkcode parseNpy} and `parseNpz`. */
export interface ParseOptions {
  /** What errors call the bytes. Default `"bytes"`. */
  readonly name?: string;
}

/**
 * Reads an npy held in memory. The array is a copy in C order, in this machine's byte order.
 *
 * Source: numpy/lib/format.py, versions 1.0, 2.0 and 3.0.
 *
 * @param bytes One whole npy, and nothing after it.
 * @throws {ArrayFileError} Truncated, corrupt, pickled, or of an unknown dtype.
 *
 * @example
 * ```ts
 * import { encodeNpy } from "#lib/arrays/encode_npy.ts";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { parseNpy } from "#lib/arrays/parse_npy.ts";
 *
 * const array = parseNpy(encodeNpy(ndArray("f4", [1, 2], new Float32Array([0.5, 2]))), { name: "two.npy" });
 * if (array.dtype !== "f4" || array.data[1] !== 2) throw new Error("parseNpy");
 * ```
 */
export function parseNpy(bytes: Uint8Array, options: ParseOptions = {}): NdArray {
  const place: ArrayPlace = { file: options.name ?? "bytes" };
  const { start, length, utf8 } = locateNpyHeader(bytes.subarray(0, NPY_PREFIX_LENGTH), place);
  const end = start + length;
  if (end > bytes.length) {
    throw new ArrayFileError(
      `truncated: an npy header of ${length} bytes, ${bytes.length - start} bytes are left`,
      place,
    );
  }
  const header = parseNpyHeader(bytes.subarray(start, end), { place, utf8 });
  const count = checkAnnounced(header, { available: bytes.length - end, place });
  const filler = openFiller(header, { count, place });
  let at = end;
  for (let room = filler.room(); room.length > 0; room = filler.room()) {
    room.set(bytes.subarray(at, at + room.length));
    at += room.length;
    filler.advance(room.length);
  }
  return filler.finish();
}
