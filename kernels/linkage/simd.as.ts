// Lower bounds on distances from 16-bit integers, and the few float64 operations that decide. Called by wasm_geometry.ts.
//
// A point p is kept as step * q + r: q 16-bit integers with |q| < 2^15, r what rounding left. Then
//   | |p_a - p_b| - step * |q_a - q_b| | <= |r_a| + |r_b|,
// and |q_a - q_b|^2 = |q_a|^2 + |q_b|^2 - 2 q_a . q_b is exact in wrapping 32-bit integers, as it is below 2^32: no sum of
// products can pass 2^30 (Cauchy and Schwarz), wherever it is cut into lanes.

/** Rows of `firstNeighbours` that are gone through together: 1024 of 256 columns fill half a megabyte of cache. */
const TILE: i32 = 1024;

/** q, |q|^2 and |r| + slack of one point less the mean. `step` 0 makes q zero. */
export function encode(
  point: usize, mean: usize, columns: i32, step: f64, slack: f64,
  row: usize, padded: i32, square: usize, error: usize,
): void {
  let squares: i32 = 0;
  let rest: f64 = 0;
  for (let i = 0; i < columns; i++) {
    const p = load<f64>(point + (<usize>i << 3)) - load<f64>(mean + (<usize>i << 3));
    const q = step > 0 ? nearest<f64>(p / step) : 0.0;
    const r = p - q * step;
    rest += r * r;
    squares += <i32>q * <i32>q;
    store<i16>(row + (<usize>i << 1), <i16>q);
  }
  for (let i = columns; i < padded; i++) store<i16>(row + (<usize>i << 1), 0);
  store<i32>(square, squares);
  store<f64>(error, sqrt<f64>(rest) + slack);
}

/** The sums of the lanes of four vectors, as one vector. */
// @ts-ignore: decorator
@inline
function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7));
  const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7));
  return i32x4.add(v128.shuffle<i32>(ab, cd, 0, 1, 4, 5), v128.shuffle<i32>(ab, cd, 2, 3, 6, 7));
}

/** q . q of one row with four others. */
// @ts-ignore: decorator
@inline
function products(one: usize, a: usize, b: usize, c: usize, d: usize, bytes: usize): v128 {
  let sa = i32x4.splat(0), sb = i32x4.splat(0), sc = i32x4.splat(0), sd = i32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    const v = v128.load(one + at);
    sa = i32x4.add(sa, i32x4.dot_i16x8_s(v, v128.load(a + at)));
    sb = i32x4.add(sb, i32x4.dot_i16x8_s(v, v128.load(b + at)));
    sc = i32x4.add(sc, i32x4.dot_i16x8_s(v, v128.load(c + at)));
    sd = i32x4.add(sd, i32x4.dot_i16x8_s(v, v128.load(d + at)));
  }
  return sums(sa, sb, sc, sd);
}

/** Lower bounds on the distances from one slot to those that `living` lists at from .. count-1, into `out` at the same places. */
export function lowerBounds(
  rows: usize, padded: i32, squares: usize, errors: usize, step: f64,
  slot: i32, living: usize, from: i32, count: i32, out: usize,
): void {
  const bytes = <usize>padded << 1;
  const one = rows + <usize>slot * bytes;
  const ownSquare = i32x4.splat(load<i32>(squares + (<usize>slot << 2)));
  const ownError = f64x2.splat(load<f64>(errors + (<usize>slot << 3)));
  const steps = f64x2.splat(step);
  const zero = f64x2.splat(0);
  for (let i = from; i < count; i += 4) {
    const a = load<i32>(living + (<usize>i << 2));
    const b = load<i32>(living + (<usize>min(i + 1, count - 1) << 2));
    const c = load<i32>(living + (<usize>min(i + 2, count - 1) << 2));
    const d = load<i32>(living + (<usize>min(i + 3, count - 1) << 2));
    const dots = products(
      one, rows + <usize>a * bytes, rows + <usize>b * bytes, rows + <usize>c * bytes, rows + <usize>d * bytes, bytes,
    );
    let square = i32x4.splat(load<i32>(squares + (<usize>a << 2)));
    square = i32x4.replace_lane(square, 1, load<i32>(squares + (<usize>b << 2)));
    square = i32x4.replace_lane(square, 2, load<i32>(squares + (<usize>c << 2)));
    square = i32x4.replace_lane(square, 3, load<i32>(squares + (<usize>d << 2)));
    const between = i32x4.sub(i32x4.add(ownSquare, square), i32x4.shl(dots, 1));
    let errorAB = f64x2.splat(load<f64>(errors + (<usize>a << 3)));
    errorAB = f64x2.replace_lane(errorAB, 1, load<f64>(errors + (<usize>b << 3)));
    let errorCD = f64x2.splat(load<f64>(errors + (<usize>c << 3)));
    errorCD = f64x2.replace_lane(errorCD, 1, load<f64>(errors + (<usize>d << 3)));
    const ab = f64x2.sqrt(f64x2.convert_low_i32x4_u(between));
    const cd = f64x2.sqrt(f64x2.convert_low_i32x4_u(v128.shuffle<i32>(between, between, 2, 3, 2, 3)));
    const lowAB = f64x2.max(zero, f64x2.sub(f64x2.mul(ab, steps), f64x2.add(ownError, errorAB)));
    const lowCD = f64x2.max(zero, f64x2.sub(f64x2.mul(cd, steps), f64x2.add(ownError, errorCD)));
    const to = out + (<usize>i << 3);
    v128.store(to, lowAB); // up to three places past the end are written; the caller keeps them free
    v128.store(to, lowCD, 16);
  }
}

