// q^T rho of one chunk of vectors, a block of 64 speakers x 64 dimensions per workgroup. After block_df64.wgsl and problem.wgsl.

@group(0) @binding(1) var<storage, read> q: array<df64>;
@group(0) @binding(2) var<storage, read> rho: array<df64>;
// (chunks, K, D)
@group(0) @binding(3) var<storage, read_write> partial_moments: array<df64>;

fn q_at(n: u32, end: u32, k: u32) -> df64 {
  if (n < end && k < problem.K) { return q[n * problem.K + k]; }
  return ZERO;
}

fn rho_at(n: u32, end: u32, d: u32) -> df64 {
  if (n < end && d < problem.D) { return rho[n * problem.D + d]; }
  return ZERO;
}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  read_opaque_zero();
  let d0 = group.x * TILE;
  let k0 = group.y * TILE;
  let begin = group.z * problem.chunk_rows;
  let end = min(begin + problem.chunk_rows, problem.N);
  let depth = (local / 16u) % DEPTH;
  let four = local % 16u;
  var block: Block;
  for (var at = begin; at < end; at += DEPTH) {
    let n = at + depth;
    if (local < LOADERS) {
      let k = k0 + 4u * four;
      keep(local, depth, four, q_at(n, end, k), q_at(n, end, k + 1u), q_at(n, end, k + 2u), q_at(n, end, k + 3u));
    } else if (local < 2u * LOADERS) {
      let d = d0 + 4u * four;
      keep(
        local, depth, four,
        rho_at(n, end, d), rho_at(n, end, d + 1u), rho_at(n, end, d + 2u), rho_at(n, end, d + 3u),
      );
    }
    workgroupBarrier();
    accumulate(&block, local / 16u, local % 16u);
    if (((at - begin) / DEPTH) % 2u == 1u) { settle(&block); }
    workgroupBarrier();
  }
  settle(&block);
  let first = (problem.first_chunk + group.z) * problem.K;
  put_row(first, k0 + 4u * (local / 16u), d0 + 4u * (local % 16u), block.row0);
  put_row(first, k0 + 4u * (local / 16u) + 1u, d0 + 4u * (local % 16u), block.row1);
  put_row(first, k0 + 4u * (local / 16u) + 2u, d0 + 4u * (local % 16u), block.row2);
  put_row(first, k0 + 4u * (local / 16u) + 3u, d0 + 4u * (local % 16u), block.row3);
}

fn put_row(first: u32, k: u32, d: u32, sums: RowSums) {
  if (k >= problem.K) { return; }
  let at = (first + k) * problem.D + d;
  if (d < problem.D) { partial_moments[at] = sum_in(sums, 0u); }
  if (d + 1u < problem.D) { partial_moments[at + 1u] = sum_in(sums, 1u); }
  if (d + 2u < problem.D) { partial_moments[at + 2u] = sum_in(sums, 2u); }
  if (d + 3u < problem.D) { partial_moments[at + 3u] = sum_in(sums, 3u); }
}
