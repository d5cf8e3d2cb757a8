// Log mel filter banks: 16 threads make a frame, from the samples to the powers, with two FFTs of 16 values in each thread's own
// registers and one exchange between them; then the workgroup's frames share its threads for the mel filters.
//
// Prepended: df64.wgsl, flat_group.wgsl, and the arithmetic, f32.wgsl or grid.wgsl. Factors are: 512 of the window, then 256 of
// the first FFT's exchange, 128 of untangling, 16 powers of a 16th root; each where the thread that needs it finds it beside
// its neighbour's.

const ROW = 272u; // 16 rows of 16 complex values, each a place longer: threads then meet on no bank of the memory
const POWERS = 264u;
const WINDOW = 0u;
const EXCHANGE = 512u;
const UNTANGLE = 768u;
const ROOTS = 896u;

override LENGTH: u32 = 400u; // samples of a frame
override SHIFT: u32 = 160u;
override FILTERS: u32 = 80u;

struct Sizes {
  frames: u32, // of all clips together
  clip_frames: u32,
  clip_samples: u32,
  // 2 ln(scale / 2), in two parts: the powers here are four times too large, and unscaled.
  offset_high: f32,
  offset_low: f32,
}

@group(0) @binding(0) var<uniform> sizes: Sizes;
@group(0) @binding(1) var<storage, read> samples: array<f32>;
// Of each filter its first bin and its length; then weights as bits, the first of every filter, the second of every filter, ...
@group(0) @binding(3) var<storage, read> filters: array<u32>;
// float32 as bits: NaN comes from integers, because compilers may assume that floats never are.
@group(0) @binding(4) var<storage, read_write> features: array<u32>;

var<workgroup> tops: array<u32, 16u * FRAMES>;
var<workgroup> sums: array<vec3<f32>, 16u * FRAMES>;
var<workgroup> powers: array<f32, POWERS * FRAMES>;

@compute @workgroup_size(16u * FRAMES)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let slot = local / 16u;
  let lane = local % 16u;
  let first_frame = flat_group(group, groups) * FRAMES;
  // Threads beyond the last frame do it once more, because all must come to the barriers.
  let frame = min(first_frame + slot, sizes.frames - 1u);
  let start = frame / sizes.clip_frames * sizes.clip_samples + frame % sizes.clip_frames * SHIFT;

  // The largest magnitude, by its bits: above all finite ones are infinity and NaN.
  var top = 0u;
  for (var j = 0u; 32u * j < LENGTH; j++) {
    let n = 2u * (lane + 16u * j);
    top = max(top, bitcast<u32>(samples[start + min(n, LENGTH - 1u)]) & 0x7fffffffu);
    top = max(top, bitcast<u32>(samples[start + min(n + 1u, LENGTH - 1u)]) & 0x7fffffffu);
  }
  tops[local] = top;
  workgroupBarrier();
  for (var i = 0u; i < 16u; i++) { top = max(top, tops[slot * 16u + i]); }
  let level = level_of(top);
  let scale = bitcast<f32>(u32(127 - level) << 23u);

  let pivot = samples[start] * scale;
  var sum = vec3<f32>();
  for (var j = 0u; 32u * j < LENGTH; j++) {
    let n = 2u * (lane + 16u * j);
    if (n < LENGTH) { sum += addends(samples[start + n] * scale, pivot); }
    if (n + 1u < LENGTH) { sum += addends(samples[start + n + 1u] * scale, pivot); }
  }
  sums[local] = sum;
  workgroupBarrier();
  sum = vec3<f32>();
  for (var i = 0u; i < 16u; i++) { sum += sums[slot * 16u + i]; }
  let mean = mean_of(sum, pivot);

  var v: array<Complex, 16>;
  for (var j = 0u; j < 16u; j++) {
    v[j] = Complex();
    if (32u * j < LENGTH) {
      // Past the frame the window's factors are zero.
      let n = 2u * (lane + 16u * j);
      let u = vec3<f32>(
        samples[start + min(max(n, 1u) - 1u, LENGTH - 1u)],
        samples[start + min(n, LENGTH - 1u)],
        samples[start + min(n + 1u, LENGTH - 1u)],
      ) * scale;
      let at = WINDOW + 32u * j + lane;
      v[j] = windowed(u, mean, factor(at), factor(at + 16u));
    }
  }

  // 256 = 16 x 16: frequencies r + 16 s come from value 16 n + lane through r = 0 ... 15, then s = 0 ... 15.
  transform16(&v, -17);
  for (var place = 0u; place < 16u; place++) {
    let r = frequency(place);
    exchange_write(slot * ROW + r * 17u + lane, turned(v[place], factor(EXCHANGE + 16u * r + lane), -15));
  }
  workgroupBarrier();
  for (var n = 0u; n < 16u; n++) { v[n] = exchange_read(slot * ROW + lane * 17u + n); }
  workgroupBarrier();
  transform16(&v, -13);

  // This thread has the frequencies k = lane + 16 s. Those from 128 on are needed by others.
  for (var place = 0u; place < 16u; place++) {
    let s = frequency(place);
    if (s >= 8u) { exchange_write(slot * ROW + lane + 16u * (s - 8u), v[place]); }
    if (s == 8u && lane == 0u) { powers[slot * POWERS + 128u] = 4.0 * power(v[place]); }
  }
  workgroupBarrier();
  for (var place = 0u; place < 16u; place++) {
    let s = frequency(place);
    if (s < 8u) {
      let k = lane + 16u * s;
      var other = v[place]; // frequency 0 is its own partner, and the Nyquist bin, which nobody reads
      if (k > 0u) { other = exchange_read(slot * ROW + 128u - k); }
      let even = v[place] + conjugate(other);
      let odd = turned(minus_i(v[place] - conjugate(other)), factor(UNTANGLE + k), -11);
      powers[slot * POWERS + k] = power(even + odd);
      powers[slot * POWERS + 256u - k] = power(even - odd);
    }
  }
  workgroupBarrier();

  // Filter by filter through all frames: the threads of a subgroup have filters of about one length.
  for (var item = local; item < FRAMES * FILTERS; item += 16u * FRAMES) {
    let of_frame = item % FRAMES;
    let filter_index = item / FRAMES;
    let at = of_frame * POWERS + filters[2u * filter_index];
    let length = filters[2u * filter_index + 1u];
    var energy = 0.0;
    for (var i = 0u; i < length; i++) {
      energy += bitcast<f32>(filters[2u * FILTERS + i * FILTERS + filter_index]) * powers[at + i];
    }
    var frame_top = 0u;
    for (var i = 0u; i < 16u; i++) { frame_top = max(frame_top, tops[of_frame * 16u + i]); }
    if (first_frame + of_frame < sizes.frames) {
      let out = (first_frame + of_frame) * FILTERS + filter_index;
      features[out] = select(feature(energy, level_of(frame_top)), 0x7fc00000u, frame_top >= 0x7f800000u);
    }
  }
}

