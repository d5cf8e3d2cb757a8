/** Writes FLAC with whatever frames are wanted, for tests: what encoders seldom write, and readers have to know. (RFC 9639) */

/** How the samples of a channel are written. */
export type Subframe =
  | { readonly kind: "constant" | "verbatim" }
  | ({ readonly kind: "fixed"; readonly order: number } & Residual)
  | ({
    readonly kind: "lpc";
    readonly factors: readonly number[];
    readonly shift: number;
    readonly precision: number;
  } & Residual);

/** How what a predictor leaves over is written. */
interface Residual {
  /** 2 to its power partitions. Default: 0. */
  readonly partitions?: number;
  /** 4 bits for a parameter, or 5. Default: 4. */
  readonly parameterBits?: 4 | 5;
  /** Partitions without Rice's code: those whose number it divides. Default: none. */
  readonly escapeEvery?: number;
  /** Added to each parameter, so that it is not the best. Default: 0. */
  readonly parameterBy?: number;
}

/** Channels of a frame as they are written. */
export interface FlacBlock {
  /** Integers of each channel. */
  readonly channels: readonly (readonly number[])[];
  readonly subframes: readonly Subframe[];
  /** Default: each channel by itself. */
  readonly stereo?: "left-side" | "side-right" | "mid-side";
  /** Low bits that are 0 in all samples and are not written. Default: 0. */
  readonly wasted?: number;
}

export interface FlacShape {
  readonly bits: number;
  readonly sampleRate: number;
  /** Whether frames tell their first sample, not their number. Default: false. */
  readonly isVariable?: boolean;
  /** Whether frames leave bits and rate to the file's header. Default: false. */
  readonly isTerse?: boolean;
}

class Bits {
  readonly bytes: number[] = [];
  #rest = 0n;
  #count = 0n;

