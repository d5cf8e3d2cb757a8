// The arithmetic of frames.wgsl with about 45 bits: every number is the sum of two float32, of which the first is a multiple of
// a power of two that is fixed for each stage, the grid. First parts then add without rounding, however often, and need no
// error-free transforms; a product is made of pieces of at most 12 bits, which multiply without rounding. That takes about a
// sixth of df64.wgsl's operations. docs/decisions/0006_fbank_precision.md has the bounds and the measured errors.
//
// Stage by stage, with |u| <= 1 for the samples u: on a grid G' first parts stay within 2^24 G'.
//   grid  what ends on it                              first parts at most    2^24 G'
//   -21   samples less their mean                      2                      8
//   -19   windowed samples; radix 4 sums of them       16                     32
//   -17   turned by powers of 16th roots; their sums   2^6.5                  2^7
//   -15   turned by powers of 256th roots; their sums  2^8.5                  2^9
//   -13   turned by powers of 16th roots; their sums   2^10                   2^11
//   -11   turned by powers of 512th roots              2^11                   2^13

alias Complex = vec4<f32>; // real and imaginary first parts, real and imaginary second parts
alias Samples = vec3<f32>; // the sample before, the even and the odd sample of a complex value

// c + i s, each the sum of the first three: multiples of 2^-11 and of 2^-24, and the rest. The fourth is the second and third.
struct Factor {
  c: vec4<f32>,
  s: vec4<f32>,
}

const FRAMES = 2u; // of a workgroup

@group(0) @binding(2) var<storage, read> factors: array<Factor>;

var<workgroup> exchanged_first: array<vec2<f32>, ROW * FRAMES>;
var<workgroup> exchanged_second: array<vec2<f32>, ROW * FRAMES>;

fn factor(index: u32) -> Factor {
  return factors[index];
}

fn exchange_write(index: u32, z: Complex) {
  exchanged_first[index] = z.xy;
  exchanged_second[index] = z.zw;
}

fn exchange_read(index: u32) -> Complex {
  return Complex(exchanged_first[index], exchanged_second[index]);
}

fn power_of_two(exponent: i32) -> f32 {
  return bitcast<f32>(u32(exponent + 127) << 23u);
}

// Compilers that re-associate must not see where a difference of parts came from.
fn opaque2(a: vec2<f32>) -> vec2<f32> {
  return bitcast<vec2<f32>>(bitcast<vec2<u32>>(a) ^ vec2<u32>(df64_zero.x));
}

fn opaque3(a: vec3<f32>) -> vec3<f32> {
  return bitcast<vec3<f32>>(bitcast<vec3<u32>>(a) ^ vec3<u32>(df64_zero.x));
}

// Multiples of 2^-12 and of 2^-24, of which a frame's add without rounding, and a rest whose sum is tiny.
fn addends(u: f32, pivot: f32) -> vec3<f32> {
  let first = round(u * 4096.0) * power_of_two(-12);
  let left = df64_opaque(u - first);
  let second = round(left * 16777216.0) * power_of_two(-24);
  return vec3<f32>(first, second, df64_opaque(left - second));
}

// The mean, its first part on the grid 2^-21. Long division: the remainders are exact.
fn mean_of(sums: vec3<f32>, pivot: f32) -> vec2<f32> {
  let length = f32(LENGTH);
  let inverse = 1.0 / length;
  let coarse = round(sums.x * inverse * 4096.0) * power_of_two(-12);
  let remainder1 = df64_opaque(df64_opaque(sums.x - coarse * length) + sums.y);
  let fine = round(remainder1 * inverse * power_of_two(21)) * power_of_two(-21);
  let remainder2 = df64_opaque(remainder1 - fine * length);
  return vec2<f32>(coarse + fine, (remainder2 + sums.z) * inverse);
}

// Two windowed samples as one complex value: window times sample, less window and pre-emphasis times the sample before,
// which is the real part of a product of complex numbers.
fn windowed(u: Samples, mean: vec2<f32>, even: Factor, odd: Factor) -> Complex {
  let first = round(u * power_of_two(21)) * power_of_two(-21);
  let a = first - vec3<f32>(mean.x);
  let b = opaque3(u - first) - vec3<f32>(mean.y);
  let re = turned(Complex(a.y, a.x, b.y, b.x), even, -19);
  let im = turned(Complex(a.z, a.y, b.z, b.y), odd, -19);
  return Complex(re.x, im.x, re.z, im.z);
}

// z w, where z lies on the grid 2^(grid - 2).
fn turned(z: Complex, w: Factor, grid: i32) -> Complex {
  let g = power_of_two(grid);
  let g_inverse = power_of_two(-grid);
  let high = round(z.xy * power_of_two(-grid - 11)) * power_of_two(grid + 11);
  let low = opaque2(z.xy - high);
  // Exact: 12 bits times 12 bits, on the grids 2^0, 2^-13 and 2^-13 times g.
  let main = vec2<f32>(high.x * w.c.x - high.y * w.s.x, high.x * w.s.x + high.y * w.c.x);
  let cross1 = vec2<f32>(low.x * w.c.x - low.y * w.s.x, low.x * w.s.x + low.y * w.c.x);
  let cross2 = vec2<f32>(high.x * w.c.y - high.y * w.s.y, high.x * w.s.y + high.y * w.c.y);
  let carry1 = round(cross1 * g_inverse) * g;
  let carry2 = round(cross2 * g_inverse) * g;
  let left = opaque2(cross1 - carry1) + opaque2(cross2 - carry2);
  let c = w.c.x + w.c.y;
  let s = w.s.x + w.s.y;
  let rest = vec2<f32>(
    (low.x * w.c.w - low.y * w.s.w) + (high.x * w.c.z - high.y * w.s.z) + (z.z * c - z.w * s),
    (low.x * w.s.w + low.y * w.c.w) + (high.x * w.s.z + high.y * w.c.z) + (z.z * s + z.w * c),
  );
  return Complex(main + carry1 + carry2, opaque2(left) + rest);
}

// z itself, brought from the grid 2^(grid - 2) to 2^grid.
fn kept(z: Complex, grid: i32) -> Complex {
  let first = round(z.xy * power_of_two(-grid)) * power_of_two(grid);
  return Complex(first, opaque2(z.xy - first) + z.zw);
}

fn minus_i(z: Complex) -> Complex {
  return Complex(z.y, -z.x, z.w, -z.z);
}

fn conjugate(z: Complex) -> Complex {
  return Complex(z.x, -z.y, z.z, -z.w);
}

fn power(z: Complex) -> f32 {
  let v = opaque2(z.xy) + z.zw; // first parts among themselves: only their sum is exact
  return v.x * v.x + v.y * v.y;
}
