import type { FlacFrameHeader } from "./flac_header.ts";

/** Samples before a block that predictors may look back at: zeros. */
const HISTORY = 32;

/** Bytes behind the frames that the decoder may look at. */
export const FLAC_PADDING_BYTES = 8;

/** The frame is none, or goes beyond its bytes. */
class FlacFault extends Error {}

/**
 * Decodes single FLAC frames of up to 24 bits (RFC 9639, section 9), exactly. It is meant for frames whose header was read
 * (`flacFrameHeader`) and does not hold checksums against them: whoever calls does.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { FLAC_PADDING_BYTES, FlacFrameDecoder } from "#lib/audio/flac_frame_decoder.ts";
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
  readonly #view: DataView;
  readonly #end: number;
  readonly #bits: number;
  /** In bits. */
  #position = 0;
  readonly #channels: Int32Array[] = [];

  /**
   * @param bytes Frames, and {@linkcode FLAC_PADDING_BYTES} behind them.
   * @param options `bits`: of a sample, where frames do not tell.
   */
  constructor(bytes: Uint8Array, { bits }: { readonly bits: number }) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = 8 * (bytes.byteLength - FLAC_PADDING_BYTES);
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
    const assignment = this.#view.getUint8(at + 3) >> 4;
    this.#position = 8 * (at + header.bytes);
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
    const end = Math.ceil(this.#position / 8) + 2;
    return 8 * end > this.#end ? undefined : end - at;
  }

  #arrayOf(channel: number, frames: number): Int32Array {
    const known = this.#channels[channel];
    if (known !== undefined && known.length >= HISTORY + frames) return known;
    return this.#channels[channel] = new Int32Array(HISTORY + frames);
  }

  /** (9.2) */
  #subframe(samples: Int32Array, { frames, bits }: { readonly frames: number; readonly bits: number }): void {
    if (this.#unsigned(1) !== 0) throw new FlacFault();
    const type = this.#unsigned(6);
    const wasted = this.#unsigned(1) === 0 ? 0 : 1 + this.#unary();
    const width = bits - wasted;
    if (width < 1) throw new FlacFault();
    if (type === 0) samples.fill(this.#signed(width), HISTORY, HISTORY + frames);
    else if (type === 1) { for (let i = 0; i < frames; i++) samples[HISTORY + i] = this.#signed(width); }
    else if (type >= 8 && type <= 12) {
      const order = type - 8;
      this.#warmUp(samples, { order, frames, width });
      this.#residual(samples, { frames, order });
      addFixed(samples, { order, frames });
    } else if (type >= 32) {
      const order = type - 31;
      this.#warmUp(samples, { order, frames, width });
      const precision = this.#unsigned(4) + 1, shift = this.#signed(5);
      if (precision === 16 || shift < 0) throw new FlacFault();
      const factors = new Int32Array(order);
      for (let i = 0; i < order; i++) factors[i] = this.#signed(precision);
      this.#residual(samples, { frames, order });
      // Whether all sums fit into 32 bits, since samples are of `width` bits.
      const isNarrow = factors.reduce((sum, factor) =>
            sum + Math.abs(factor), 0) * 2 ** (width - 1) < 2 ** 31;
      if (!isNarrow) addWide(samples, { factors, shift, frames });
      else if (order <= 12) addPredicted(samples, { factors, shift, frames });
      else addLong(samples, { factors, shift, frames });
    } else throw new FlacFault();
    if (wasted > 0) { for (let i = 0; i < frames; i++) samples[HISTORY + i] <<= wasted; }
    if (this.#position > this.#end) throw new FlacFault();
  }

  #warmUp(
    samples: Int32Array,
    { order, frames, width }: { readonly order: number; readonly frames: number; readonly width: number },
  ): void {
    if (order > frames) throw new FlacFault();
    for (let i = 0; i < order; i++) samples[HISTORY + i] = this.#signed(width);
  }

  /** (9.2.7) */
  #residual(
    samples: Int32Array,
    { frames, order }: { readonly frames: number; readonly order: number },
  ): void {
    const method = this.#unsigned(2);
    if (method > 1) throw new FlacFault();
    const partitionOrder = this.#unsigned(4);
    const each = frames >> partitionOrder;
    if (each << partitionOrder !== frames || each < order) throw new FlacFault();
    const parameterBits = 4 + method, escape = (1 << parameterBits) - 1;
    let i = HISTORY + order;
    for (let partition = 1; partition <= 1 << partitionOrder; partition++) {
      const end = HISTORY + partition * each;
      const parameter = this.#unsigned(parameterBits);
      if (parameter === escape) {
        const raw = this.#unsigned(5);
        for (; i < end; i++) samples[i] = raw === 0 ? 0 : this.#signed(raw);
      } else {
        this.#rice(samples, { from: i, to: end, parameter });
        i = end;
      }
    }
  }

  /** Numbers by Rice's code: what is beyond `parameter` bits in unary, before them. Nearly all of the time goes here. */
  #rice(
    samples: Int32Array,
    { from, to, parameter }: { readonly from: number; readonly to: number; readonly parameter: number },
  ): void {
    const view = this.#view, behind = 31 - parameter, most = this.#end;
    let position = this.#position;
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
        this.#position = position;
        const value = this.#unary() * 2 ** parameter + this.#unsigned(parameter);
        samples[i] = value % 2 === 0 ? value / 2 : -(value + 1) / 2;
        position = this.#position;
      }
    }
    this.#position = position;
  }

  /** Zeros before the next one. */
  #unary(): number {
    let zeros = 0;
    for (;;) {
      if (this.#position >= this.#end) throw new FlacFault();
      const word = this.#view.getInt32(this.#position >>> 3) << (this.#position & 7);
      const some = Math.clz32(word);
      if (some < 25) {
        this.#position += some + 1;
        return zeros + some;
      }
      this.#position += 25;
      zeros += 25;
    }
  }

  /** A number of up to 32 bits. */
  #unsigned(bits: number): number {
    if (bits > 25) return this.#unsigned(bits - 16) * 2 ** 16 + this.#unsigned(16);
    if (this.#position > this.#end) throw new FlacFault();
    const word = this.#view.getInt32(this.#position >>> 3) << (this.#position & 7);
    this.#position += bits;
    return bits === 0 ? 0 : word >>> (32 - bits);
  }

  #signed(bits: number): number {
    const value = this.#unsigned(bits);
    return value >= 2 ** (bits - 1) ? value - 2 ** bits : value;
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

