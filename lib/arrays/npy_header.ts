import { counted } from "#lib/language/counted.ts";
import { Buffer } from "node:buffer";
import { ArrayFileError, type ArrayPlace } from "./array_file_error.ts";
import { parsePythonLiteral, type PythonLiteral } from "./python_literal.ts";
import { type NpyDType, readDescr } from "./npy_dtype.ts";
import { quote } from "./quote.ts";

/** What an npy header announces about the values behind it. */
export interface NpyHeader extends NpyDType {
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
}

/** The bytes of the magic and version, with which every npy begins. */
export const NPY_PREFIX_LENGTH = 12;

/** A header of the dtypes read here takes some hundred bytes; 64 axes of 16 digits take 1200. */
const MAX_HEADER_LENGTH = 65536;
/** NumPy 2's own limit. */
const MAX_AXES = 64;

/**
 * Where the header's text lies: from byte `start`, `length` bytes, in UTF-8 or Latin-1.
 *
 * @param prefix The first {@linkcode NPY_PREFIX_LENGTH} bytes, or fewer where the file has no more.
 * @returns `start` and `length` in bytes from the npy's first one; the values follow at `start + length`.
 * @throws {ArrayFileError} No npy magic, an unknown version, or an absurd header length.
 *
 * Source: numpy/lib/format.py, versions 1.0, 2.0 and 3.0.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { encodeNpy } from "#lib/arrays/encode_npy.ts";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { locateNpyHeader, NPY_PREFIX_LENGTH } from "#lib/arrays/npy_header.ts";
 *
 * const prefix = encodeNpy(ndArray("f8", [2], new Float64Array(2))).subarray(0, NPY_PREFIX_LENGTH);
 * const place = { file: "pi.npy" };
 * assert.deepEqual(locateNpyHeader(prefix, place), { start: 10, length: 118, utf8: false });
 * assert.throws(() => locateNpyHeader(prefix.slice(1), place), /^ArrayFileError: pi.npy: not an npy array/);
 * ```
 */
export function locateNpyHeader(
  prefix: Uint8Array,
  place: ArrayPlace,
): { start: number; length: number; utf8: boolean } {
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
  if (!magic.every((byte, i) => byte === prefix[i])) {
    const empty = prefix.length === 0;
    throw new ArrayFileError(
      empty ? "not an npy array: it is empty" : "not an npy array: the magic bytes differ",
      place,
    );
  }
  if (prefix.length < NPY_PREFIX_LENGTH) {
    throw new ArrayFileError(`truncated: it ends after ${prefix.length} bytes, inside the npy header`, place);
  }
  const [major, minor] = [prefix[6], prefix[7]];
  if (major < 1 || major > 3 || minor !== 0) {
    throw new ArrayFileError(`unknown npy version ${major}.${minor}: 1.0, 2.0 and 3.0 are read`, place);
  }
  const view = new DataView(prefix.buffer, prefix.byteOffset, prefix.length);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_HEADER_LENGTH) {
    throw new ArrayFileError(
      `corrupt: an npy header of ${length} bytes, at most ${MAX_HEADER_LENGTH} are read`,
      place,
    );
  }
  return { start: major === 1 ? 10 : 12, length, utf8: major === 3 };
}

/**
 * Reads the header's dictionary, `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`.
 *
 * @param bytes The dictionary's text, which `locateNpyHeader` finds; it may end in spaces and a line feed.
 * @throws {ArrayFileError} It is no such dictionary, or its dtype is not one of {@linkcode DType}.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { parseNpyHeader } from "#lib/arrays/npy_header.ts";
 *
 * const text = "{'descr': '>f4', 'fortran_order': True, 'shape': (3, 4), }";
 * const header = parseNpyHeader(new TextEncoder().encode(text), { place: { file: "a.npy" }, utf8: false });
 * const order = { littleEndian: false, fortranOrder: true };
 * assert.deepEqual(header, { dtype: "f4", itemSize: 4, ...order, shape: [3, 4] });
 * ```
 */
