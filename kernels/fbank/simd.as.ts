// Log mel filter banks of two frames at a time, one in each lane of an f64x2: every step is the same for both, so that no lane
// ever moves, and a frame's numbers do not depend on the frame beside it. float64 until the logarithm, because float32 leaves
// 2.7e-4 in the quiet bins beside loud ones; docs/decisions/0006_fbank_precision.md.

const NUMBERS: usize = 512 << 4; // bytes of the numbers of two frames: 512 samples, or 256 complex values

/**
 * @param samples float32, the first sample of the first frame.
 * @param frames Frames to make.
 * @param shift Samples from one frame to the next.
 * @param length Samples of a frame, 2 to 512.
 * @param preemphasis What is taken off of the sample before.
 * @param window float64 (length,): window times scale times 1/2, the half of untangling the spectra.
 * @param twiddles float64 (64, 6): cos, -sin of 2 pi n j / 256 for j = 1, 2, 3; then (128, 2): of 2 pi k / 512, k = 1 ... 128.
 * @param places int32 (128, 2): byte offsets of frequencies k and 256 - k after the decimation, k = 1 ... 128.
 * @param filters Per filter int32 first bin and even number of weights; then all weights, float64.
 * @param melBins Filters.
 * @param work 513 values of two frames, 16 bytes each, twice.
 * @param out float32 (frames, melBins).
 */
export function fbank(
  samples: usize,
  frames: i32,
  shift: i32,
  length: i32,
  preemphasis: f64,
  window: usize,
  twiddles: usize,
  places: usize,
  filters: usize,
  melBins: i32,
  work: usize,
  out: usize,
): void {
  const powers = work + NUMBERS + 16;
  for (let f = 0; f < frames; f += 2) {
    // An odd last frame goes through both lanes.
    const other: i32 = f + 1 < frames ? 1 : 0;
    const first = samples + (<usize>(f * shift) << 2);
    const second = first + (<usize>(other * shift) << 2);
    windowed(first, second, length, preemphasis, window, work);
    transform(work, twiddles, (length + 1) >> 1);
    untangle(work, powers, twiddles + 64 * 48, places);
    const outFirst = out + (<usize>(f * melBins) << 2);
    logMel(powers, filters, melBins, outFirst, outFirst + (<usize>(other * melBins) << 2));
  }
}

/** Sample n of both frames, as float64. */
@inline
function pair(first: usize, second: usize, n: i32): v128 {
  const at = <usize>n << 2;
  return f64x2.promote_low_f32x4(v128.load_lane<f32>(second + at, v128.load32_zero(first + at), 1));
}

/** Less the mean, pre-emphasised, windowed; then zeros as far as the transform reads. */
function windowed(first: usize, second: usize, length: i32, preemphasis: f64, window: usize, work: usize): void {
  let sum0 = f64x2.splat(0);
  let sum1 = f64x2.splat(0);
  let n = 0;
  for (; n + 1 < length; n += 2) {
    const at = work + (<usize>n << 4);
    const x0 = pair(first, second, n);
    const x1 = pair(first, second, n + 1);
    v128.store(at, x0);
    v128.store(at, x1, 16);
    sum0 = f64x2.add(sum0, x0);
    sum1 = f64x2.add(sum1, x1);
  }
  if (n < length) {
    const x = pair(first, second, n);
    v128.store(work + (<usize>n << 4), x);
    sum0 = f64x2.add(sum0, x);
  }
  const mean = f64x2.div(f64x2.add(sum0, sum1), f64x2.splat(<f64>length));
  const factor = f64x2.splat(preemphasis);
  let before = f64x2.sub(v128.load(work), mean);
  for (n = 0; n < length; n++) {
    const at = work + (<usize>n << 4);
    const x = f64x2.sub(v128.load(at), mean);
    const y = f64x2.sub(x, f64x2.mul(factor, before));
    v128.store(at, f64x2.mul(y, v128.load64_splat(window + (<usize>n << 3))));
    before = x;
  }
  const end = work + NUMBERS;
  for (let at = work + (<usize>length << 4); at < end; at += 16) v128.store(at, f64x2.splat(0));
}

