// Fa rho alpha^T + ln(pi + 1e-8) - Fa/2 (invL + alpha^2) . phi: (23) and the prior, without G, which is the same for all speakers. A block
// of 64 vectors x 64 speakers per workgroup. After block_df64.wgsl and problem.wgsl.

@group(0) @binding(1) var<storage, read> rho: array<df64>;
@group(0) @binding(2) var<storage, read> alpha: array<df64>;
@group(0) @binding(3) var<storage, read> speakers: array<vec4<f32>>;
@group(0) @binding(4) var<storage, read_write> q: array<df64>;

fn rho_at(n: u32, d: u32) -> df64 {
  if (n < problem.N && d < problem.D) { return rho[n * problem.D + d]; }
  return ZERO;
}

fn alpha_at(k: u32, d: u32) -> df64 {
  if (k < problem.K && d < problem.D) { return alpha[k * problem.D + d]; }
  return ZERO;
}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  read_opaque_zero();
  let n0 = group.x * TILE;
  let k0 = group.y * TILE;
  let depth = local % DEPTH;
  let four = (local / DEPTH) % 16u;
  var block: Block;
  for (var column = 0u; column < problem.D; column += DEPTH) {
    let d = column + depth;
    if (local < LOADERS) {
      let n = n0 + 4u * four;
      keep(local, depth, four, rho_at(n, d), rho_at(n + 1u, d), rho_at(n + 2u, d), rho_at(n + 3u, d));
    } else if (local < 2u * LOADERS) {
      let k = k0 + 4u * four;
      keep(local, depth, four, alpha_at(k, d), alpha_at(k + 1u, d), alpha_at(k + 2u, d), alpha_at(k + 3u, d));
    }
    workgroupBarrier();
    accumulate(&block, local / 16u, local % 16u);
    if ((column / DEPTH) % 2u == 1u) { settle(&block); }
    workgroupBarrier();
  }
  settle(&block);
  // A copy, so that the sums themselves need no address and stay in registers.
  var sums = array(
    sum_in(block.row0, 0u), sum_in(block.row0, 1u), sum_in(block.row0, 2u), sum_in(block.row0, 3u),
    sum_in(block.row1, 0u), sum_in(block.row1, 1u), sum_in(block.row1, 2u), sum_in(block.row1, 3u),
    sum_in(block.row2, 0u), sum_in(block.row2, 1u), sum_in(block.row2, 2u), sum_in(block.row2, 3u),
    sum_in(block.row3, 0u), sum_in(block.row3, 1u), sum_in(block.row3, 2u), sum_in(block.row3, 3u),
  );
  for (var at = 0u; at < 16u; at++) {
    let n = n0 + 4u * (local / 16u) + at / 4u;
    let k = k0 + 4u * (local % 16u) + at % 4u;
    if (n < problem.N && k < problem.K) {
      q[n * problem.K + k] = df64_add(df64_mul(problem.Fa, sums[at]), speakers[k].xy);
    }
  }
}
