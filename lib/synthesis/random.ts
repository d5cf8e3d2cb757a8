import { naturalLogarithm } from "./natural_logarithm.ts";

const rotate = (x: number, bits: number): number => (x << bits) | (x >>> (32 - bits));

/**
 * A seeded source of random numbers: xoshiro128** (Blackman and Vigna, 2018), its state filled by splitmix32.
 * The same seed gives the same bits in every engine: only integer operations, the four basic ones and square
 * roots are used. Not for secrets.
 *
 * @example
 * ```ts
 * import { Random } from "#lib/synthesis/random.ts";
 *
 * const [a, b] = [new Random(7), new Random(7)];
 * if (a.normal() !== b.normal() || a.integer(6) !== b.integer(6)) throw new Error("not reproducible");
 * ```
 */
export class Random {
  readonly #state = new Uint32Array(4);
  #spare: number | undefined;

  /**
   * @param seed An integer from 0 to 2^53 - 1.
   * @throws {RangeError} `seed` is anything else.
   */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed) || seed < 0) {
      throw new RangeError(`A seed needs an integer from 0 to 2^53 - 1, got ${seed}`);
    }
    let mixed = (seed >>> 0) ^ Math.imul(Math.floor(seed / 2 ** 32), 0x85ebca6b);
    for (let word = 0; word < 4; word++) {
      mixed = (mixed + 0x9e3779b9) | 0;
      let z = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
      z = Math.imul(z ^ (z >>> 15), 0x735a2d97);
      this.#state[word] = z ^ (z >>> 15);
    }
  }

  /** 32 random bits as an integer from 0 to 2^32 - 1. */
  bits(): number {
    const s = this.#state;
    const result = Math.imul(rotate(Math.imul(s[1], 5), 7), 9) >>> 0;
    const shifted = s[1] << 9;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 11);
    return result;
  }

  /** Uniform in [0, 1), a multiple of 2^-53. */
  uniform(): number {
    const high = this.bits() >>> 5;
    return (high * 2 ** 26 + (this.bits() >>> 6)) * 2 ** -53;
  }

  /**
   * Uniform among 0, 1, ... `count` - 1, without bias.
   *
   * @throws {RangeError} `count` is not an integer from 1 to 2^32.
   */
  integer(count: number): number {
    if (!Number.isInteger(count) || count < 1 || count > 2 ** 32) {
      throw new RangeError(`A random integer needs a count from 1 to 2^32, got ${count}`);
    }
    const limit = 2 ** 32 - 2 ** 32 % count;
    let bits = this.bits();
    while (bits >= limit) bits = this.bits();
    return bits % count;
  }

  /** Standard normal, by Marsaglia's polar method. */
  normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare;
    }
    let x, y, square: number;
    do {
      x = 2 * this.uniform() - 1;
      y = 2 * this.uniform() - 1;
      square = x * x + y * y;
    } while (square >= 1 || square === 0);
    const scale = Math.sqrt(-2 * naturalLogarithm(square) / square);
    this.#spare = y * scale;
    return x * scale;
  }

  /** `length` standard normals. */
  normals(length: number): Float64Array<ArrayBuffer> {
    return Float64Array.from({ length }, () => this.normal());
  }

  /** Exponential with the given mean, in the mean's unit. */
  exponential(mean: number): number {
    return -mean * naturalLogarithm(1 - this.uniform());
  }

  /** 0, 1, ... `count` - 1 in random order (Fisher-Yates). */
  permutation(count: number): number[] {
    const order = Array.from({ length: count }, (_, index) => index);
    for (let last = count - 1; last > 0; last--) {
      const other = this.integer(last + 1);
      [order[last], order[other]] = [order[other], order[last]];
    }
    return order;
  }
}
