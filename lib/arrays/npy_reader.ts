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

/** Reads the header at the front of `reader`; the values are what comes next. */
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

/** Reads one whole npy, straight into the memory of the array that is returned. */
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
