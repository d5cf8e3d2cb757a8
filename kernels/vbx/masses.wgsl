// Sums over the vectors of one chunk, in their order: each speaker's responsibilities, and, in column K, ln p(x). After df64.wgsl and
// problem.wgsl.

@group(0) @binding(1) var<storage, read> q: array<df64>;
@group(0) @binding(2) var<storage, read> log_px: array<df64>;
// (chunks, K + 1)
@group(0) @binding(3) var<storage, read_write> partial_masses: array<df64>;

@compute @workgroup_size(64)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  let k = group.x * 64u + local;
  if (k > problem.K) { return; }
  let begin = group.y * problem.chunk_rows;
  let end = min(begin + problem.chunk_rows, problem.N);
  var sum = ZERO;
  for (var n = begin; n < end; n++) {
    if (k < problem.K) {
      sum = df64_add(sum, q[n * problem.K + k]);
    } else {
      sum = df64_add(sum, log_px[n]);
    }
  }
  partial_masses[(problem.first_chunk + group.y) * (problem.K + 1u) + k] = sum;
}
