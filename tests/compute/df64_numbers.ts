import { splitDf64 } from "#lib/compute/split_df64.ts";

/** A seeded source of words (xorshift32, Marsaglia 2003). */
export function words(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** Numbers of 48 significant bits, which float64 and df64 both hold exactly: either sign, exponents in the range. */
export function randomNumbers(count: number, { seed, exponents }: {
  seed: number;
  exponents: readonly [number, number];
}): Float64Array<ArrayBuffer> {
  const next = words(seed);
  const [low, high] = exponents;
  return Float64Array.from({ length: count }, () => {
    const mantissa = (next() % 2 ** 23 + 2 ** 23) * 2 ** 24 + next() % 2 ** 24;
    return (next() % 2 ? 1 : -1) * mantissa * 2 ** (low + next() % (high - low + 1) - 47);
  });
}

/** Uniform in [low, high), cut to what df64 holds. */
export function uniformNumbers(count: number, { seed, range: [low, high] }: {
  seed: number;
  range: readonly [number, number];
}): Float64Array<ArrayBuffer> {
  const next = words(seed);
  const values = Float64Array.from({ length: count }, () => low + (high - low) * (next() / 2 ** 32));
  return values.map((value) => {
    const [hi, lo] = splitDf64(Float64Array.of(value));
    return hi + lo;
  });
}

/** A float64 as an integer times 2^-1074, exactly. */
export function exactInteger(value: number): bigint {
  const [bits] = new BigUint64Array(Float64Array.of(value).buffer);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const magnitude = exponent === 0 ? fraction : (fraction | 1n << 52n) << BigInt(exponent - 1);
  return value < 0 ? -magnitude : magnitude;
}

/** The pair at `index` as one exact integer times 2^-1074. */
export function exactPair(pairs: Float32Array, index: number): bigint {
  return exactInteger(pairs[2 * index]) + exactInteger(pairs[2 * index + 1]);
}

/** |difference / whole| in units of u^2 = 2^-48. */
export function inUnits(difference: bigint, whole: bigint): number {
  if (difference === 0n) return 0;
  const quotient = (difference << 78n) / whole; // 30 places behind the unit
  return Math.abs(Number(quotient)) / 2 ** 30;
}
