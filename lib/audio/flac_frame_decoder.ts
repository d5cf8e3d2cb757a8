import { FlacBits, FlacFault } from "./flac_bits.ts";
import type { FlacFrameHeader } from "./flac_header.ts";
import { addFixed, addLinear, FLAC_HISTORY as HISTORY } from "./flac_prediction.ts";

/**
 * Decodes single FLAC frames of up to 24 bits (RFC 9639, section 9), exactly. It is meant for frames whose header was read
 * (`flacFrameHeader`) and does not hold checksums against them: whoever calls does.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { FLAC_PADDING_BYTES } from "#lib/audio/flac_bits.ts";
 * import { FlacFrameDecoder } from "#lib/audio/flac_frame_decoder.ts";
 * import { flacFrameHeader } from "#lib/audio/flac_header.ts";
 *
 * // One channel of 1152 times the value 0, as ffmpeg writes it.
 * const bytes = new Uint8Array(11 + FLAC_PADDING_BYTES);
 * bytes.set([0xff, 0xf8, 0x39, 0x08, 2, 0xf7, 0, 0, 0, 0xf6, 0x5c]);
 * const header = flacFrameHeader(bytes, 0);
 * assert(header);
 * const target = [new Float32Array(1152).fill(1)];
 * assert.equal(new FlacFrameDecoder(bytes, { bits: 16 }).decode(header, { at: 0, target, from: 0 }), 11);
 * assert(target[0].every((sample) => sample === 0));
 * ```
 */
export class FlacFrameDecoder {
  readonly #source: FlacBits;
  readonly #bits: number;
  readonly #channels: Int32Array[] = [];

  /**
   * @param bytes Frames, and `FLAC_PADDING_BYTES` (`flac_bits.ts`) behind them.
   * @param options `bits`: of a sample, where frames do not tell.
   */
  constructor(bytes: Uint8Array, { bits }: { readonly bits: number }) {
    this.#source = new FlacBits(bytes);
    this.#bits = bits;
  }

  /**
   * Decodes the frame at a place into arrays of full scale 1, one per channel, from a sample on.
   *
   * @returns The bytes of the frame with its checksum; undefined where it is none that can be decoded here.
   */
  decode(
    header: FlacFrameHeader,
    { at, target, from }: {
      readonly at: number;
      readonly target: readonly Float32Array[];
      readonly from: number;
    },
  ): number | undefined {
    const { frames, channels } = header;
    const bits = header.bits || this.#bits;
    if (!(bits >= 4 && bits <= 24) || channels !== target.length) return undefined;
    // Left, right and side as the frame's fourth byte has them. (9.1.3)
    const assignment = this.#source.byteAt(at + 3) >> 4;
    this.#source.position = 8 * (at + header.bytes);
    try {
      for (let c = 0; c < channels; c++) {
        const isSide = assignment === 9 ? c === 0 : assignment > 7 && c === 1;
        this.#subframe(this.#arrayOf(c, frames), { frames, bits: isSide ? bits + 1 : bits });
      }
    } catch (error) {
      if (error instanceof FlacFault) return undefined;
      throw error;
    }
    const [first, second] = this.#channels;
    if (assignment > 7) decorrelate(assignment, { first, second, frames });
    const scale = 2 ** (1 - bits);
    for (let c = 0; c < channels; c++) {
      const integers = this.#channels[c].subarray(HISTORY, HISTORY + frames);
      scaleTo(target[c].subarray(from, from + frames), integers, scale);
    }
    // Behind the checksum.
    this.#source.position = 8 * (Math.ceil(this.#source.position / 8) + 2);
    return this.#source.isBeyond ? undefined : this.#source.position / 8 - at;
  }

  #arrayOf(channel: number, frames: number): Int32Array {
    const known = this.#channels[channel];
    if (known !== undefined && known.length >= HISTORY + frames) return known;
    return this.#channels[channel] = new Int32Array(HISTORY + frames);
  }

  /** (9.2) */
  #subframe(samples: Int32Array, { frames, bits }: { readonly frames: number; readonly bits: number }): void {
    if (this.#source.unsigned(1) !== 0) throw new FlacFault();
    const type = this.#source.unsigned(6);
    const wasted = this.#source.unsigned(1) === 0 ? 0 : 1 + this.#source.unary();
    const width = bits - wasted;
    if (width < 1) throw new FlacFault();
    if (type === 0) samples.fill(this.#source.signed(width), HISTORY, HISTORY + frames);
    else if (type === 1) {
      for (let i = 0; i < frames; i++) {
        samples[HISTORY + i] = this.#source.signed(width);
      }
    } else if (type >= 8 && type <= 12) {
      const order = type - 8;
      this.#warmUp(samples, { order, frames, width });
      this.#residual(samples, { frames, order });
      addFixed(samples, { order, frames });
    } else if (type >= 32) {
      const order = type - 31;
      this.#warmUp(samples, { order, frames, width });
      const precision = this.#source.unsigned(4) + 1, shift = this.#source.signed(5);
      if (precision === 16 || shift < 0) throw new FlacFault();
      const factors = new Int32Array(order);
      for (let i = 0; i < order; i++) factors[i] = this.#source.signed(precision);
      this.#residual(samples, { frames, order });
      addLinear(samples, { factors, shift, frames, width });
    } else throw new FlacFault();
    if (wasted > 0) { for (let i = 0; i < frames; i++) samples[HISTORY + i] <<= wasted; }
    if (this.#source.isBeyond) throw new FlacFault();
  }

  #warmUp(
    samples: Int32Array,
    { order, frames, width }: { readonly order: number; readonly frames: number; readonly width: number },
  ): void {
    if (order > frames) throw new FlacFault();
    for (let i = 0; i < order; i++) samples[HISTORY + i] = this.#source.signed(width);
  }

  /** (9.2.7) */
  #residual(
    samples: Int32Array,
    { frames, order }: { readonly frames: number; readonly order: number },
  ): void {
    const method = this.#source.unsigned(2);
    if (method > 1) throw new FlacFault();
    const partitionOrder = this.#source.unsigned(4);
    const each = frames >> partitionOrder;
    if (each << partitionOrder !== frames || each < order) throw new FlacFault();
    const parameterBits = 4 + method, escape = (1 << parameterBits) - 1;
    let i = HISTORY + order;
    for (let partition = 1; partition <= 1 << partitionOrder; partition++) {
      const end = HISTORY + partition * each;
      const parameter = this.#source.unsigned(parameterBits);
      if (parameter === escape) {
        const raw = this.#source.unsigned(5);
        for (; i < end; i++) samples[i] = raw === 0 ? 0 : this.#source.signed(raw);
      } else {
        this.#source.rice(samples, { from: i, to: end, parameter });
        i = end;
      }
    }
  }
}

/** Apart, and so plain that an engine soon compiles it well. */
function scaleTo(samples: Float32Array, integers: Int32Array, scale: number): void {
  for (let i = 0; i < samples.length; i++) samples[i] = integers[i] * scale;
}

/** Makes left and right of left, right, middle and side. (4.2) */
function decorrelate(
  assignment: number,
  { first, second, frames }: {
    readonly first: Int32Array;
    readonly second: Int32Array;
    readonly frames: number;
  },
): void {
  for (let i = HISTORY; i < HISTORY + frames; i++) {
    const a = first[i], b = second[i];
    if (assignment === 8) second[i] = a - b;
    else if (assignment === 9) first[i] = a + b;
    else {
      const middle = (a << 1) | (b & 1);
      first[i] = (middle + b) >> 1;
      second[i] = (middle - b) >> 1;
    }
  }
}
