// Double-single arithmetic: a number is the unevaluated sum of two f32, x (high) and y (low), with
// |y| <= ulp(x) / 2; about 48 bits. Prepend this text to a kernel.
//
// Every step goes through df64_opaque: compilers that may re-associate would otherwise prove the error terms to
// be zero (docs/decisions/0005_df64_barrier.md). With it, +, - and * give the same bits on every device that
// rounds to nearest; / and sqrt start from the device's own f32 results and agree to their stated bounds.
//
// Bounds below: u = 2^-24, relative to the exact result; from Joldes, Muller, Popescu, "Tight and rigorous error
// bounds for basic building blocks of double-word arithmetic", ACM TOMS 44(2), 2017.
// Ranges: products and sums of magnitude 2^-100 to 2^115. Below 2^-102 the low part is subnormal, which a device
// may flush to zero (SwiftShader does, llvmpipe does not): what is left is f32. Infinity becomes NaN in arithmetic;
// NaN stays NaN. (The 7 u^2 of the product is the paper's; 3.6 was the largest measured.)

alias df64 = vec2<f32>;

// The context binds zeros here. No compiler knows that.
@group(1) @binding(0) var<uniform> df64_zero: vec4<u32>;

fn df64_opaque(a: f32) -> f32 {
  return bitcast<f32>(bitcast<u32>(a) ^ df64_zero.x);
}

// ---- Error-free transforms ----

// Knuth. s + e == a + b exactly.
fn two_sum(a: f32, b: f32) -> df64 {
  let s = df64_opaque(a + b);
  let b_virtual = df64_opaque(s - a);
  let a_virtual = df64_opaque(s - b_virtual);
  let b_error = df64_opaque(b - b_virtual);
  let a_error = df64_opaque(a - a_virtual);
  return df64(s, df64_opaque(a_error + b_error));
}

// Dekker. Exact when |a| >= |b| or a == 0.
fn fast_two_sum(a: f32, b: f32) -> df64 {
  let s = df64_opaque(a + b);
  let b_virtual = df64_opaque(s - a);
  return df64(s, df64_opaque(b - b_virtual));
}

// Dekker, Veltkamp. a == x + y with 12 bits each; |a| < 2^115. (fma is not fused everywhere.)
fn dekker_split(a: f32) -> df64 {
  let c = df64_opaque(4097.0 * a);
  let high = df64_opaque(c - df64_opaque(c - a));
  return df64(high, df64_opaque(a - high));
}

// Dekker. p + e == a * b exactly, when |a b| >= 2^-100 or it is zero.
fn two_prod(a: f32, b: f32) -> df64 {
  let p = df64_opaque(a * b);
  let s = dekker_split(a);
  let t = dekker_split(b);
  let e1 = df64_opaque(df64_opaque(s.x * t.x) - p);
  let e2 = df64_opaque(e1 + df64_opaque(s.x * t.y));
  let e3 = df64_opaque(e2 + df64_opaque(s.y * t.x));
  return df64(p, df64_opaque(e3 + df64_opaque(s.y * t.y)));
}

// ---- Conversions ----

fn df64_from_f32(a: f32) -> df64 {
  return df64(a, 0.0);
}

// Exact: the two halves of the word are.
fn df64_from_u32(a: u32) -> df64 {
  return fast_two_sum(f32(a >> 16u) * 65536.0, f32(a & 0xffffu));
}

fn df64_to_f32(a: df64) -> f32 {
  return a.x;
}

// By its bits: compilers may assume that there is no NaN.
fn df64_is_nan(a: df64) -> bool {
  return (bitcast<u32>(a.x) & 0x7fffffffu) > 0x7f800000u || (bitcast<u32>(a.y) & 0x7fffffffu) > 0x7f800000u;
}

fn df64_nan() -> df64 {
  return df64(bitcast<f32>(0x7fc00000u ^ df64_zero.x), 0.0);
}

fn df64_infinity() -> df64 {
  return df64(bitcast<f32>(0x7f800000u ^ df64_zero.x), 0.0);
}

// ---- Comparisons: exact, NaN compares false ----

fn df64_eq(a: df64, b: df64) -> bool {
  return a.x == b.x && a.y == b.y;
}

fn df64_lt(a: df64, b: df64) -> bool {
  return a.x < b.x || (a.x == b.x && a.y < b.y);
}