/** The complex transform of 256 values in place, frequencies in digit-reversed order; values from `filled` on are zero. */
function transform(work: usize, twiddles: usize, filled: i32): void {
  const end = work + NUMBERS;
  const whole = max(1, min(64, filled - 192)); // of the 64 butterflies of the first stage, those with four inputs
  plainButterfly(work, 64 << 5);
  for (let n = 1; n < 64; n++) {
    const t = twiddles + <usize>n * 48;
    const a = work + (<usize>n << 5);
    if (n < whole) {
      turnedButterfly(a, 64 << 5, factor(t, 0), factor(t, 1), factor(t, 2), factor(t, 3), factor(t, 4), factor(t, 5), false);
    } else {
      turnedButterfly(a, 64 << 5, factor(t, 0), factor(t, 1), factor(t, 2), factor(t, 3), factor(t, 4), factor(t, 5), true);
    }
  }
  for (let size: usize = 64; size > 4; size >>= 2) {
    const distance = size << 3; // bytes of a quarter of the block
    const block = size << 5;
    for (let a = work; a < end; a += block) plainButterfly(a, distance);
    for (let n: usize = 1; n < size >> 2; n++) {
      const t = twiddles + n * (256 / size) * 48;
      const c1 = factor(t, 0), s1 = factor(t, 1), c2 = factor(t, 2), s2 = factor(t, 3), c3 = factor(t, 4), s3 = factor(t, 5);
      for (let a = work + (n << 5); a < end; a += block) turnedButterfly(a, distance, c1, s1, c2, s2, c3, s3, false);
    }
  }
  for (let a = work; a < end; a += 128) plainButterfly(a, 32);
}

@inline
function factor(at: usize, i: usize): v128 {
  return v128.load64_splat(at + (i << 3));
}

/** Four values `distance` bytes apart, without twiddle factors. */
@inline
function plainButterfly(at: usize, distance: usize): void {
  const b = at + distance, c = b + distance, d = c + distance;
  const are = v128.load(at), aim = v128.load(at, 16), cre = v128.load(c), cim = v128.load(c, 16);
  const acRe = f64x2.add(are, cre), acIm = f64x2.add(aim, cim);
  const aRe = f64x2.sub(are, cre), aIm = f64x2.sub(aim, cim);
  const bre = v128.load(b), bim = v128.load(b, 16), dre = v128.load(d), dim = v128.load(d, 16);
  const bdRe = f64x2.add(bre, dre), bdIm = f64x2.add(bim, dim);
  const bRe = f64x2.sub(bre, dre), bIm = f64x2.sub(bim, dim);
  v128.store(at, f64x2.add(acRe, bdRe));
  v128.store(at, f64x2.add(acIm, bdIm), 16);
  v128.store(b, f64x2.add(aRe, bIm));
  v128.store(b, f64x2.sub(aIm, bRe), 16);
  v128.store(c, f64x2.sub(acRe, bdRe));
  v128.store(c, f64x2.sub(acIm, bdIm), 16);
  v128.store(d, f64x2.sub(aRe, bIm));
  v128.store(d, f64x2.add(aIm, bRe), 16);
}

/** Four values `distance` bytes apart, turned by c + i s; where `short`, the fourth is zero. */
@inline
function turnedButterfly(
  at: usize,
  distance: usize,
  c1: v128,
  s1: v128,
  c2: v128,
  s2: v128,
  c3: v128,
  s3: v128,
  short: bool,
): void {
  const b = at + distance, c = b + distance, d = c + distance;
  const are = v128.load(at), aim = v128.load(at, 16), cre = v128.load(c), cim = v128.load(c, 16);
  const acRe = f64x2.add(are, cre), acIm = f64x2.add(aim, cim);
  const aRe = f64x2.sub(are, cre), aIm = f64x2.sub(aim, cim);
  let bdRe = v128.load(b), bdIm = v128.load(b, 16);
  let bRe = bdRe, bIm = bdIm;
  if (!short) {
    const dre = v128.load(d), dim = v128.load(d, 16);
    bRe = f64x2.sub(bdRe, dre);
    bIm = f64x2.sub(bdIm, dim);
    bdRe = f64x2.add(bdRe, dre);
    bdIm = f64x2.add(bdIm, dim);
  }
  v128.store(at, f64x2.add(acRe, bdRe));
  v128.store(at, f64x2.add(acIm, bdIm), 16);
  storeTurned(b, f64x2.add(aRe, bIm), f64x2.sub(aIm, bRe), c1, s1);
  storeTurned(c, f64x2.sub(acRe, bdRe), f64x2.sub(acIm, bdIm), c2, s2);
  storeTurned(d, f64x2.sub(aRe, bIm), f64x2.add(aIm, bRe), c3, s3);
}

@inline
function storeTurned(at: usize, re: v128, im: v128, c: v128, s: v128): void {
  v128.store(at, f64x2.sub(f64x2.mul(re, c), f64x2.mul(im, s)));
  v128.store(at, f64x2.add(f64x2.mul(re, s), f64x2.mul(im, c)), 16);
}

