// VBx (scalar.ts has the paper's equations) on padded matrices: Kp and Dp are K and D rounded up to whole blocks of 4. What pads
// is 0 and stays 0, except that log p is kept off the padded speakers.
import { lost, lostScalar, total } from "../distances/two_sum.as";
import { exp, log } from "./math.as";
import { at, moments, projections } from "./products.as";

export { moments, projections };

const PI_FLOOR: f64 = 1e-8;

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
