// Masked statistics pooling in float64, two channels at a time, one to a lane, added up in the order of scalar.ts: the same bits.

/** The same frame of two channels that lie `stride` bytes apart. */
// @ts-ignore: decorator
@inline
function pair(at: usize, stride: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load_lane<f32>(at + stride, v128.load32_zero(at), 1));
}

/**
 * features: (channels, frames) f32; weights: (frames,) f64; out: (2 * channels) f64, means and deviations. `channels` is even:
 * the caller pads.
 */
export function pool(
  features: usize, channels: i32, frames: i32, weights: usize, epsilon: f64, out: usize,
): void {
  let sum: f64 = 0;
  let v2: f64 = 0;
  for (let t = 0; t < frames; t++) {
    const w = load<f64>(weights + (<usize>t << 3));
    sum += w;
    v2 += w * w;
  }
  const v1 = sum + epsilon;
  const degrees = v1 - v2 / v1 + epsilon;
  const stride = <usize>frames << 2;
  for (let c = 0; c < channels; c += 2) {
    const at = features + <usize>c * stride;
    let weighted = f64x2.splat(0);
    for (let t = 0; t < frames; t++) {
      const w = v128.load64_splat(weights + (<usize>t << 3));
      weighted = f64x2.add(weighted, f64x2.mul(w, pair(at + (<usize>t << 2), stride)));
    }
    const mean = f64x2.div(weighted, f64x2.splat(v1));
    let squares = f64x2.splat(0);
    for (let t = 0; t < frames; t++) {
      const w = v128.load64_splat(weights + (<usize>t << 3));
      const difference = f64x2.sub(pair(at + (<usize>t << 2), stride), mean);
      squares = f64x2.add(squares, f64x2.mul(w, f64x2.mul(difference, difference)));
    }
    const to = out + (<usize>c << 3);
    v128.store(to, mean);
    v128.store(to + (<usize>channels << 3), f64x2.sqrt(f64x2.div(squares, f64x2.splat(degrees))));
  }
}
