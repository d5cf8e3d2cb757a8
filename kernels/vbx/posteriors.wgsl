// (17) variances and (16) means of the speakers' posteriors, one speaker a workgroup, and what the speakers add to (23) and (25).
// After df64.wgsl and problem.wgsl.

@group(0) @binding(1) var<storage, read> partial_moments: array<df64>;
@group(0) @binding(2) var<storage, read> phi: array<df64>;
// Per speaker: the sum of its responsibilities, and ln(pi + 1e-8).
@group(0) @binding(3) var<storage, read> masses: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> alpha: array<df64>;
@group(0) @binding(5) var<storage, read_write> invL: array<df64>;
// Per speaker: ln(pi + 1e-8) - Fa/2 (invL + alpha^2) . phi, and sum(ln invL - invL - alpha^2 + 1).
@group(0) @binding(6) var<storage, read_write> speakers: array<vec4<f32>>;

const LANES: u32 = 64u;

var<workgroup> partial: array<vec4<f32>, 64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let k = group.x;
  let mass = df64_mul(problem.ratio, masses[k].xy);
  var penalty = ZERO;
  var part = ZERO;
  for (var d = lane; d < problem.D; d += LANES) {
    let at = k * problem.D + d;
    var moment = ZERO;
    for (var chunk = 0u; chunk < problem.chunks; chunk++) {
      moment = df64_add(moment, partial_moments[chunk * problem.K * problem.D + at]);
    }
    let inverse = df64_add_f32(df64_mul(mass, phi[d]), 1.0);
    let variance = df64_div(ONE, inverse);
    let mean = df64_mul(df64_mul(problem.ratio, variance), moment);
    alpha[at] = mean;
    invL[at] = variance;
    let square = df64_mul(mean, mean);
    penalty = df64_add(penalty, df64_mul(df64_add(variance, square), phi[d]));
    // ln invL + 1 - invL are nearly opposite for speakers without vectors: they come together before anything else.
    let divergence = df64_add(df64_neg(df64_log(inverse)), df64_sub(ONE, variance));
    part = df64_add(part, df64_sub(divergence, square));
  }
  partial[lane] = vec4<f32>(penalty, part);
  for (var step = LANES / 2u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (lane < step) {
      let a = partial[lane];
      let b = partial[lane + step];
      partial[lane] = vec4<f32>(df64_add(a.xy, b.xy), df64_add(a.zw, b.zw));
    }
  }
  if (lane == 0u) {
    let sums = partial[0];
    let half = df64_mul(problem.Fa, df64(0.5 * sums.x, 0.5 * sums.y));
    speakers[k] = vec4<f32>(df64_sub(masses[k].zw, half), sums.zw);
  }
}
