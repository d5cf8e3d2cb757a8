import { Buffer } from "node:buffer";
import type { ArrayFiller } from "./array_filler.ts";
import { ArrayFileError, type ArrayPlace } from "./array_file_error.ts";
import { fortranToC } from "./fortran_order.ts";
import { HOST_IS_LITTLE_ENDIAN } from "./host_order.ts";
import type { NdArray, NumericDType } from "./nd_array.ts";
import type { NpyHeader } from "./npy_header.ts";

/** Bytes staged at a time where values cannot go straight to their place; a multiple of every item size. */
const STAGE_BYTES = 1 << 18;

/** Fills an array stored in C order: the file's bytes are the array's bytes. */
export class DirectFiller implements ArrayFiller {
  readonly #array: NdArray<NumericDType>;
  readonly #header: NpyHeader;
  readonly #place: ArrayPlace;
  readonly #bytes: Uint8Array<ArrayBuffer>;
  #filled = 0;

  constructor(array: NdArray<NumericDType>, header: NpyHeader, place: ArrayPlace) {
    this.#array = array;
    this.#header = header;
    this.#place = place;
    this.#bytes = new Uint8Array(array.data.buffer);
  }

  room(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(this.#filled);
  }

  advance(bytes: number): void {
    this.#filled += bytes;
  }

  finish(): NdArray {
    return finishNumbers(this.#array, this.#header, this.#place);
  }
}

/** Fills an array stored in Fortran order, through a small stage. Not for empty arrays. */
export class FortranFiller implements ArrayFiller {
  readonly #array: NdArray<NumericDType>;
  readonly #header: NpyHeader;
  readonly #place: ArrayPlace;
  readonly #stage: Uint8Array<ArrayBuffer>;
  readonly #next: () => number;
  readonly #copy: (from: number, to: number) => void;
  #staged = 0;
  #left: number;

  constructor(array: NdArray<NumericDType>, header: NpyHeader, place: ArrayPlace) {
    this.#array = array;
    this.#header = header;
    this.#place = place;
    this.#stage = new Uint8Array(STAGE_BYTES);
    this.#next = fortranToC(header.shape);
    this.#copy = itemCopier(this.#stage.buffer, array.data.buffer, header.itemSize);
    this.#left = array.data.byteLength;
  }

  room(): Uint8Array<ArrayBuffer> {
    return this.#stage.subarray(this.#staged, Math.min(this.#stage.length, this.#staged + this.#left));
  }

  advance(bytes: number): void {
    this.#staged += bytes;
    this.#left -= bytes;
    if (this.#left > 0 && this.#staged < this.#stage.length) return;
    const items = this.#staged / this.#header.itemSize;
    for (let item = 0; item < items; item++) this.#copy(item, this.#next());
    this.#staged = 0;
  }

  finish(): NdArray {
    return finishNumbers(this.#array, this.#header, this.#place);
  }
}

/** Moves whole items by index. Bits move as integers, because a runtime may quieten a NaN moved as a float. */
function itemCopier(
  from: ArrayBuffer,
  to: ArrayBuffer,
  itemSize: number,
): (from: number, to: number) => void {
  if (itemSize === 8) {
    const [source, target] = [new Uint32Array(from), new Uint32Array(to)];
    return (i, j) => {
      target[2 * j] = source[2 * i];
      target[2 * j + 1] = source[2 * i + 1];
    };
  }
  const View = itemSize === 4 ? Uint32Array : itemSize === 2 ? Uint16Array : Uint8Array;
  const [source, target] = [new View(from), new View(to)];
  return (i, j) => void (target[j] = source[i]);
}

function finishNumbers(array: NdArray<NumericDType>, header: NpyHeader, place: ArrayPlace): NdArray {
  if (header.littleEndian !== HOST_IS_LITTLE_ENDIAN) swapBytes(array.data.buffer, header.itemSize);
  if (array.dtype === "b1") {
    const wrong = array.data.findIndex((value) => value > 1);
    if (wrong >= 0) {
      throw new ArrayFileError(
        `corrupt: a bool of ${array.data[wrong]} at index ${wrong}, 0 or 1 is needed`,
        place,
      );
    }
  }
  return array;
}

function swapBytes(buffer: ArrayBuffer, itemSize: number): void {
  const bytes = Buffer.from(buffer);
  if (itemSize === 2) bytes.swap16();
  else if (itemSize === 4) bytes.swap32();
  else if (itemSize === 8) bytes.swap64();
}