fn df64_le(a: df64, b: df64) -> bool {
  return a.x < b.x || (a.x == b.x && a.y <= b.y);
}

fn df64_max(a: df64, b: df64) -> df64 {
  return select(a, b, df64_lt(a, b));
}

fn df64_min(a: df64, b: df64) -> df64 {
  return select(a, b, df64_lt(b, a));
}

// ---- Arithmetic ----

fn df64_neg(a: df64) -> df64 {
  return df64(-a.x, -a.y);
}

fn df64_abs(a: df64) -> df64 {
  return select(a, df64(-a.x, -a.y), a.x < 0.0);
}

// Algorithm 6, AccurateDWPlusDW: 3 u^2, also when the terms cancel.
fn df64_add(a: df64, b: df64) -> df64 {
  let s = two_sum(a.x, b.x);
  let t = two_sum(a.y, b.y);
  let v = fast_two_sum(s.x, df64_opaque(s.y + t.x));
  return fast_two_sum(v.x, df64_opaque(t.y + v.y));
}

// Algorithm 4, DWPlusFP: 2 u^2.
fn df64_add_f32(a: df64, b: f32) -> df64 {
  let s = two_sum(a.x, b);
  return fast_two_sum(s.x, df64_opaque(a.y + s.y));
}

fn df64_sub(a: df64, b: df64) -> df64 {
  return df64_add(a, df64(-b.x, -b.y));
}

// Algorithm 10, DWTimesDW1: 7 u^2.
fn df64_mul(a: df64, b: df64) -> df64 {
  let p = two_prod(a.x, b.x);
  let cross = df64_opaque(df64_opaque(a.x * b.y) + df64_opaque(a.y * b.x));
  return fast_two_sum(p.x, df64_opaque(p.y + cross));
}

// Algorithm 8, DWTimesFP2: 3 u^2.
fn df64_mul_f32(a: df64, b: f32) -> df64 {
  let p = two_prod(a.x, b);
  return fast_two_sum(p.x, df64_opaque(df64_opaque(a.y * b) + p.y));
}

// Long division with three f32 quotients, because WGSL's own f32 quotient may be 2.5 ulp off. Measured: 2.5 u^2.
fn df64_div(a: df64, b: df64) -> df64 {
  let q0 = df64_opaque(a.x / b.x);
  let r0 = df64_sub(a, df64_mul_f32(b, q0));
  let q1 = df64_opaque(r0.x / b.x);
  let r1 = df64_sub(r0, df64_mul_f32(b, q1));
  let q2 = df64_opaque(r1.x / b.x);
  return df64_add_f32(fast_two_sum(q0, q1), q2);
}

// Newton from the device's f32 root, which is about 2^-21 off: after two steps 2 u^2 (measured). Negative gives NaN.
fn df64_sqrt(a: df64) -> df64 {
  if (a.x == 0.0) { return df64(0.0, 0.0); }
  if (a.x < 0.0) { return df64_nan(); }
  let y0 = df64_opaque(sqrt(a.x));
  let half_inverse = df64_opaque(0.5 / y0);
  let r0 = df64_sub(a, two_prod(y0, y0));
  let y1 = fast_two_sum(y0, df64_opaque(r0.x * half_inverse));
  let r1 = df64_sub(a, df64_mul(y1, y1));
  return df64_add_f32(y1, df64_opaque(r1.x * half_inverse));
}

// a * 2^k exactly, for |k| <= 252, as long as both parts stay normal.
fn df64_ldexp(a: df64, k: i32) -> df64 {
  let half = k / 2;
  let first = bitcast<f32>(u32(half + 127) << 23u);
  let second = bitcast<f32>(u32(k - half + 127) << 23u);
  return df64(df64_opaque(df64_opaque(a.x * first) * second), df64_opaque(df64_opaque(a.y * first) * second));
}

// ---- exp and log ----

// ln 2 in four parts. The first three have 12 to 14 bits, so that k times them is exact for |k| < 1024.
const LN2_1: f32 = 0.6931152344;
const LN2_2: f32 = 3.194436431e-05;
const LN2_3: f32 = 1.820581019e-09;
const LN2_4: f32 = 5.497923148e-14;

