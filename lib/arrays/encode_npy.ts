import type { NdArray } from "./nd_array.ts";
import { npyPieces } from "./npy_pieces.ts";

/**
 * The bytes of an npy: the same that numpy.save writes for the array.
 *
 * Source: numpy/lib/format.py, versions 1.0 and 2.0.
 *
 * @throws {RangeError} The data does not fit the shape, or cannot be kept (see `writeNpy`).
 *
 * @example
 * ```ts
 * import { encodeNpy } from "#lib/arrays/encode_npy.ts";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 *
 * const bytes = encodeNpy(ndArray("u1", [3], new Uint8Array([1, 2, 3])));
 * if (bytes.length !== 128 + 3 || bytes[130] !== 3) throw new Error("encodeNpy");
 * ```
 */
export function encodeNpy(array: NdArray): Uint8Array<ArrayBuffer> {
  const pieces = npyPieces(array, "array");
  const bytes = new Uint8Array(pieces.byteLength);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}
