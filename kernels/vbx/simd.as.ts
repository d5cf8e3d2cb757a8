// VBx (scalar.ts has the paper's equations) on padded matrices: Kp and Dp are K and D rounded up to whole blocks of 4. What pads
// is 0 and stays 0, except that log p is kept off the padded speakers.
import { exp, log } from "./math.as";

const PI_FLOOR: f64 = 1e-8;

/** Vectors added up before their sum joins the others: short sums lose less, and their rows stay in the cache. */
const ROWS_OF_SUM = 256;

@inline
function at(index: i32): usize {
  return <usize>index << 3;
}

@inline
function laneSum(a: v128): f64 {
  return f64x2.extract_lane(a, 0) + f64x2.extract_lane(a, 1);
}

// What an addition loses, by Knuth's two-sum: t = s + p, z = t - s, lost = (s - (t - z)) + (p - z).
@inline
function lost(s: v128, p: v128, t: v128): v128 {
  const z = f64x2.sub(t, s);
  return f64x2.add(f64x2.sub(s, f64x2.sub(t, z)), f64x2.sub(p, z));
}

@inline
function lostScalar(s: f64, p: f64, t: f64): f64 {
  const z = t - s;
  return s - (t - z) + (p - z);
}

/** A sum in two lanes with its errors, as one number. */
function total(s: v128, e: v128): f64 {
  const s0 = f64x2.extract_lane(s, 0), s1 = f64x2.extract_lane(s, 1);
  const t = s0 + s1;
  return t + (lostScalar(s0, s1, t) + laneSum(e));
}

/**
 * G of (23) and rho = x sqrt(phi) of (18), in place of x, and rho once more in panels of 4 columns: panel p holds columns 4p to 4p + 3 of
 * every row.
 */
export function prepare(x: usize, root: usize, N: i32, D: i32, Dp: i32, G: usize, panels: usize): void {
  const constant = <f64>D * 1.8378770664093453; // D ln(2 pi)
  for (let n = 0; n < N; n++) {
    const row = x + at(n) * <usize>Dp;
    let s = f64x2.splat(0), e = s;
    for (let d = 0; d < Dp; d += 4) {
      let a = v128.load(row + at(d)), b = v128.load(row + at(d), 16);
      let p = f64x2.mul(a, a), t = f64x2.add(s, p);
      e = f64x2.add(e, lost(s, p, t));
      s = t;
      p = f64x2.mul(b, b), t = f64x2.add(s, p);
      e = f64x2.add(e, lost(s, p, t));
      s = t;
      a = f64x2.mul(a, v128.load(root + at(d)));
      b = f64x2.mul(b, v128.load(root + at(d), 16));
      v128.store(row + at(d), a);
      v128.store(row + at(d), b, 16);
      const panel = panels + at(d) * <usize>N + (<usize>n << 5);
      v128.store(panel, a);
      v128.store(panel, b, 16);
    }
    store<f64>(G + at(n), -0.5 * (total(s, e) + constant));
  }
}

/** Sums of the columns of q, compensated. `counts` has room for 2 Kp: the sums, then what they lost. */
export function countAll(q: usize, N: i32, Kp: i32, counts: usize): void {
  memory.fill(counts, 0, at(2 * Kp));
  for (let n = 0; n < N; n++) addCounts(q + at(n) * <usize>Kp, Kp, counts);
  for (let k = 0; k < Kp; k++) {
    const p = counts + at(k);
    store<f64>(p, load<f64>(p) + load<f64>(p + at(Kp)));
  }
}

