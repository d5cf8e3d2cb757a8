import { HOST_IS_LITTLE_ENDIAN } from "./host_order.ts";
import { type NdArray, sizeOf } from "./nd_array.ts";

/** The bytes of an npy, to be written one piece after the other. */
export interface NpyPieces extends Iterable<Uint8Array<ArrayBuffer>> {
  readonly byteLength: number;
}

/** Bytes handed over at a time; numbers are views into the array, never copies. */
const PIECE_BYTES = 1 << 20;
/** Header and values start on such a boundary, so that a mapped file is aligned. */
const ALIGNMENT = 64;

/**
 * The npy of an array, version 1.0 or, where the header is long, 2.0; as numpy.save writes it.
 *
 * @param name What errors call the array.
 * @throws {RangeError} The data does not fit the shape, a bool is neither 0 nor 1, or text cannot be kept: a
 * lone surrogate, or NUL at a string's end, which the format pads with.
 *
 * Source: numpy/lib/format.py, versions 1.0 and 2.0.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { npyPieces } from "#lib/arrays/npy_pieces.ts";
 *
 * const labels = ndArray("u1", [3], Uint8Array.of(1, 2, 3));
 * const pieces = npyPieces(labels, "labels");
 * const [header, values] = pieces;
 * assert.deepEqual([pieces.byteLength, header.length, values.length], [131, 128, 3]);
 * assert.equal(values.buffer, labels.data.buffer); // a view, no copy
 * ```
 */
export function npyPieces(array: NdArray, name: string): NpyPieces {
  const size = sizeOf(array.shape);
  if (array.data.length !== size) {
    throw new RangeError(
      `${name}: shape [${array.shape.join(", ")}] needs ${size} values, got ${array.data.length}`,
    );
  }
  if (array.dtype === "b1") {
    const wrong = array.data.findIndex((value) => value > 1);
    if (wrong >= 0) {
      throw new RangeError(`${name}: a bool of ${array.data[wrong]} at index ${wrong}, 0 or 1 is needed`);
    }
  }
  if (array.dtype === "U") {
    const width = textWidth(array.data, name);
    const header = encodeHeader(`U${width}`, array.shape);
    const texts = array.data;
    return {
      byteLength: header.length + 4 * width * size,
      *[Symbol.iterator]() {
        yield header;
        yield* textPieces(texts, width);
      },
    };
  }
  const header = encodeHeader(array.dtype, array.shape);
  const { buffer, byteOffset, byteLength } = array.data;
  return {
    byteLength: header.length + byteLength,
    *[Symbol.iterator]() {
      yield header;
      for (let at = 0; at < byteLength; at += PIECE_BYTES) {
        yield new Uint8Array(buffer, byteOffset + at, Math.min(PIECE_BYTES, byteLength - at));
      }
    },
  };
}

function encodeHeader(kind: string, shape: readonly number[]): Uint8Array<ArrayBuffer> {
  const order = kind.endsWith("1") && !kind.startsWith("U") ? "|" : HOST_IS_LITTLE_ENDIAN ? "<" : ">";
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(", ")})`;
  const text = `{'descr': '${order}${kind}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const padded = (start: number) => Math.ceil((start + text.length + 1) / ALIGNMENT) * ALIGNMENT;
  const version = padded(10) - 10 > 0xffff ? 2 : 1;
  const start = version === 1 ? 10 : 12;
  const bytes = new Uint8Array(padded(start)).fill(0x20);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0]);
  const view = new DataView(bytes.buffer);
  if (version === 1) view.setUint16(8, bytes.length - start, true);
  else view.setUint32(8, bytes.length - start, true);
  new TextEncoder().encodeInto(text, bytes.subarray(start));
  bytes[bytes.length - 1] = 0x0a;
  return bytes;
}

/** Characters of the longest string, at least 1: NumPy knows no text of width 0. */
function textWidth(texts: readonly string[], name: string): number {
  let width = 1;
  for (const [index, text] of texts.entries()) {
    if (!text.isWellFormed()) {
      throw new RangeError(`${name}: the string at index ${index} has a lone surrogate`);
    }
    if (text.endsWith("\0")) throw new RangeError(`${name}: the string at index ${index} ends in NUL`);
    let characters = 0;
    for (const _ of text) characters++;
    width = Math.max(width, characters);
  }
  return width;
}

function* textPieces(texts: readonly string[], width: number): Generator<Uint8Array<ArrayBuffer>> {
  const perPiece = Math.max(1, Math.floor(PIECE_BYTES / (4 * width)));
  for (let first = 0; first < texts.length; first += perPiece) {
    const part = texts.slice(first, first + perPiece);
    const codes = new Uint32Array(part.length * width);
    for (const [item, text] of part.entries()) {
      let at = item * width;
      for (const character of text) codes[at++] = character.codePointAt(0) ?? 0;
    }
    yield new Uint8Array(codes.buffer);
  }
}
