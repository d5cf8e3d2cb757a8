// Priors, their logarithms and (25), the evidence lower bound, in one workgroup. Sums run in a fixed order. After df64.wgsl and
// problem.wgsl.

@group(0) @binding(1) var<storage, read> partial_masses: array<df64>;
@group(0) @binding(2) var<storage, read> speakers: array<vec4<f32>>;
@group(0) @binding(3) var<storage, read_write> masses: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> pi: array<df64>;
// One number.
@group(0) @binding(5) var<storage, read_write> elbo: array<df64>;

const LANES: u32 = 64u;
const PI_FLOOR: df64 = df64(9.99999993922529e-9, 6.07747066097e-17);

var<workgroup> partial: array<vec4<f32>, 64>;

fn mass_of(k: u32) -> df64 {
  var sum = ZERO;
  for (var chunk = 0u; chunk < problem.chunks; chunk++) {
    sum = df64_add(sum, partial_masses[chunk * (problem.K + 1u) + k]);
  }
  return sum;
}

@compute @workgroup_size(64)
fn main(@builtin(local_invocation_index) lane: u32) {
  var total = ZERO;
  var part = ZERO;
  for (var k = lane; k < problem.K; k += LANES) {
    let mass = mass_of(k);
    masses[k] = vec4<f32>(mass, ZERO);
    total = df64_add(total, mass);
    part = df64_add(part, speakers[k].zw);
  }
  partial[lane] = vec4<f32>(total, part);
  for (var step = LANES / 2u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (lane < step) {
      let a = partial[lane];
      let b = partial[lane + step];
      partial[lane] = vec4<f32>(df64_add(a.xy, b.xy), df64_add(a.zw, b.zw));
    }
  }
  workgroupBarrier();
  total = partial[0].xy;
  for (var k = lane; k < problem.K; k += LANES) {
    let mass = masses[k].xy;
    let prior = df64_div(mass, total);
    pi[k] = prior;
    masses[k] = vec4<f32>(mass, df64_log(df64_add(prior, PI_FLOOR)));
  }
  if (lane == 0u) {
    elbo[0] = df64_add(mass_of(problem.K), df64_mul(problem.half_Fb, partial[0].zw));
  }
}
