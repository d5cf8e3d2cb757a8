/** The sums and products of kernels/df64.wgsl in float32 on the host, step by step: what every device must give to the bit. */
type Pair = readonly [high: number, low: number];

const f32 = Math.fround;

export function twoSum(a: number, b: number): Pair {
  const s = f32(a + b);
  const bVirtual = f32(s - a);
  const aVirtual = f32(s - bVirtual);
  return [s, f32(f32(a - aVirtual) + f32(b - bVirtual))];
}

function fastTwoSum(a: number, b: number): Pair {
  const s = f32(a + b);
  return [s, f32(b - f32(s - a))];
}

/** float64 holds the product of two float32 exactly. */
export function twoProd(a: number, b: number): Pair {
  const p = f32(a * b);
  return [p, a * b - p];
}

export function add(a: Pair, b: Pair): Pair {
  const s = twoSum(a[0], b[0]);
  const t = twoSum(a[1], b[1]);
  const v = fastTwoSum(s[0], f32(s[1] + t[0]));
  return fastTwoSum(v[0], f32(t[1] + v[1]));
}

export function multiply(a: Pair, b: Pair): Pair {
  const p = twoProd(a[0], b[0]);
  const cross = f32(f32(a[0] * b[1]) + f32(a[1] * b[0]));
  return fastTwoSum(p[0], f32(p[1] + cross));
}
