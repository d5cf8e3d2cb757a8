// The arithmetic of frames.wgsl in plain float32.

alias Complex = vec2<f32>; // real, imaginary
alias Factor = vec2<f32>; // c, s of c + i s; of a sample's window: the window, the pre-emphasis
alias Samples = vec3<f32>; // the sample before, the even and the odd sample of a complex value

const FRAMES = 4u; // of a workgroup

@group(0) @binding(2) var<storage, read> factors: array<vec2<f32>>;

var<workgroup> exchanged_re: array<f32, ROW * FRAMES>;
var<workgroup> exchanged_im: array<f32, ROW * FRAMES>;

fn factor(index: u32) -> Factor {
  return factors[index];
}

fn exchange_write(index: u32, z: Complex) {
  exchanged_re[index] = z.x;
  exchanged_im[index] = z.y;
}

fn exchange_read(index: u32) -> Complex {
  return Complex(exchanged_re[index], exchanged_im[index]);
}

// What a sample adds to the sums that the mean is made of, and the mean from these sums: the frame's first sample, and the mean
// difference from it, so that a loud offset does not drown the rest.
fn addends(u: f32, pivot: f32) -> vec3<f32> {
  return vec3<f32>(u - pivot, 0.0, 0.0);
}

fn mean_of(sums: vec3<f32>, pivot: f32) -> vec2<f32> {
  let difference = sums.x / f32(LENGTH);
  let coarse = round((pivot + difference) * 4096.0) * 0.000244140625;
  return vec2<f32>(coarse, (pivot - coarse) + difference);
}

// Two windowed samples as one complex value. |u| <= 1.
fn windowed(u: Samples, mean: vec2<f32>, even: Factor, odd: Factor) -> Complex {
  let d = (u - vec3<f32>(mean.x)) - vec3<f32>(mean.y);
  return Complex((d.y - even.y * d.x) * even.x, (d.z - odd.y * d.y) * odd.x);
}

// Grids are of grid.wgsl.
fn turned(z: Complex, w: Factor, grid: i32) -> Complex {
  return Complex(z.x * w.x - z.y * w.y, z.x * w.y + z.y * w.x);
}

fn kept(z: Complex, grid: i32) -> Complex {
  return z;
}

fn minus_i(z: Complex) -> Complex {
  return Complex(z.y, -z.x);
}

fn conjugate(z: Complex) -> Complex {
  return Complex(z.x, -z.y);
}

fn power(z: Complex) -> f32 {
  return z.x * z.x + z.y * z.y;
}
