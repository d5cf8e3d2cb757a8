// VBx's two products of matrices, in blocks of 4 x 4 sums, added plainly (docs/decisions/0007_vbx_precision.md).

/** Vectors added up before their sum joins the others: short sums lose less, and their rows stay in the cache. */
const ROWS_OF_SUM = 256;

/** The offset of a float64, in bytes. */
@inline
export function at(index: i32): usize {
  return <usize>index << 3;
}

/** q^T rho, (Kp, Dp), 4 x 4 at a time. `panels` as prepare made them. */
export function moments(q: usize, panels: usize, N: i32, Kp: i32, Dp: i32, out: usize): void {
  memory.fill(out, 0, at(Kp) * <usize>Dp);
  const qStride = at(Kp), outStride = at(Dp);
  for (let from = 0; from < N; from += ROWS_OF_SUM) {
    const until = min(from + ROWS_OF_SUM, N);
    for (let k = 0; k < Kp; k += 4) {
      for (let d = 0; d < Dp; d += 4) {
        let s00 = f64x2.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
        // Bun's compiler makes slow loads of splats with a constant offset, hence a pointer for every speaker.
        const a0 = q + <usize>from * qStride + at(k), a1 = a0 + 8, a2 = a0 + 16, a3 = a0 + 24;
        let a: usize = 0;
        let b = panels + at(d) * <usize>N + (<usize>from << 5);
        const end = b + (<usize>(until - from) << 5);
        while (b < end) {
          const b0 = v128.load(b), b1 = v128.load(b, 16);
          b += 32;
          let w = v128.load64_splat(a0 + a);
          s00 = f64x2.add(s00, f64x2.mul(w, b0));
          s01 = f64x2.add(s01, f64x2.mul(w, b1));
          w = v128.load64_splat(a1 + a);
          s10 = f64x2.add(s10, f64x2.mul(w, b0));
          s11 = f64x2.add(s11, f64x2.mul(w, b1));
          w = v128.load64_splat(a2 + a);
          s20 = f64x2.add(s20, f64x2.mul(w, b0));
          s21 = f64x2.add(s21, f64x2.mul(w, b1));
          w = v128.load64_splat(a3 + a);
          s30 = f64x2.add(s30, f64x2.mul(w, b0));
          s31 = f64x2.add(s31, f64x2.mul(w, b1));
          a += qStride;
        }
        let o = out + <usize>k * outStride + at(d);
        addTo(o, s00, s01);
        o += outStride;
        addTo(o, s10, s11);
        o += outStride;
        addTo(o, s20, s21);
        o += outStride;
        addTo(o, s30, s31);
      }
    }
  }
}

@inline
function addTo(o: usize, a: v128, b: v128): void {
  v128.store(o, f64x2.add(v128.load(o), a));
  v128.store(o, f64x2.add(v128.load(o, 16), b), 16);
}

/** rho alpha^T into q, (N, Kp), 4 x 4 at a time. */
export function projections(rho: usize, panels: usize, N: i32, Kp: i32, Dp: i32, q: usize): void {
  const stride = at(Dp), qStride = at(Kp);
  for (let from = 0; from < N; from += 64) {
    const until = min(from + 64, N);
    for (let k = 0; k < Kp; k += 4) {
      const panel = panels + at(k) * <usize>Dp;
      for (let n = from; n < until; n += 4) {
        const n1 = min(n + 1, N - 1), n2 = min(n + 2, N - 1), n3 = min(n + 3, N - 1);
        const a0 = rho + <usize>n * stride, a1 = rho + <usize>n1 * stride;
        const a2 = rho + <usize>n2 * stride, a3 = rho + <usize>n3 * stride;
        let s00 = f64x2.splat(0), s01 = s00, s10 = s00, s11 = s00, s20 = s00, s21 = s00, s30 = s00, s31 = s00;
        let b = panel;
        for (let d: usize = 0; d < stride; d += 8) {
          const b0 = v128.load(b), b1 = v128.load(b, 16);
          b += 32;
          let x = v128.load64_splat(a0 + d);
          s00 = f64x2.add(s00, f64x2.mul(x, b0));
          s01 = f64x2.add(s01, f64x2.mul(x, b1));
          x = v128.load64_splat(a1 + d);
          s10 = f64x2.add(s10, f64x2.mul(x, b0));
          s11 = f64x2.add(s11, f64x2.mul(x, b1));
          x = v128.load64_splat(a2 + d);
          s20 = f64x2.add(s20, f64x2.mul(x, b0));
          s21 = f64x2.add(s21, f64x2.mul(x, b1));
          x = v128.load64_splat(a3 + d);
          s30 = f64x2.add(s30, f64x2.mul(x, b0));
          s31 = f64x2.add(s31, f64x2.mul(x, b1));
        }
        // From the last row to the first: rows past the end repeat the last one, with its own values.
        put(q + <usize>n3 * qStride + at(k), s30, s31);
        put(q + <usize>n2 * qStride + at(k), s20, s21);
        put(q + <usize>n1 * qStride + at(k), s10, s11);
        put(q + <usize>n * qStride + at(k), s00, s01);
      }
    }
  }
}

@inline
function put(o: usize, a: v128, b: v128): void {
  v128.store(o, a);
  v128.store(o, b, 16);
}
