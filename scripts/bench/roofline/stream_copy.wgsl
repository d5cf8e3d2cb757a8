// A copy, 16 bytes a thread: as many bytes a second as this device can move.

@group(0) @binding(0) var<storage, read> source: array<vec4<f32>>;
@group(0) @binding(1) var<storage, read_write> target_: array<vec4<f32>>;

@compute @workgroup_size(256)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let at = flat_group(group, groups) * 256u + local;
  if (at < arrayLength(&target_)) { target_[at] = source[at]; }
}