/** Adds what a fixed predictor foretells. (9.2.5) */
function addFixed(
  s: Int32Array,
  { order, frames }: { readonly order: number; readonly frames: number },
): void {
  const from = HISTORY + order, to = HISTORY + frames;
  if (order === 1) { for (let i = from; i < to; i++) s[i] += s[i - 1]; }
  else if (order === 2) { for (let i = from; i < to; i++) s[i] += 2 * s[i - 1] - s[i - 2]; }
  else if (order === 3) { for (let i = from; i < to; i++) s[i] += 3 * (s[i - 1] - s[i - 2]) + s[i - 3]; }
  else if (order === 4) {
    for (let i = from; i < to; i++) s[i] += 4 * (s[i - 1] + s[i - 3]) - 6 * s[i - 2] - s[i - 4];
  }
}

/** A linear predictor: factors of the samples before, the last one first, and by how many bits their sum is shifted. */
interface Predictor {
  readonly factors: Int32Array;
  readonly shift: number;
  readonly frames: number;
}

/** Adds what a linear predictor of up to 12 samples foretells, in 32 bits. (9.2.6) */
function addPredicted(s: Int32Array, { factors, shift, frames }: Predictor): void {
  const c = new Int32Array(12);
  c.set(factors);
  const from = HISTORY + factors.length, to = HISTORY + frames;
  if (factors.length <= 4) addFour(s, { c, shift, from, to });
  else if (factors.length <= 8) addEight(s, { c, shift, from, to });
  else addTwelve(s, { c, shift, from, to });
}