/** |q_a - q_b|^2 above which a lower bound cannot be below `second`: saturated, so that 2^32 - 1 lets everything through. */
// @ts-ignore: decorator
@inline
function cut(second: f64, error: f64, step: f64): u32 {
  const length = (second + error) / step + 1;
  const square = length * length;
  return square < 4294967295.0 ? <u32>square : u32.MAX_VALUE;
}

/** Of each slot but the last: the later slot with the smallest lower bound, that bound, and the second smallest. */
export function firstNeighbours(
  rows: usize, padded: i32, squares: usize, errors: usize, step: f64, largestError: f64, n: i32,
  neighbour: usize, bound: usize, second: usize,
): void {
  const bytes = <usize>padded << 1;
  for (let i = 0; i < n; i++) {
    store<f64>(bound + (<usize>i << 3), Infinity);
    store<f64>(second + (<usize>i << 3), Infinity);
  }
  for (let tile = 0; tile < n; tile += TILE) {
    const end = min(tile + TILE, n);
    for (let s = 0; s < end - 1; s += 4) {
      let cuts = i32x4.splat(0);
      let own = i32x4.splat(0);
      for (let lane = 0; lane < 4; lane++) {
        // Past the end the last slot stands in; nothing comes after it, so nothing is noted for it.
        const slot = min(s + lane, n - 1);
        const limit = cut(
          load<f64>(second + (<usize>slot << 3)), load<f64>(errors + (<usize>slot << 3)) + largestError, step,
        );
        cuts = put(cuts, lane, <i32>limit);
        own = put(own, lane, load<i32>(squares + (<usize>slot << 2)));
      }
      const a = rows + <usize>s * bytes;
      const b = rows + <usize>min(s + 1, n - 1) * bytes;
      const c = rows + <usize>min(s + 2, n - 1) * bytes;
      const d = rows + <usize>min(s + 3, n - 1) * bytes;
      for (let other = max(tile, s + 1); other < end; other++) {
        const dots = products(rows + <usize>other * bytes, a, b, c, d, bytes);
        const square = i32x4.splat(load<i32>(squares + (<usize>other << 2)));
        const between = i32x4.sub(i32x4.add(own, square), i32x4.shl(dots, 1));
        const close = i32x4.le_u(between, cuts);
        if (!v128.any_true(close)) continue;
        const passed = i32x4.bitmask(close);
        for (let lane = 0; lane < 4; lane++) {
          const slot = s + lane;
          if (!(passed & (1 << lane)) || slot >= other) continue;
          const error = load<f64>(errors + (<usize>slot << 3)) + load<f64>(errors + (<usize>other << 3));
          const low = max<f64>(0, sqrt<f64>(<f64><u32>lane4(between, lane)) * step - error);
          const first = load<f64>(bound + (<usize>slot << 3));
          if (low < first) {
            store<f64>(second + (<usize>slot << 3), first);
            store<f64>(bound + (<usize>slot << 3), low);
            store<i32>(neighbour + (<usize>slot << 2), other);
          } else if (low < load<f64>(second + (<usize>slot << 3))) store<f64>(second + (<usize>slot << 3), low);
          const limit = cut(
            load<f64>(second + (<usize>slot << 3)), load<f64>(errors + (<usize>slot << 3)) + largestError, step,
          );
          cuts = put(cuts, lane, <i32>limit);
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function put(v: v128, lane: i32, x: i32): v128 {
  if (lane === 0) return i32x4.replace_lane(v, 0, x);
  if (lane === 1) return i32x4.replace_lane(v, 1, x);
  return lane === 2 ? i32x4.replace_lane(v, 2, x) : i32x4.replace_lane(v, 3, x);
}

// @ts-ignore: decorator
@inline
function lane4(v: v128, lane: i32): i32 {
  if (lane === 0) return i32x4.extract_lane(v, 0);
  if (lane === 1) return i32x4.extract_lane(v, 1);
  return lane === 2 ? i32x4.extract_lane(v, 2) : i32x4.extract_lane(v, 3);
}

/** The distance of two centroids, added up from the first column to the last as in FloatGeometry: the same bits. */
export function distance(a: usize, b: usize, columns: i32): f64 {
  let sum: f64 = 0;
  for (let i = 0; i < columns; i++) {
    const difference = load<f64>(a + (<usize>i << 3)) - load<f64>(b + (<usize>i << 3));
    sum += difference * difference;
  }
  return sqrt<f64>(sum);
}

/** The heavier centroid moved towards the lighter one by `share` of the way, into `to`: FloatGeometry's bits again. */
export function unite(heavy: usize, light: usize, share: f64, columns: i32, to: usize): void {
  for (let i = 0; i < columns; i++) {
    const at = <usize>i << 3;
    const p = load<f64>(heavy + at);
    store<f64>(to + at, p + (load<f64>(light + at) - p) * share);
  }
}