export function parseNpyHeader(bytes: Uint8Array, options: { place: ArrayPlace; utf8: boolean }): NpyHeader {
  const { place } = options;
  const literal = parseLiteral(decode(bytes, options), place);
  if (!(literal instanceof Map)) {
    throw new ArrayFileError("corrupt: the npy header is not a dictionary", place);
  }
  const keys = [...literal.keys()].sort().join(" ");
  if (keys !== "descr fortran_order shape") {
    throw new ArrayFileError(
      `corrupt: the npy header has the keys ${quote(keys)}, "descr fortran_order shape" are needed`,
      place,
    );
  }
  const fortranOrder = literal.get("fortran_order");
  if (typeof fortranOrder !== "boolean") {
    throw new ArrayFileError("corrupt: fortran_order in the npy header is neither True nor False", place);
  }
  return {
    ...readDescr(literal.get("descr") ?? null, place),
    fortranOrder,
    shape: readShape(literal.get("shape"), place),
  };
}

function decode(bytes: Uint8Array, options: { place: ArrayPlace; utf8: boolean }): string {
  if (!options.utf8) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new ArrayFileError("corrupt: the npy header is not UTF-8", options.place, { cause });
  }
}

function parseLiteral(text: string, place: ArrayPlace): PythonLiteral {
  try {
    return parsePythonLiteral(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new ArrayFileError(`corrupt: the npy header, ${cause.message}`, place, { cause });
  }
}

/**
 * How many values the header announces, checked against the bytes that are there, before anything is allocated.
 *
 * @param options `available` is how many bytes follow the header.
 * @returns The number of values: 1 for a shape without axes, 0 where any axis is empty.
 * @throws {ArrayFileError} Too few bytes are left, or bytes would be left over.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { checkAnnounced } from "#lib/arrays/npy_header.ts";
 *
 * const order = { littleEndian: true, fortranOrder: false };
 * const header = { dtype: "f8", itemSize: 8, ...order, shape: [2, 3] } as const;
 * const place = { file: "a.npy" };
 * assert.equal(checkAnnounced(header, { available: 48, place }), 6);
 * assert.throws(() => checkAnnounced(header, { available: 40, place }), /6 values \(48 bytes\), 40 bytes are left/);
 * ```
 */
export function checkAnnounced(header: NpyHeader, options: { available: number; place: ArrayPlace }): number {
  const { available, place } = options;
  // BigInt, because a damaged shape multiplies to anything.
  const count = header.shape.reduce((product, size) => product * BigInt(size), 1n);
  const bytes = count * BigInt(header.itemSize);
  if (bytes > available) {
    throw new ArrayFileError(
      `truncated: the header announces ${counted(count, "value")} (${counted(bytes, "byte")}), ${
        counted(available, "byte is", "bytes are")
      } left`,
      place,
    );
  }
  if (bytes < available) {
    throw new ArrayFileError(
      `corrupt: the header announces ${counted(count, "value")} (${counted(bytes, "byte")}), ${
        counted(available, "byte follows", "bytes follow")
      }`,
      place,
    );
  }
  return Number(count);
}

function readShape(shape: PythonLiteral | undefined, place: ArrayPlace): number[] {
  if (!Array.isArray(shape) || !shape.every((size) => typeof size === "bigint")) {
    throw new ArrayFileError("corrupt: shape in the npy header is not a tuple of integers", place);
  }
  if (shape.length > MAX_AXES) {
    throw new ArrayFileError(`corrupt: ${shape.length} axes, at most ${MAX_AXES} are read`, place);
  }
  return shape.map((size) => {
    if (size < 0n || size > Number.MAX_SAFE_INTEGER) {
      throw new ArrayFileError(`corrupt: an axis of size ${shorten(String(size))} in the npy header`, place);
    }
    return Number(size);
  });
}

function shorten(text: string): string {
  return text.length <= 24 ? text : `${text.slice(0, 24)}...`;
}
