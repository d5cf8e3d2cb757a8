/** Bytes behind the frames that the reader may look at. */
export const FLAC_PADDING_BYTES = 8;

/** A FLAC frame is none, or goes beyond its bytes. */
export class FlacFault extends Error {}

/**
 * The bits of FLAC frames, the highest of each byte first.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { FLAC_PADDING_BYTES, FlacBits } from "#lib/audio/flac_bits.ts";
 *
 * const bits = new FlacBits(Uint8Array.of(0b1010_0011, ...new Array(FLAC_PADDING_BYTES).fill(0)));
 * assert.deepEqual([bits.unsigned(3), bits.unary(), bits.signed(1)], [5, 3, -1]);
 * ```
 */
export class FlacBits {
  /** Of the next bit. */
  position = 0;
  readonly #view: DataView;
  readonly #end: number;

  /** @param bytes Frames, and {@linkcode FLAC_PADDING_BYTES} behind them. */
  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = 8 * (bytes.byteLength - FLAC_PADDING_BYTES);
  }

  /** Whether more was read than there is. */
  get isBeyond(): boolean {
    return this.position > this.#end;
  }

  /** A byte, wherever the position is. */
  byteAt(at: number): number {
    return this.#view.getUint8(at);
  }

  /** Numbers by Rice's code: what is beyond `parameter` bits in unary, before them. Nearly all of the time goes here. */
  rice(
    samples: Int32Array,
    { from, to, parameter }: { readonly from: number; readonly to: number; readonly parameter: number },
  ): void {
    const view = this.#view, behind = 31 - parameter, most = this.#end;
    let position = this.position;
    for (let i = from; i < to; i++) {
      if (position > most) throw new FlacFault();
      // The next 25 bits at least.
      const word = view.getInt32(position >>> 3) << (position & 7);
      const zeros = Math.clz32(word);
      if (zeros + parameter < 25) {
        // Shifted in two steps, since a shift by 32 would be none.
        const value = (zeros << parameter) | ((word << zeros << 1) >>> 1) >>> behind;
        position += zeros + 1 + parameter;
        samples[i] = (value >>> 1) ^ -(value & 1);
      } else {
        this.position = position;
        const value = this.unary() * 2 ** parameter + this.unsigned(parameter);
        samples[i] = value % 2 === 0 ? value / 2 : -(value + 1) / 2;
        position = this.position;
      }
    }
    this.position = position;
  }

  /** Zeros before the next one. */
  unary(): number {
    let zeros = 0;
    for (;;) {
      if (this.position >= this.#end) throw new FlacFault();
      const word = this.#view.getInt32(this.position >>> 3) << (this.position & 7);
      const some = Math.clz32(word);
      if (some < 25) {
        this.position += some + 1;
        return zeros + some;
      }
      this.position += 25;
      zeros += 25;
    }
  }

  /** A number of up to 32 bits. */
  unsigned(bits: number): number {
    if (bits > 25) return this.unsigned(bits - 16) * 2 ** 16 + this.unsigned(16);
    if (this.position > this.#end) throw new FlacFault();
    const word = this.#view.getInt32(this.position >>> 3) << (this.position & 7);
    this.position += bits;
    return bits === 0 ? 0 : word >>> (32 - bits);
  }

  signed(bits: number): number {
    const value = this.unsigned(bits);
    return value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
  }
}
