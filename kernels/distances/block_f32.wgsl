// The f32 counterpart of block_df64.wgsl, with the same names. After df64.wgsl, whose two-sum the compensated sums use.

alias Stored = f32;

override COMPENSATED: bool = false;

// Sums of squared differences instead of products.
override SQUARES: bool = false;

const TILE: u32 = 64u;
const DEPTH: u32 = 8u;
const LOADERS: u32 = 16u * DEPTH;

var<workgroup> a_factors: array<vec4<f32>, 128>;
var<workgroup> b_factors: array<vec4<f32>, 128>;

// Four sums, and what their additions have lost.
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

fn keep(local: u32, depth: u32, group: u32, x0: f32, x1: f32, x2: f32, x3: f32) {
  let at = depth * 16u + group;
  if (local < LOADERS) {
    a_factors[at] = vec4<f32>(x0, x1, x2, x3);
  } else if (local < 2u * LOADERS) {
    b_factors[at] = vec4<f32>(x0, x1, x2, x3);
  }
}

fn add_term(sums: RowSums, a: f32, b: vec4<f32>) -> RowSums {
  let p = select(a * b, (a - b) * (a - b), SQUARES);
  if (!COMPENSATED) { return RowSums(sums.high + p, sums.low); }
  let term = opaque4(p);
  let s = opaque4(sums.high + term);
  let term_virtual = opaque4(s - sums.high);
  let high_virtual = opaque4(s - term_virtual);
  return RowSums(s, sums.low + (opaque4(term - term_virtual) + opaque4(sums.high - high_virtual)));
}

fn accumulate(block: ptr<function, Block>, a_group: u32, b_group: u32) {
  for (var depth = 0u; depth < DEPTH; depth++) {
    let a = a_factors[depth * 16u + a_group];
    let b = b_factors[depth * 16u + b_group];
    (*block).row0 = add_term((*block).row0, a.x, b);
    (*block).row1 = add_term((*block).row1, a.y, b);
    (*block).row2 = add_term((*block).row2, a.z, b);
    (*block).row3 = add_term((*block).row3, a.w, b);
  }
}

// Nothing to settle: the low part is added at the end.
fn settle(_block: ptr<function, Block>) {}

fn stored_zero() -> f32 {
  return 0.0;
}

fn sum_in(sums: RowSums, column: u32) -> f32 {
  return sums.high[column] + sums.low[column];
}

// ---- What becomes of a sum, and sums of a few terms ----

fn stored_root(a: f32) -> f32 {
  return sqrt(a);
}

fn add_product(sum: f32, a: f32, b: f32) -> f32 {
  return sum + a * b;
}

fn add_stored(a: f32, b: f32) -> f32 {
  return a + b;
}

fn cosine_distance(product: f32, a_length: f32, b_length: f32) -> f32 {
  return 1.0 - clamp(product / (a_length * b_length), -1.0, 1.0);
}
