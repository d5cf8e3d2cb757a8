import type { ArrayFiller } from "./array_filler.ts";
import { type NdArray, ndArray } from "./nd_array.ts";

/** Fills an array of float16 through one that takes them as integers, and widens them at the end. */
export class HalfFiller implements ArrayFiller {
  readonly #bits: ArrayFiller;

  /** @param bits Fills an array of `u2` of the same shape and order. */
  constructor(bits: ArrayFiller) {
    this.#bits = bits;
  }

  room(): Uint8Array<ArrayBuffer> {
    return this.#bits.room();
  }

  advance(bytes: number): void {
    this.#bits.advance(bytes);
  }

  finish(): NdArray {
    const { shape, data } = this.#bits.finish() as NdArray<"u2">;
    return ndArray("f4", shape, widenHalves(data));
  }
}

/**
 * float16 as float32, each exactly: infinities, zeros of both signs and the bits of NaNs too.
 *
 * @param halves Their bits.
 *
 * Source: IEEE 754-2019, binary16 and binary32.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { widenHalves } from "#lib/arrays/half_filler.ts";
 * assert.deepEqual([...widenHalves(Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001))], [1, -2, 65504, 2 ** -24]);
 * ```
 */
export function widenHalves(halves: Uint16Array): Float32Array<ArrayBuffer> {
  const values = new Float32Array(halves.length);
  const bits = new Uint32Array(values.buffer);
  for (let i = 0; i < halves.length; i++) {
    const half = halves[i];
    const sign = (half & 0x8000) << 16, exponent = (half >> 10) & 0x1f, fraction = half & 0x3ff;
    if (exponent === 0) {
      values[i] = fraction * 2 ** -24; // zero, or a number too small for a leading 1
      bits[i] |= sign;
    } else {
      bits[i] = sign | ((exponent === 0x1f ? 0xff : exponent + 112) << 23) | (fraction << 13);
    }
  }
  return values;
}
