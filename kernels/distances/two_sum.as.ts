// Sums that carry what their additions lose, by Knuth's two-sum, in two lanes.

/** What t = s + p has lost: z = t - s, lost = (s - (t - z)) + (p - z). */
@inline
export function lost(s: v128, p: v128, t: v128): v128 {
  const z = f64x2.sub(t, s);
  return f64x2.add(f64x2.sub(s, f64x2.sub(t, z)), f64x2.sub(p, z));
}

/** The same for single numbers. */
@inline
export function lostScalar(s: f64, p: f64, t: f64): f64 {
  const z = t - s;
  return s - (t - z) + (p - z);
}

/** A sum in two lanes with its errors, as one number. */
export function total(s: v128, e: v128): f64 {
  const s0 = f64x2.extract_lane(s, 0), s1 = f64x2.extract_lane(s, 1);
  const t = s0 + s1;
  return t + (lostScalar(s0, s1, t) + (f64x2.extract_lane(e, 0) + f64x2.extract_lane(e, 1)));
}
