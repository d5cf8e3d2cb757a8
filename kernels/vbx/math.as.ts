// exp and log of two float64 at once, to about one ulp, without tables. NaN comes out as NaN.

const LN2_HIGH: f64 = 6.93147180369123816490e-01; // its last 32 bits are 0: whole multiples of it up to 2^21 are exact
const LN2_LOW: f64 = 1.90821492927058770002e-10;

/** exp(x) for x <= 709. Below -745.2 it is 0. */
@inline
export function exp(x: v128): v128 {
  x = f64x2.max(x, f64x2.splat(-800)); // NaN passes
  const n = f64x2.nearest(f64x2.mul(x, f64x2.splat(1.4426950408889634)));
  const high = f64x2.sub(x, f64x2.mul(n, f64x2.splat(LN2_HIGH)));
  const low = f64x2.mul(n, f64x2.splat(LN2_LOW));
  const r = f64x2.sub(high, low); // |r| <= ln(2) / 2
  // The Taylor series from r^3/3! to r^13/13!: the next term is below 2^-57.
  let p = f64x2.splat(1.0 / 6227020800.0);
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 479001600.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 39916800.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 3628800.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 362880.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 40320.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 5040.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 720.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 120.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 24.0));
  p = f64x2.add(f64x2.mul(p, r), f64x2.splat(1.0 / 6.0));
  const square = f64x2.mul(r, r);
  const tail = f64x2.add(f64x2.mul(square, f64x2.splat(0.5)), f64x2.mul(f64x2.mul(square, r), p));
  const lost = f64x2.sub(f64x2.sub(high, r), low); // what rounding took from r
  const y = f64x2.add(f64x2.splat(1), f64x2.add(r, f64x2.add(tail, lost)));
  // 2^n in two factors, so that results below 2^-1022 come out rounded, not as 0.
  const first = f64x2.max(n, f64x2.splat(-1000));
  return f64x2.mul(f64x2.mul(y, powerOfTwo(first)), powerOfTwo(f64x2.sub(n, first)));
}

/** 2^n for whole -1022 <= n <= 1023. */
@inline
function powerOfTwo(n: v128): v128 {
  const whole = i64x2.extend_low_i32x4_s(i32x4.trunc_sat_f64x2_s_zero(n));
  return i64x2.shl(i64x2.add(whole, i64x2.splat(1023)), 52);
}

/** Natural logarithm for x >= 0; -Infinity for 0. Infinity gives NaN: no sum here has a logarithm taken of one that is not NaN. */
@inline
export function log(x: v128): v128 {
  const small = f64x2.lt(x, f64x2.splat(2.2250738585072014e-308));
  const zero = f64x2.eq(x, f64x2.splat(0));
  const scaled = v128.bitselect(f64x2.mul(x, f64x2.splat(18014398509481984.0)), x, small); // 2^54
  // x = 2^k m with m from sqrt(1/2) to sqrt(2); the integer is the bits of sqrt(1/2).
  const bits = i64x2.sub(scaled, i64x2.splat(0x3fe6a09e667f3bcd));
  const power = i64x2.shr_s(bits, 52);
  const m = i64x2.sub(scaled, i64x2.shl(power, 52));
  const whole = f64x2(<f64>i64x2.extract_lane(power, 0), <f64>i64x2.extract_lane(power, 1));
  const k = f64x2.sub(whole, v128.and(f64x2.splat(54), small));
  // ln(1 + f) = 2 artanh(s), s = f / (2 + f); the series in z = s^2 up to z^10: the next term is below 2^-56.
  const f = f64x2.sub(m, f64x2.splat(1));
  const s = f64x2.div(f, f64x2.add(f64x2.splat(2), f));
  const z = f64x2.mul(s, s);
  let p = f64x2.splat(2.0 / 21.0);
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(2.0 / 19.0));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(2.0 / 17.0));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(2.0 / 15.0));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(2.0 / 13.0));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(2.0 / 11.0));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(2.0 / 9.0));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(2.0 / 7.0));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(2.0 / 5.0));
  p = f64x2.add(f64x2.mul(p, z), f64x2.splat(2.0 / 3.0));
  p = f64x2.mul(p, z);
  // 2s + s p = f - (f^2/2 - s (f^2/2 + p)), which rounds f only once.
  const half = f64x2.mul(f64x2.mul(f, f), f64x2.splat(0.5));
  const low = f64x2.add(f64x2.mul(s, f64x2.add(half, p)), f64x2.mul(k, f64x2.splat(LN2_LOW)));
  const y = f64x2.sub(f64x2.mul(k, f64x2.splat(LN2_HIGH)), f64x2.sub(f64x2.sub(half, low), f));
  const travelled = f64x2.add(y, f64x2.sub(x, x));
  return v128.bitselect(f64x2.splat(-Infinity), travelled, zero);
}