@inline
function square(re: v128, im: v128): v128 {
  return f64x2.add(f64x2.mul(re, re), f64x2.mul(im, im));
}

/** |X_k|^2, k = 0 ... 255, of the real frames: X_k = E + W^k O, X_(256 - k) = conj(E - W^k O). The window bears the 1/2. */
function untangle(work: usize, powers: usize, twiddles: usize, places: usize): void {
  const sum = f64x2.add(v128.load(work), v128.load(work, 16));
  v128.store(powers, f64x2.mul(f64x2.splat(4), f64x2.mul(sum, sum)));
  for (let k: usize = 1; k <= 128; k++) {
    const a = work + <usize>load<i32>(places + (k << 3) - 8);
    const b = work + <usize>load<i32>(places + (k << 3) - 4);
    const are = v128.load(a), aim = v128.load(a, 16), bre = v128.load(b), bim = v128.load(b, 16);
    const evenRe = f64x2.add(are, bre), evenIm = f64x2.sub(aim, bim);
    const oddRe = f64x2.add(aim, bim), oddIm = f64x2.sub(bre, are);
    const c = factor(twiddles, 2 * k - 2), s = factor(twiddles, 2 * k - 1);
    const re = f64x2.sub(f64x2.mul(oddRe, c), f64x2.mul(oddIm, s));
    const im = f64x2.add(f64x2.mul(oddRe, s), f64x2.mul(oddIm, c));
    v128.store(powers + (k << 4), square(f64x2.add(evenRe, re), f64x2.add(evenIm, im)));
    v128.store(powers + ((256 - k) << 4), square(f64x2.sub(evenRe, re), f64x2.sub(evenIm, im)));
  }
  // Filters have even lengths, and the last one may reach one bin too far, with weight zero.
  v128.store(powers + (256 << 4), f64x2.splat(0));
}

function logMel(powers: usize, filters: usize, melBins: i32, outFirst: usize, outSecond: usize): void {
  let weights = filters + (<usize>melBins << 3);
  for (let m: usize = 0; m < <usize>melBins; m++) {
    let at = powers + (<usize>load<i32>(filters + (m << 3)) << 4);
    const end = weights + (<usize>load<i32>(filters + (m << 3) + 4) << 3);
    let even = f64x2.splat(0);
    let odd = f64x2.splat(0);
    for (; weights < end; weights += 16, at += 32) {
      even = f64x2.add(even, f64x2.mul(v128.load64_splat(weights), v128.load(at)));
      odd = f64x2.add(odd, f64x2.mul(v128.load64_splat(weights, 8), v128.load(at, 16)));
    }
    const energy = f64x2.max(f64x2.add(even, odd), f64x2.splat(1.1920928955078125e-7)); // keeps NaN
    const result = f32x4.demote_f64x2_zero(logarithm(energy));
    v128.store_lane<f32>(outFirst + (m << 2), result, 0);
    v128.store_lane<f32>(outSecond + (m << 2), result, 1);
  }
}

/** Natural logarithm of positive normal numbers to 1e-9; infinity and NaN stay what they are. */
function logarithm(x: v128): v128 {
  // x = 2^e m, m from sqrt(1/2) to sqrt(2): bits above those of sqrt(1/2) count the exponent.
  const shifted = i64x2.sub(x, i64x2.splat(0x3fe6a09e667f3bcd));
  const e = i64x2.shr_s(shifted, 52);
  const m = i64x2.sub(x, i64x2.shl(e, 52));
  const s = f64x2.div(f64x2.sub(m, f64x2.splat(1)), f64x2.add(m, f64x2.splat(1)));
  const z = f64x2.mul(s, s);
  // ln m = 2 atanh s = 2 s (1 + z / 3 + z^2 / 5 + ...), |s| < 0.172
  let series = f64x2.add(f64x2.splat(2.0 / 7.0), f64x2.mul(z, f64x2.splat(2.0 / 9.0)));
  series = f64x2.add(f64x2.splat(2.0 / 5.0), f64x2.mul(z, series));
  series = f64x2.add(f64x2.splat(2.0 / 3.0), f64x2.mul(z, series));
  series = f64x2.add(f64x2.splat(2.0), f64x2.mul(z, series));
  const exponent = f64x2.convert_low_i32x4_s(i8x16.swizzle(e, i8x16(0, 1, 2, 3, 8, 9, 10, 11, 16, 16, 16, 16, 16, 16, 16, 16)));
  const ln = f64x2.add(f64x2.mul(exponent, f64x2.splat(0.6931471805599453)), f64x2.mul(s, series));
  return v128.bitselect(ln, x, f64x2.lt(x, f64x2.splat(Infinity)));
}