// For a in [-87.33, 88.72]; the Taylor series of exp(a - k ln 2). The error is at most 2^-47.7 of the result
// (measured) or 2^-126, whichever is larger, since parts below 2^-126 are set to zero: full precision down to
// a = -54, that of an f32 at a = -87. Below that the result is 0, above 88.72 infinity.
fn df64_exp(a: df64) -> df64 {
  if (df64_is_nan(a)) { return df64_nan(); }
  if (a.x < -87.33654) { return df64(0.0, 0.0); }
  if (a.x > 88.72283) { return df64_infinity(); }
  let k = round(a.x * 1.442695022);
  let r1 = df64_add_f32(a, -df64_opaque(k * LN2_1));
  let r2 = df64_add_f32(r1, -df64_opaque(k * LN2_2));
  let r = df64_sub(r2, fast_two_sum(df64_opaque(k * LN2_3), df64_opaque(k * LN2_4)));
  // |r| < 0.35: from r^8/8! on the terms are below 2^-27 of the sum, and f32 is enough for them.
  let z = r.x;
  let tail = df64_opaque(2.480158764e-05 + z * (2.755731884e-06 + z * (2.755731998e-07 + z * (2.505210794e-08 +
    z * (2.087675588e-09 + z * 1.605904437e-10)))));
  var p = df64_add(df64(0.0001984127011, -2.725596875e-12), df64_mul_f32(r, tail));
  p = df64_add(df64(0.001388888923, -3.363109444e-11), df64_mul(r, p));
  p = df64_add(df64(0.008333333768, -4.346172033e-10), df64_mul(r, p));
  p = df64_add(df64(0.04166666791, -1.24176347e-09), df64_mul(r, p));
  p = df64_add(df64(0.1666666716, -4.967053879e-09), df64_mul(r, p));
  p = df64_add(df64(0.5, 0.0), df64_mul(r, p));
  p = df64_add(r, df64_mul(df64_mul(r, r), p));
  let e = df64_ldexp(df64_add_f32(p, 1.0), i32(k));
  // The same zeros whether the device flushes subnormals or not.
  if (e.x < 1.17549435e-38) { return df64(0.0, 0.0); }
  return df64(e.x, select(e.y, 0.0, abs(e.y) < 1.17549435e-38));
}

// For positive normal a, its low part normal or zero: 2 atanh((m - 1) / (m + 1)) + k ln 2 with a = m 2^k. Relative
// error measured below 2^-46.1, around 1 as well. Zero gives -infinity, negative NaN.
fn df64_log(a: df64) -> df64 {
  if (df64_is_nan(a) || a.x < 0.0) { return df64_nan(); }
  if (a.x < 1.17549435e-38) { return df64_neg(df64_infinity()); }
  let bits = bitcast<u32>(a.x);
  if (bits == 0x7f800000u) { return df64_infinity(); }
  var k = i32(bits >> 23u) - 127;
  if ((bits & 0x7fffffu) > 0x3504f3u) { k += 1; } // m in [0.707, 1.414]
  let m = df64_ldexp(a, -k);
  let s = df64_div(df64_add_f32(m, -1.0), df64_add_f32(m, 1.0));
  let s2 = df64_mul(s, s);
  // s^2 < 0.0295: from s^10/11 on, f32 is enough.
  let z = s2.x;
  let tail = df64_opaque(0.09090909362 + z * (0.07692307979 + z * (0.06666667014 + z * (0.05882352963 +
    z * (0.05263157934 + z * 0.04761904851)))));
  var p = df64_add(df64(0.1111111119, -8.278422947e-10), df64_mul_f32(s2, tail));
  p = df64_add(df64(0.1428571492, -6.386212004e-09), df64_mul(s2, p));
  p = df64_add(df64(0.200000003, -2.980232283e-09), df64_mul(s2, p));
  p = df64_add(df64(0.3333333433, -9.934107759e-09), df64_mul(s2, p));
  p = df64_add(s, df64_mul(df64_mul(s, s2), p));
  let log_m = df64(2.0 * p.x, 2.0 * p.y);
  if (k == 0) { return log_m; }
  let kf = f32(k);
  let high = two_sum(df64_opaque(kf * LN2_1), df64_opaque(kf * LN2_2));
  let low = fast_two_sum(df64_opaque(kf * LN2_3), df64_opaque(kf * LN2_4));
  return df64_add(df64_add(high, low), log_m);
}