  /** The lowest bits of a number. */
  put(value: number | bigint, bits: number): void {
    const n = BigInt(bits);
    this.#rest = (this.#rest << n) | BigInt.asUintN(bits, BigInt(value));
    this.#count += n;
    while (this.#count >= 8n) {
      this.#count -= 8n;
      this.bytes.push(Number((this.#rest >> this.#count) & 255n));
    }
    this.#rest &= (1n << this.#count) - 1n;
  }

  unary(zeros: number): void {
    for (let left = zeros; left > 0; left -= 32) this.put(0, Math.min(left, 32));
    this.put(1, 1);
  }

  align(): void {
    if (this.#count > 0n) this.put(0, 8 - Number(this.#count));
  }
}

/** A cyclic redundancy check of FLAC, bit by bit. (RFC 9639, sections 9.1.8 and 9.3) */
export function crc(bytes: readonly number[], bits: number, polynomial: number): number {
  let sum = 0;
  for (const byte of bytes) {
    for (let bit = 7; bit >= 0; bit--) {
      const isOut = (sum >> (bits - 1) & 1) !== (byte >> bit & 1);
      sum = (sum << 1 & 2 ** bits - 1) ^ (isOut ? polynomial : 0);
    }
  }
  return sum;
}

/** As UTF-8 writes numbers, up to 36 bits. */
function coded(value: number): number[] {
  if (value < 128) return [value];
  let length = 2;
  while (value >= 2 ** (5 * length + 1)) length++;
  const bytes = Array.from({ length: length - 1 }, (_, i) => 128 | Math.floor(value / 64 ** i) % 64)
    .reverse();
  return [((0xff00 >> length) & 255) | Math.floor(value / 64 ** (length - 1)), ...bytes];
}

const FIXED = [[], [1], [2, -1], [3, -3, 1], [4, -6, 4, -1]];

function residual(bits: Bits, values: readonly number[], order: number, how: Residual): void {
  const { partitions = 0, parameterBits = 4, escapeEvery, parameterBy = 0 } = how;
  bits.put(parameterBits - 4, 2);
  bits.put(partitions, 4);
  const each = (values.length + order) >> partitions;
  for (let partition = 0, from = 0; partition < 1 << partitions; partition++) {
    const part = values.slice(from, from += partition === 0 ? each - order : each);
    if (escapeEvery && partition % escapeEvery === 0) {
      const most = part.reduce((most, x) => Math.max(most, x < 0 ? -x : x + 1), 0);
      const width = most <= 0 || part.every((x) => x === 0) ? 0 : 1 + Math.ceil(Math.log2(most));
      bits.put(2 ** parameterBits - 1, parameterBits);
      bits.put(width, 5);
      for (const x of part) bits.put(x, width);
      continue;
    }
    const mean = part.reduce((sum, x) => sum + Math.abs(x), 0) / Math.max(1, part.length);
    const best = Math.max(0, Math.round(Math.log2(mean + 1)) + parameterBy);
    const parameter = Math.min(2 ** parameterBits - 2, best);
    bits.put(parameter, parameterBits);
    for (const x of part) {
      const folded = x >= 0 ? 2 * x : -2 * x - 1;
      bits.unary(Math.floor(folded / 2 ** parameter));
      bits.put(folded % 2 ** parameter, parameter);
    }
  }
}

function subframe(
  bits: Bits,
  samples: readonly number[],
  how: Subframe,
  { width, wasted }: Record<string, number>,
): void {
  const factors = how.kind === "fixed" ? FIXED[how.order] : how.kind === "lpc" ? how.factors : [];
  const type = how.kind === "constant"
    ? 0
    : how.kind === "verbatim"
    ? 1
    : how.kind === "fixed"
    ? 8 + how.order
    : 31 + factors.length;
  bits.put(type, 7);
  if (wasted > 0) {
    bits.put(1, 1);
    bits.unary(wasted - 1);
  } else bits.put(0, 1);
  const s = samples.map((x) => x / 2 ** wasted);
  const of = width - wasted;
  if (how.kind === "constant") return bits.put(s[0], of);
  if (how.kind === "verbatim") return s.forEach((x) => bits.put(x, of));
  const order = factors.length;
  s.slice(0, order).forEach((x) => bits.put(x, of));
  const shift = how.kind === "lpc" ? how.shift : 0;
  if (how.kind === "lpc") {
    bits.put(how.precision - 1, 4);
    bits.put(shift, 5);
    factors.forEach((factor) => bits.put(factor, how.precision));
  }
  const left = s.slice(order).map((x, i) => {
    const sum = factors.reduce((sum, factor, j) => sum + BigInt(factor) * BigInt(s[order + i - 1 - j]), 0n);
    return x - Number(sum >> BigInt(shift));
  });
  residual(bits, left, order, how as Residual);
}

const BITS: Readonly<Record<number, number>> = { 8: 1, 12: 2, 16: 4, 20: 5, 24: 6, 32: 7 };
const STEREO = { "left-side": 8, "side-right": 9, "mid-side": 10 };

/** One channel of a pair as it is written. */
function written({ channels, stereo }: FlacBlock): readonly (readonly number[])[] {
  const [left, right] = channels;
  const side = stereo ? left.map((x, i) => x - right[i]) : [];
  if (stereo === "left-side") return [left, side];
  if (stereo === "side-right") return [side, right];
  if (stereo === "mid-side") return [left.map((x, i) => Math.floor((x + right[i]) / 2)), side];
  return channels;
}

/** A FLAC file of blocks; all but the last have one length where it is not variable. */
export function makeFlac(blocks: readonly FlacBlock[], shape: FlacShape): Uint8Array {
  const { bits, sampleRate, isVariable = false, isTerse = false } = shape;
  const lengths = blocks.map(({ channels }) => channels[0].length);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const info = new Bits();
  const counted = isVariable ? lengths : lengths.slice(0, 1);
  info.put(Math.min(...counted), 16);
  info.put(Math.max(...counted), 16);
  info.put(0, 48);
  info.put(sampleRate, 20);
  info.put(blocks[0].channels.length - 1, 3);
  info.put(bits - 1, 5);
  info.put(total, 36);
  for (let i = 0; i < 4; i++) info.put(0, 32);
  const file = [0x66, 0x4c, 0x61, 0x43, 0x80, 0, 0, 34, ...info.bytes];
  let before = 0;
  blocks.forEach((block, number) => {
    const { channels, stereo, wasted = 0, subframes } = block;
    const length = channels[0].length;
    const head = [
      0xff,
      isVariable ? 0xf9 : 0xf8,
      0x70 | (isTerse ? 0 : 13),
      (stereo ? STEREO[stereo] : channels.length - 1) << 4 | (isTerse ? 0 : BITS[bits]) << 1,
      ...coded(isVariable ? before : number),
      (length - 1) >> 8,
      (length - 1) & 255,
      ...(isTerse ? [] : [sampleRate >> 8, sampleRate & 255]),
    ];
    const frame = new Bits();
    [...head, crc(head, 8, 0x07)].forEach((byte) => frame.put(byte, 8));
    written(block).forEach((samples, c) => {
      const isSide = stereo === "side-right" ? c === 0 : stereo !== undefined && c === 1;
      subframe(frame, samples, subframes[c % subframes.length], { width: bits + (isSide ? 1 : 0), wasted });
    });
    frame.align();
    const sum = crc(frame.bytes, 16, 0x8005);
    for (const byte of [...frame.bytes, sum >> 8, sum & 255]) file.push(byte);
    before += length;
  });
  return Uint8Array.from(file);
}
