const N = 624;
const M = 397;

/**
 * The MT19937 generator, seeded and read as `numpy.random.RandomState` does.
 *
 * M. Matsumoto and T. Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed uniform pseudo-random number
 * generator", ACM TOMACS 8 (1998). dialab draws from it only where pyannote's result hangs on the very numbers (KMeans).
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { MersenneTwister } from "#lib/numerics/mersenne_twister.ts";
 * assert.equal(new MersenneTwister(42).random(), 0.3745401188473625); // np.random.RandomState(42).random_sample()
 * ```
 */
export class MersenneTwister {
  readonly #state = new Uint32Array(N);
  #at = N;

  /**
   * @param seed A whole number from 0 to 2^32 - 1.
   * @throws {RangeError} on any other seed.
   */
  constructor(seed: number) {
    if (!Number.isInteger(seed) || seed < 0 || seed > 0xffffffff) {
      throw new RangeError(`A seed is a whole number from 0 to 4294967295, not ${seed}.`);
    }
    this.#state[0] = seed;
    for (let i = 1; i < N; i++) {
      const previous = this.#state[i - 1];
      this.#state[i] = Math.imul(1812433253, previous ^ (previous >>> 30)) + i;
    }
  }

  /** The next 32 random bits. */
  next(): number {
    if (this.#at === N) this.#twist();
    let y = this.#state[this.#at++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  /** A number in [0, 1) of 53 random bits (`random_sample`). */
  random(): number {
    const high = this.next() >>> 5;
    const low = this.next() >>> 6;
    return (high * 67108864 + low) / 9007199254740992;
  }

  #twist(): void {
    const s = this.#state;
    for (let i = 0; i < N; i++) {
      const y = (s[i] & 0x80000000) | (s[(i + 1) % N] & 0x7fffffff);
      s[i] = s[(i + M) % N] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#at = 0;
  }
}