@inline
function addCounts(row: usize, Kp: i32, counts: usize): void {
  const errors = counts + at(Kp);
  for (let k = 0; k < Kp; k += 2) {
    const p = v128.load(row + at(k)), s = v128.load(counts + at(k)), t = f64x2.add(s, p);
    v128.store(errors + at(k), f64x2.add(v128.load(errors + at(k)), lost(s, p, t)));
    v128.store(counts + at(k), t);
  }
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
        let a = q + <usize>from * qStride + at(k);
        let b = panels + at(d) * <usize>N + (<usize>from << 5);
        const end = b + (<usize>(until - from) << 5);
        while (b < end) {
          const b0 = v128.load(b), b1 = v128.load(b, 16);
          b += 32;
          let w = v128.load64_splat(a);
          s00 = f64x2.add(s00, f64x2.mul(w, b0));
          s01 = f64x2.add(s01, f64x2.mul(w, b1));
          w = v128.load64_splat(a, 8);
          s10 = f64x2.add(s10, f64x2.mul(w, b0));
          s11 = f64x2.add(s11, f64x2.mul(w, b1));
          w = v128.load64_splat(a, 16);
          s20 = f64x2.add(s20, f64x2.mul(w, b0));
          s21 = f64x2.add(s21, f64x2.mul(w, b1));
          w = v128.load64_splat(a, 24);
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

/**
 * (17) variances and (16) means of the speakers' posteriors.
 *
 * @param alpha In: q^T rho. Out: alpha.
 * @param panels Out: alpha in panels of 4 speakers: panel p holds, dimension after dimension, those of speakers 4p to 4p + 3.
 * @param penalty Out: 0.5 (invL + alpha^2) . phi for every speaker.
 * @returns sum(ln invL - invL - alpha^2 + 1): the speakers' part of (25).
 */
export function posteriors(
  counts: usize,
  phi: usize,
  ratio: f64,
  K: i32,
  D: i32,
  Kp: i32,
  Dp: i32,
  alpha: usize,
  invL: usize,
  panels: usize,
  penalty: usize,
): f64 {
  const one = f64x2.splat(1), ratios = f64x2.splat(ratio);
  let s = f64x2.splat(0), e = s;
  for (let k = 0; k < K; k++) {
    const row = at(k) * <usize>Dp;
    const panel = panels + at(k & ~3) * <usize>Dp + at(k & 3);
    const weight = f64x2.mul(ratios, v128.load64_splat(counts + at(k)));
    let s2 = f64x2.splat(0), e2 = s2;
    for (let d = 0; d < Dp; d += 2) {
      const variances = v128.load(phi + at(d));
      const l = f64x2.div(one, f64x2.add(one, f64x2.mul(weight, variances)));
      const a = f64x2.mul(v128.load(alpha + row + at(d)), f64x2.mul(ratios, l));
      v128.store(invL + row + at(d), l);
      v128.store(alpha + row + at(d), a);
      store<f64>(panel + (<usize>d << 5), f64x2.extract_lane(a, 0));
      store<f64>(panel + (<usize>d << 5), f64x2.extract_lane(a, 1), 32);

      const square = f64x2.mul(a, a);
      let p = f64x2.mul(f64x2.add(l, square), variances), t = f64x2.add(s2, p);
      e2 = f64x2.add(e2, lost(s2, p, t));
      s2 = t;
      // Dimensions that pad have phi 0, hence invL 1 and alpha 0: they add ln 1 - 1 - 0 + 1 = 0.
      p = f64x2.add(f64x2.sub(f64x2.sub(log(l), l), square), one), t = f64x2.add(s, p);
      e = f64x2.add(e, lost(s, p, t));
      s = t;
    }
    store<f64>(penalty + at(k), 0.5 * total(s2, e2));
  }
  return total(s, e);
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

/**
 * (23) log likelihoods, (24) responsibilities and priors.
 *
 * @param q In: rho alpha^T. Out: responsibilities.
 * @param pi In: the priors. Out: the new ones.
 * @param counts Out: the sums of the columns of q (Kp), and Kp more for what they lost.
 * @param bias Room for Kp.
 * @returns sum(ln p(x)): the vectors' part of (25).
 */
export function responsibilities(
  q: usize,
  G: usize,
  penalty: usize,
  Fa: f64,
  N: i32,
  K: i32,
  Kp: i32,
  pi: usize,
  counts: usize,
  bias: usize,
): f64 {
  for (let k = 0; k < Kp; k += 2) {
    const prior = log(f64x2.add(v128.load(pi + at(k)), f64x2.splat(PI_FLOOR)));
    const part = f64x2.mul(f64x2.splat(Fa), v128.load(penalty + at(k)));
    v128.store(bias + at(k), f64x2.sub(prior, part));
  }
  // Speakers that pad must never win: -Infinity makes their exp 0.
  for (let k = K; k < Kp; k++) store<f64>(bias + at(k), -Infinity);
  memory.fill(counts, 0, at(2 * Kp));

  let evidence: f64 = 0, error: f64 = 0;
  const factor = f64x2.splat(Fa);
  for (let n = 0; n < N; n++) {
    const row = q + at(n) * <usize>Kp;
    const g = f64x2.splat(Fa * load<f64>(G + at(n)));
    let top = f64x2.splat(-Infinity);
    for (let k = 0; k < Kp; k += 2) {
      const value = f64x2.add(f64x2.add(f64x2.mul(factor, v128.load(row + at(k))), g), v128.load(bias + at(k)));
      v128.store(row + at(k), value);
      top = f64x2.max(top, value); // NaN stays
    }
    const highest = max(f64x2.extract_lane(top, 0), f64x2.extract_lane(top, 1));
    const shift = f64x2.splat(highest);
    let s = f64x2.splat(0), e = s;
    for (let k = 0; k < Kp; k += 2) {
      const p = exp(f64x2.sub(v128.load(row + at(k)), shift)), t = f64x2.add(s, p);
      v128.store(row + at(k), p);
      e = f64x2.add(e, lost(s, p, t));
      s = t;
    }
    const sum = total(s, e);
    const logPx = highest + f64x2.extract_lane(log(f64x2.splat(sum)), 0);
    const t = evidence + logPx;
    error += lostScalar(evidence, logPx, t);
    evidence = t;
    const share = f64x2.splat(1 / sum);
    for (let k = 0; k < Kp; k += 2) v128.store(row + at(k), f64x2.mul(v128.load(row + at(k)), share));
    addCounts(row, Kp, counts);
  }

  let all = f64x2.splat(0), e = all;
  for (let k = 0; k < Kp; k += 2) {
    const p = f64x2.add(v128.load(counts + at(k)), v128.load(counts + at(Kp + k)));
    const t = f64x2.add(all, p);
    v128.store(counts + at(k), p);
    e = f64x2.add(e, lost(all, p, t));
    all = t;
  }
  const mass = f64x2.splat(total(all, e));
  for (let k = 0; k < Kp; k += 2) v128.store(pi + at(k), f64x2.div(v128.load(counts + at(k)), mass));
  return evidence + error;
}
