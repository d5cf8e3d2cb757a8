// (24): softmax over speakers, in place, and ln p(x) of every vector. 16 invocations a vector, four vectors a workgroup. After df64.wgsl,
// problem.wgsl and flat_group.wgsl.

@group(0) @binding(1) var<storage, read> Fa_G: array<df64>;
@group(0) @binding(2) var<storage, read_write> q: array<df64>;
@group(0) @binding(3) var<storage, read_write> log_px: array<df64>;

const LANES: u32 = 16u;
const ROWS: u32 = 4u;

var<workgroup> partial: array<df64, 64>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let n = flat_group(group, groups) * ROWS + local / LANES;
  let lane = local % LANES;
  let row_start = local - lane;
  let K = select(0u, problem.K, n < problem.N);
  let first = n * problem.K;

  // Lanes beyond K repeat speaker 0, which changes no maximum.
  var top = ZERO;
  if (K > 0u) { top = q[first + select(0u, lane, lane < K)]; }
  for (var k = lane + LANES; k < K; k += LANES) { top = df64_max(top, q[first + k]); }
  partial[local] = top;
  for (var step = LANES / 2u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (lane < step) { partial[local] = df64_max(partial[local], partial[local + step]); }
  }
  workgroupBarrier();
  top = partial[row_start];
  workgroupBarrier();

  var sum = ZERO;
  for (var k = lane; k < K; k += LANES) {
    let weight = df64_exp(df64_sub(q[first + k], top));
    q[first + k] = weight;
    sum = df64_add(sum, weight);
  }
  partial[local] = sum;
  for (var step = LANES / 2u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (lane < step) { partial[local] = df64_add(partial[local], partial[local + step]); }
  }
  workgroupBarrier();
  if (K == 0u) { return; }
  let total = partial[row_start];
  let share = df64_div(ONE, total);
  for (var k = lane; k < K; k += LANES) { q[first + k] = df64_mul(q[first + k], share); }
  if (lane == 0u) { log_px[n] = df64_add(Fa_G[n], df64_add(top, df64_log(total))); }
}
