// Powerset argmax, four frames at a time, one to a lane. Called by wasm.ts.

/** One score of each of four frames, which lie `stride` bytes apart. */
// @ts-ignore: decorator
@inline
function column(at: usize, stride: usize): v128 {
  let v = v128.load32_zero(at);
  v = v128.load_lane<f32>(at + stride, v, 1);
  v = v128.load_lane<f32>(at + 2 * stride, v, 2);
  return v128.load_lane<f32>(at + 3 * stride, v, 3);
}

// @ts-ignore: decorator
@inline
function write(set: u32, hasNaN: i32, speakers: i32, out: usize): void {
  for (let s = 0; s < speakers; s++) {
    store<f32>(out + (<usize>s << 2), hasNaN != 0 ? NaN : <f32>((set >> s) & 1));
  }
}

/**
 * scores: (frames, classes) f32; members: (classes,) u32 bit sets; out: (frames, speakers) f32. `frames` is a multiple of 4:
 * the caller pads.
 */
export function multilabel(
  scores: usize, frames: i32, classes: i32, members: usize, speakers: i32, out: usize,
): void {
  const stride = <usize>classes << 2;
  const step = <usize>speakers << 2;
  for (let frame = 0; frame < frames; frame += 4) {
    const at = scores + <usize>frame * stride;
    let best = column(at, stride);
    let sets = i32x4.splat(load<i32>(members));
    let bad = f32x4.ne(best, best);
    for (let c = 1; c < classes; c++) {
      const v = column(at + (<usize>c << 2), stride);
      const larger = f32x4.gt(v, best);
      best = v128.bitselect(v, best, larger);
      sets = v128.bitselect(i32x4.splat(load<i32>(members + (<usize>c << 2))), sets, larger);
      bad = v128.or(bad, f32x4.ne(v, v));
    }
    const to = out + <usize>frame * step;
    write(i32x4.extract_lane(sets, 0), i32x4.extract_lane(bad, 0), speakers, to);
    write(i32x4.extract_lane(sets, 1), i32x4.extract_lane(bad, 1), speakers, to + step);
    write(i32x4.extract_lane(sets, 2), i32x4.extract_lane(bad, 2), speakers, to + 2 * step);
    write(i32x4.extract_lane(sets, 3), i32x4.extract_lane(bad, 3), speakers, to + 3 * step);
  }
}
