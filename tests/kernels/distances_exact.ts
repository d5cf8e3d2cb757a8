/**
 * Dot products without any rounding but the last: every float64 is an integer times a power of two, so sums and products of them are
 * BigInts. The oracle for every backend of the distances.
 */
export interface ExactDot {
  /** The dot product, rounded once. */
  readonly value: number;
  /** The sum of the magnitudes of its terms: what an error is to be measured against. */
  readonly magnitude: number;
}

const view = new DataView(new ArrayBuffer(8));

interface Dyadic {
  readonly mantissa: bigint;
  readonly exponent: number;
}

function dyadic(x: number): Dyadic {
  if (!Number.isFinite(x)) throw new RangeError(`${x} is no dyadic rational`);
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const field = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const magnitude = field === 0 ? fraction : fraction | (1n << 52n);
  return { mantissa: bits >> 63n ? -magnitude : magnitude, exponent: Math.max(field, 1) - 1075 };
}

/** Number() of a BigInt rounds to nearest, ties to even; what follows is a scaling by a power of two in two exact steps. */
function toNumber({ mantissa, exponent }: Dyadic): number {
  const half = Math.trunc(exponent / 2);
  return Number(mantissa) * 2 ** half * 2 ** (exponent - half);
}

function add(a: Dyadic, b: Dyadic): Dyadic {
  if (a.mantissa === 0n || b.mantissa === 0n) return a.mantissa === 0n ? b : a;
  const exponent = Math.min(a.exponent, b.exponent);
  const aligned = (x: Dyadic) => x.mantissa << BigInt(x.exponent - exponent);
  return { mantissa: aligned(a) + aligned(b), exponent };
}

const ZERO: Dyadic = { mantissa: 0n, exponent: 0 };
const multiply = (a: Dyadic, b: Dyadic): Dyadic => ({
  mantissa: a.mantissa * b.mantissa,
  exponent: a.exponent + b.exponent,
});
const absolute = (x: Dyadic): Dyadic => ({ ...x, mantissa: x.mantissa < 0n ? -x.mantissa : x.mantissa });

/** The dot product of two vectors of finite numbers, rounded once at the end. */
export function exactDot(a: ArrayLike<number>, b: ArrayLike<number>): ExactDot {
  let sum = ZERO, magnitude = ZERO;
  for (let i = 0; i < a.length; i++) {
    const product = multiply(dyadic(a[i]), dyadic(b[i]));
    sum = add(sum, product);
    magnitude = add(magnitude, absolute(product));
  }
  return { value: toNumber(sum), magnitude: toNumber(magnitude) };
}

/** The sum of squared differences, with every difference exact, rounded once at the end. */
export function exactSquaredDistance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = ZERO;
  for (let i = 0; i < a.length; i++) {
    const difference = add(dyadic(a[i]), dyadic(-b[i]));
    sum = add(sum, multiply(difference, difference));
  }
  return toNumber(sum);
}
