// Multiply-adds in registers, 16 independent chains a thread: as many operations a second as this device can do. Every chain
// is x <- x / 2 + 1 and ends at 2; the factors come from a buffer, so that no compiler can know it.

const STEPS = 64u; // of each chain, eight at a time

@group(0) @binding(0) var<storage, read> factors: array<f32>;
@group(0) @binding(1) var<storage, read_write> results: array<f32>;

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let a = vec4<f32>(factors[0]);
  let b = vec4<f32>(factors[1]);
  let thread = flat_group(group, groups) * 256u + local;
  var x = vec4<f32>(f32(thread & 7u));
  var y = x + 1.0;
  var z = x + 2.0;
  var w = x + 3.0;
  for (var step = 0u; step < STEPS; step++) {
    x = fma(x, a, b); y = fma(y, a, b); z = fma(z, a, b); w = fma(w, a, b);
    x = fma(x, a, b); y = fma(y, a, b); z = fma(z, a, b); w = fma(w, a, b);
    x = fma(x, a, b); y = fma(y, a, b); z = fma(z, a, b); w = fma(w, a, b);
    x = fma(x, a, b); y = fma(y, a, b); z = fma(z, a, b); w = fma(w, a, b);
    x = fma(x, a, b); y = fma(y, a, b); z = fma(z, a, b); w = fma(w, a, b);
    x = fma(x, a, b); y = fma(y, a, b); z = fma(z, a, b); w = fma(w, a, b);
    x = fma(x, a, b); y = fma(y, a, b); z = fma(z, a, b); w = fma(w, a, b);
    x = fma(x, a, b); y = fma(y, a, b); z = fma(z, a, b); w = fma(w, a, b);
  }
  let sum = x + y + z + w;
  if (thread < arrayLength(&results)) { results[thread] = 0.0625 * (sum.x + sum.y + sum.z + sum.w); }
}
