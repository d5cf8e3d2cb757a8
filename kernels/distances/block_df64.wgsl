// A block of 64 x 64 sums of products (or of squared differences) in double-single, one workgroup of 256, 4 x 4 sums each. After
// df64.wgsl. Compared with df64_add and df64_mul, a term costs half: factors are split once, when they enter workgroup memory, and
// the low part of a sum is settled every 8 terms only. Products of two halves have at most 24 bits, so they are exact, fused or not,
// and need no barrier of their own.

alias Stored = df64;

// Sums of squared differences instead of products.
override SQUARES: bool = false;

const TILE: u32 = 64u;
// Columns in workgroup memory at a time. 4 keep it at 8 KiB: software devices take seconds to clear more.
const DEPTH: u32 = 4u;
const LOADERS: u32 = 16u * DEPTH;

// Per depth and group of four rows: high parts, low parts, and the two halves of the high parts.
var<workgroup> a_factors: array<vec4<f32>, 256>;
var<workgroup> b_factors: array<vec4<f32>, 256>;

struct Factors { high: vec4<f32>, low: vec4<f32>, first: vec4<f32>, second: vec4<f32> }

// Four sums: one row of a with four of b.
struct RowSums { high: vec4<f32>, low: vec4<f32> }
struct Block { row0: RowSums, row1: RowSums, row2: RowSums, row3: RowSums }

// df64_zero, read once: `read_opaque_zero` comes first in every kernel.
var<private> opaque_zero: vec4<u32>;

fn read_opaque_zero() {
  opaque_zero = df64_zero;
}

fn opaque4(a: vec4<f32>) -> vec4<f32> {
  return bitcast<vec4<f32>>(bitcast<vec4<u32>>(a) ^ opaque_zero);
}

fn factors_of(x0: df64, x1: df64, x2: df64, x3: df64) -> Factors {
  let high = vec4<f32>(x0.x, x1.x, x2.x, x3.x);
  let c = opaque4(4097.0 * high);
  let first = opaque4(c - opaque4(c - high));
  return Factors(high, vec4<f32>(x0.y, x1.y, x2.y, x3.y), first, opaque4(high - first));
}

// Every invocation brings the factors of one depth and one group of four rows: the first LOADERS those of a, as many more
// those of b.
fn keep(local: u32, depth: u32, group: u32, x0: df64, x1: df64, x2: df64, x3: df64) {
  let f = factors_of(x0, x1, x2, x3);
  let at = (depth * 16u + group) * 4u;
  if (local < LOADERS) {
    a_factors[at] = f.high;
    a_factors[at + 1u] = f.low;
    a_factors[at + 2u] = f.first;
    a_factors[at + 3u] = f.second;
  } else if (local < 2u * LOADERS) {
    b_factors[at] = f.high;
    b_factors[at + 1u] = f.low;
    b_factors[at + 2u] = f.first;
    b_factors[at + 3u] = f.second;
  }
}

// sums + a b: the rounding of the product by Dekker, that of the addition by Knuth.
fn add_products(sums: RowSums, high: f32, low: f32, first: f32, second: f32, b: Factors) -> RowSums {
  let p = opaque4(high * b.high);
  let e1 = opaque4(first * b.first - p);
  let e2 = opaque4(e1 + first * b.second);
  let e3 = opaque4(e2 + second * b.first);
  let rest = (e3 + second * b.second) + (high * b.low + low * b.high);
  return add_rounded(sums, p, rest);
}

// sums + p + rest, |rest| small beside |p|.
fn add_rounded(sums: RowSums, p: vec4<f32>, rest: vec4<f32>) -> RowSums {
  let s = opaque4(sums.high + p);
  let p_virtual = opaque4(s - sums.high);
  let high_virtual = opaque4(s - p_virtual);
  let lost = opaque4(p - p_virtual) + opaque4(sums.high - high_virtual);
  return RowSums(s, sums.low + (lost + rest));
}

// sums + (a - b)^2.
fn add_squares(sums: RowSums, high: f32, low: f32, b: Factors) -> RowSums {
  let a4 = vec4<f32>(high);
  let s = opaque4(a4 - b.high);
  let b_virtual = opaque4(a4 - s);
  let a_virtual = opaque4(s + b_virtual);
  let lost = opaque4(a4 - a_virtual) - opaque4(b.high - b_virtual);
  let small = opaque4(lost + (vec4<f32>(low) - b.low));
  let d = opaque4(s + small);
  let d_low = opaque4(small - opaque4(d - s));
  let c = opaque4(4097.0 * d);
  let first = opaque4(c - opaque4(c - d));
  let second = opaque4(d - first);
  let p = opaque4(d * d);
  let e1 = opaque4(first * first - p);
  let e2 = opaque4(e1 + 2.0 * (first * second));
  return add_rounded(sums, p, (e2 + second * second) + 2.0 * (d * d_low));
}

fn settled(sums: RowSums) -> RowSums {
  let s = opaque4(sums.high + sums.low);
  return RowSums(s, opaque4(sums.low - opaque4(s - sums.high)));
}

// All depths that are in workgroup memory. `a_group` and `b_group`: which four rows of each are this invocation's.
fn accumulate(block: ptr<function, Block>, a_group: u32, b_group: u32) {
  for (var depth = 0u; depth < DEPTH; depth++) {
    let i = (depth * 16u + a_group) * 4u;
    let j = (depth * 16u + b_group) * 4u;
    let high = a_factors[i];
    let low = a_factors[i + 1u];
    let b = Factors(b_factors[j], b_factors[j + 1u], b_factors[j + 2u], b_factors[j + 3u]);
    if (SQUARES) {
      (*block).row0 = add_squares((*block).row0, high.x, low.x, b);
      (*block).row1 = add_squares((*block).row1, high.y, low.y, b);
      (*block).row2 = add_squares((*block).row2, high.z, low.z, b);
      (*block).row3 = add_squares((*block).row3, high.w, low.w, b);
    } else {
      let first = a_factors[i + 2u];
      let second = a_factors[i + 3u];
      (*block).row0 = add_products((*block).row0, high.x, low.x, first.x, second.x, b);
      (*block).row1 = add_products((*block).row1, high.y, low.y, first.y, second.y, b);
      (*block).row2 = add_products((*block).row2, high.z, low.z, first.z, second.z, b);
      (*block).row3 = add_products((*block).row3, high.w, low.w, first.w, second.w, b);
    }
  }
}

// Every 8 terms, and at the end.
fn settle(block: ptr<function, Block>) {
  (*block).row0 = settled((*block).row0);
  (*block).row1 = settled((*block).row1);
  (*block).row2 = settled((*block).row2);
  (*block).row3 = settled((*block).row3);
}

fn stored_zero() -> df64 {
  return df64(0.0, 0.0);
}

fn sum_in(sums: RowSums, column: u32) -> df64 {
  return df64(sums.high[column], sums.low[column]);
}

// ---- What becomes of a sum, and sums of a few terms ----

fn stored_root(a: df64) -> df64 {
  return df64_sqrt(a);
}

fn add_product(sum: df64, a: df64, b: df64) -> df64 {
  return df64_add(sum, df64_mul(a, b));
}

fn add_stored(a: df64, b: df64) -> df64 {
  return df64_add(a, b);
}

fn cosine_distance(product: df64, a_length: df64, b_length: df64) -> df64 {
  let one = df64(1.0, 0.0);
  let cosine = df64_div(product, df64_mul(a_length, b_length));
  return df64_sub(one, df64_max(df64_min(cosine, one), df64(-1.0, 0.0)));
}