// The exponent that brings magnitudes up to `top` to at most 1; that of 1 for what is not finite.
fn level_of(top: u32) -> i32 {
  if (top >= 0x7f800000u) { return 0; }
  return min(i32(top >> 23u) - 126, 126);
}

// Where value `place` of `transform16`'s result belongs.
fn frequency(place: u32) -> u32 {
  return (place >> 2u) + 4u * (place & 3u);
}

// In place, radix 4 twice; the inner factors end on `grid`.
fn transform16(v: ptr<function, array<Complex, 16>>, grid: i32) {
  butterfly(v, 0u, 4u, 8u, 12u);
  butterfly(v, 1u, 5u, 9u, 13u);
  butterfly(v, 2u, 6u, 10u, 14u);
  butterfly(v, 3u, 7u, 11u, 15u);
  (*v)[0] = kept((*v)[0], grid);
  (*v)[1] = kept((*v)[1], grid);
  (*v)[2] = kept((*v)[2], grid);
  (*v)[3] = kept((*v)[3], grid);
  (*v)[4] = kept((*v)[4], grid);
  (*v)[5] = turned((*v)[5], factor(ROOTS + 1u), grid);
  (*v)[6] = turned((*v)[6], factor(ROOTS + 2u), grid);
  (*v)[7] = turned((*v)[7], factor(ROOTS + 3u), grid);
  (*v)[8] = kept((*v)[8], grid);
  (*v)[9] = turned((*v)[9], factor(ROOTS + 2u), grid);
  (*v)[10] = kept(minus_i((*v)[10]), grid);
  (*v)[11] = turned((*v)[11], factor(ROOTS + 6u), grid);
  (*v)[12] = kept((*v)[12], grid);
  (*v)[13] = turned((*v)[13], factor(ROOTS + 3u), grid);
  (*v)[14] = turned((*v)[14], factor(ROOTS + 6u), grid);
  (*v)[15] = turned((*v)[15], factor(ROOTS + 9u), grid);
  butterfly(v, 0u, 1u, 2u, 3u);
  butterfly(v, 4u, 5u, 6u, 7u);
  butterfly(v, 8u, 9u, 10u, 11u);
  butterfly(v, 12u, 13u, 14u, 15u);
}

fn butterfly(v: ptr<function, array<Complex, 16>>, a: u32, b: u32, c: u32, d: u32) {
  let sum_ac = (*v)[a] + (*v)[c];
  let difference_ac = (*v)[a] - (*v)[c];
  let sum_bd = (*v)[b] + (*v)[d];
  let difference_bd = minus_i((*v)[b] - (*v)[d]);
  (*v)[a] = sum_ac + sum_bd;
  (*v)[b] = difference_ac + difference_bd;
  (*v)[c] = sum_ac - sum_bd;
  (*v)[d] = difference_ac - difference_bd;
}

// ln(energy) + 2 level ln 2 + offset, floored, as bits. WGSL's own log may be three ulp off.
fn feature(energy: f32, level: i32) -> u32 {
  let bits = bitcast<u32>(energy);
  if (bits < 0x00800000u) { return FLOOR; }
  let above = bits - 0x3f3504f3u; // bits above those of sqrt(1/2) count the exponent
  let exponent = i32(above) >> 23u;
  let m = bitcast<f32>(bits - (u32(exponent) << 23u));
  let s = (m - 1.0) / (m + 1.0); // ln m = 2 atanh s
  let z = s * s;
  let ln_m = 2.0 * s + s * z * (0.6666666667 + z * (0.4 + z * (0.2857142857 + z * 0.2222222222)));
  let k = f32(exponent + 2 * level);
  let a = two_sum(k * LN2_1, sizes.offset_high);
  let b = two_sum(a.x, ln_m);
  let ln = b.x + (b.y + (a.y + (k * LN2_2 + sizes.offset_low)));
  return select(bitcast<u32>(ln), FLOOR, ln < bitcast<f32>(FLOOR));
}

const FLOOR = 0xc17f1402u; // ln(2^-23) = -15.942385
