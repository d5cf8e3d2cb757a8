import { ArrayFileError, type ArrayPlace } from "./array_file_error.ts";
import { type ByteReader, readUpTo } from "./byte_reader.ts";
import type { NdArray } from "./nd_array.ts";
import {
  checkAnnounced,
  locateNpyHeader,
  NPY_PREFIX_LENGTH,
  type NpyHeader,
  parseNpyHeader,
} from "./npy_header.ts";
import { openFiller } from "./open_filler.ts";

/** A header that was read and found to fit the bytes behind it. */
export interface CheckedHeader {
  readonly header: NpyHeader;
  readonly count: number;
}

/**
 * Reads the header at the front of `reader`, and not a byte more: the values are what comes next.
 *
 * @param reader From the npy's first byte to its last; its `size` is held against what the header announces.
 * @throws {ArrayFileError} Truncated, corrupt, pickled, or of an unknown dtype.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { sourceReader } from "#lib/arrays/byte_reader.ts";
 * import { bytesSource } from "#lib/arrays/byte_source.ts";
 * import { encodeNpy } from "#lib/arrays/encode_npy.ts";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { readNpyHeader } from "#lib/arrays/npy_reader.ts";
 *
 * const bytes = encodeNpy(ndArray("f4", [2, 3], new Float32Array(6)));
 * const reader = sourceReader(bytesSource(bytes, "a.npy"), { start: 0, size: bytes.length });
 * const { header, count } = await readNpyHeader(reader, { file: "a.npy" });
 * assert.deepEqual([header.dtype, header.shape, count], ["f4", [2, 3], 6]);
 * assert.equal(await reader.read(new Uint8Array(100)), 24); // the values
 * ```
 */
export async function readNpyHeader(reader: ByteReader, place: ArrayPlace): Promise<CheckedHeader> {
  const prefix = await readUpTo(reader, new Uint8Array(Math.min(NPY_PREFIX_LENGTH, reader.size)));
  const { start, length, utf8 } = locateNpyHeader(prefix, place);
  const end = start + length;
  if (end > reader.size) {
    throw new ArrayFileError(
      `truncated: an npy header of ${length} bytes, ${reader.size - start} bytes are left`,
      place,
    );
  }
  // No dictionary fits in the two bytes that a version 1 header may share with the prefix.
  const bytes = new Uint8Array(Math.max(end, prefix.length));
  bytes.set(prefix);
  const read = await readUpTo(reader, bytes.subarray(prefix.length));
  if (prefix.length + read.length < end) {
    throw new ArrayFileError("truncated: it ends inside the npy header", place);
  }
  const header = parseNpyHeader(bytes.subarray(start, end), { place, utf8 });
  const count = checkAnnounced(header, { available: reader.size - end, place });
  return { header, count };
}

/**
 * Reads one whole npy, straight into the memory of the array that is returned.
 *
 * @param reader From the npy's first byte to its last.
 * @throws {ArrayFileError} Truncated, corrupt, pickled, of an unknown dtype, or too large for the memory.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { sourceReader } from "#lib/arrays/byte_reader.ts";
 * import { bytesSource } from "#lib/arrays/byte_source.ts";
 * import { encodeNpy } from "#lib/arrays/encode_npy.ts";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { readNpyFrom } from "#lib/arrays/npy_reader.ts";
 *
 * const labels = ndArray("i4", [3], Int32Array.of(0, 1, -2));
 * const bytes = encodeNpy(labels);
 * const reader = sourceReader(bytesSource(bytes, "labels.npy"), { start: 0, size: bytes.length });
 * assert.deepEqual(await readNpyFrom(reader, { file: "labels.npy" }), labels);
 * ```
 */
export async function readNpyFrom(reader: ByteReader, place: ArrayPlace): Promise<NdArray> {
  const { header, count } = await readNpyHeader(reader, place);
  const filler = openFiller(header, { count, place });
  for (let room = filler.room(); room.length > 0; room = filler.room()) {
    const read = await reader.read(room);
    if (read === 0) throw new ArrayFileError("truncated: the values end early", place);
    filler.advance(read);
  }
  return filler.finish();
}