/** Twelve factors, of which the last may be 0, and the samples that are to be added to. */
interface Span {
  readonly c: Int32Array;
  readonly shift: number;
  readonly from: number;
  readonly to: number;
}

// Written out, and each apart: an inner loop over the factors takes twice as long.

function addFour(s: Int32Array, { c, shift, from, to }: Span): void {
  const c0 = c[0], c1 = c[1], c2 = c[2], c3 = c[3];
  for (let i = from; i < to; i++) {
    let sum = Math.imul(c0, s[i - 1]) + Math.imul(c1, s[i - 2]) | 0;
    sum = sum + (Math.imul(c2, s[i - 3]) + Math.imul(c3, s[i - 4]) | 0) | 0;
    s[i] += sum >> shift;
  }
}

function addEight(s: Int32Array, { c, shift, from, to }: Span): void {
  const c0 = c[0], c1 = c[1], c2 = c[2], c3 = c[3], c4 = c[4], c5 = c[5], c6 = c[6], c7 = c[7];
  for (let i = from; i < to; i++) {
    let sum = Math.imul(c7, s[i - 8]) + Math.imul(c6, s[i - 7]) | 0;
    sum = sum + (Math.imul(c5, s[i - 6]) + Math.imul(c4, s[i - 5]) | 0) | 0;
    sum = sum + (Math.imul(c3, s[i - 4]) + Math.imul(c2, s[i - 3]) | 0) | 0;
    sum = sum + Math.imul(c1, s[i - 2]) | 0;
    s[i] += sum + Math.imul(c0, s[i - 1]) >> shift;
  }
}

function addTwelve(s: Int32Array, { c, shift, from, to }: Span): void {
  const c0 = c[0], c1 = c[1], c2 = c[2], c3 = c[3], c4 = c[4], c5 = c[5], c6 = c[6], c7 = c[7];
  const c8 = c[8], c9 = c[9], c10 = c[10], c11 = c[11];
  for (let i = from; i < to; i++) {
    let sum = Math.imul(c11, s[i - 12]) + Math.imul(c10, s[i - 11]) | 0;
    sum = sum + (Math.imul(c9, s[i - 10]) + Math.imul(c8, s[i - 9]) | 0) | 0;
    sum = sum + (Math.imul(c7, s[i - 8]) + Math.imul(c6, s[i - 7]) | 0) | 0;
    sum = sum + (Math.imul(c5, s[i - 6]) + Math.imul(c4, s[i - 5]) | 0) | 0;
    sum = sum + (Math.imul(c3, s[i - 4]) + Math.imul(c2, s[i - 3]) | 0) | 0;
    sum = sum + Math.imul(c1, s[i - 2]) | 0;
    s[i] += sum + Math.imul(c0, s[i - 1]) >> shift;
  }
}

/** The same for up to 32 samples. */
function addLong(s: Int32Array, { factors, shift, frames }: Predictor): void {
  for (let i = HISTORY + factors.length; i < HISTORY + frames; i++) {
    let sum = 0;
    for (let j = 0; j < factors.length; j++) sum = sum + Math.imul(factors[j], s[i - 1 - j]) | 0;
    s[i] += sum >> shift;
  }
}

/** The same where sums take more than 32 bits; float64 holds 53, and they take 45. */
function addWide(s: Int32Array, { factors, shift, frames }: Predictor): void {
  const divisor = 2 ** shift;
  for (let i = HISTORY + factors.length; i < HISTORY + frames; i++) {
    let sum = 0;
    for (let j = 0; j < factors.length; j++) sum += factors[j] * s[i - 1 - j];
    s[i] += Math.floor(sum / divisor);
  }
}
