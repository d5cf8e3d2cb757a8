import { ArrayFileError, type ArrayPlace } from "./array_file_error.ts";
import type { ArrayFiller } from "./array_filler.ts";
import { fortranToC } from "./fortran_order.ts";
import { type NdArray, ndArray } from "./nd_array.ts";
import type { NpyHeader } from "./npy_header.ts";

/** Bytes staged at a time, unless one string takes more. */
const STAGE_BYTES = 1 << 16;

/** Builds text from its UTF-32 items, each padded to the same width with NUL. */
export class TextFiller implements ArrayFiller {
  readonly #header: NpyHeader;
  readonly #place: ArrayPlace;
  readonly #values: string[];
  readonly #stage: Uint8Array<ArrayBuffer>;
  readonly #next: () => number;
  #staged = 0;
  #left: number;

  constructor(header: NpyHeader, options: { count: number; place: ArrayPlace }) {
    const { count } = options;
    this.#header = header;
    this.#place = options.place;
    this.#values = new Array<string>(count).fill("");
    this.#left = count * header.itemSize;
    const items = Math.max(1, Math.floor(STAGE_BYTES / header.itemSize));
    this.#stage = new Uint8Array(Math.min(this.#left, items * header.itemSize));
    let index = 0;
    this.#next = header.fortranOrder && count > 0 ? fortranToC(header.shape) : () => index++;
  }

  room(): Uint8Array<ArrayBuffer> {
    return this.#stage.subarray(this.#staged, Math.min(this.#stage.length, this.#staged + this.#left));
  }

  advance(bytes: number): void {
    this.#staged += bytes;
    this.#left -= bytes;
    if (this.#left > 0 && this.#staged < this.#stage.length) return;
    const { itemSize } = this.#header;
    for (let start = 0; start < this.#staged; start += itemSize) {
      const index = this.#next();
      this.#values[index] = this.#decode(new DataView(this.#stage.buffer, start, itemSize), index);
    }
    this.#staged = 0;
  }

  finish(): NdArray {
    return ndArray("U", this.#header.shape, this.#values);
  }

  #decode(item: DataView, index: number): string {
    const { littleEndian } = this.#header;
    let end = item.byteLength;
    while (end > 0 && item.getUint32(end - 4, littleEndian) === 0) end -= 4;
    let text = "";
    for (let at = 0; at < end; at += 4) {
      const code = item.getUint32(at, littleEndian);
      if (code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) {
        const fault = `corrupt: 0x${
          code.toString(16)
        } in the string at index ${index} is no Unicode character`;
        throw new ArrayFileError(fault, this.#place);
      }
      text += String.fromCodePoint(code);
    }
    return text;
  }
}
