// Masked statistics pooling: one workgroup for one mask and one channel. Stands behind df64.wgsl, flat_group.wgsl and one of
// arithmetic_*.wgsl, which says what a `num` is.

struct Params {
  channels: u32,
  frames: u32,
  masks_per_item: u32,
  // Frames of a mask; 0 means that there are no masks.
  mask_frames: u32,
  // Masks times channels.
  groups: u32,
  epsilon: f32,
  epsilon_low: f32,
}

@group(0) @binding(0) var<uniform> params: Params;
// (items, channels, frames)
@group(0) @binding(1) var<storage, read> features: array<f32>;
// (items, masks_per_item, mask_frames)
@group(0) @binding(2) var<storage, read> masks: array<f32>;
// (frames,): which frame of a mask counts.
@group(0) @binding(3) var<storage, read> frame_of_mask: array<u32>;
// (items x masks_per_item, 2 x channels): means, deviations
@group(0) @binding(4) var<storage, read_write> statistics: array<num>;

var<workgroup> weight_sums: array<num, 64>; // v1
var<workgroup> square_sums: array<num, 64>; // v2
var<workgroup> value_sums: array<num, 64>;

fn weight(row: u32, t: u32) -> f32 {
  if (params.mask_frames == 0u) { return 1.0; }
  return masks[row * params.mask_frames + frame_of_mask[t]];
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let index = flat_group(group, groups);
  let row = index / params.channels;
  let channel = index % params.channels;
  let base = ((row / params.masks_per_item) * params.channels + channel) * params.frames;
  // A group past the end has nothing to do, but goes through the barriers.
  let frames = select(0u, params.frames, index < params.groups);
  let epsilon = num_from(params.epsilon, params.epsilon_low);

  var v1 = num_from(0.0, 0.0);
  var v2 = num_from(0.0, 0.0);
  var sum = num_from(0.0, 0.0);
  for (var t = thread; t < frames; t += 64u) {
    let w = weight(row, t);
    let number = num_from(w, 0.0);
    v1 = num_add(v1, number);
    v2 = num_add(v2, num_mul(number, number));
    sum = num_add(sum, num_mul_f32(num_from(features[base + t], 0.0), w));
  }
  weight_sums[thread] = v1;
  square_sums[thread] = v2;
  value_sums[thread] = sum;
  for (var half = 32u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (thread < half) {
      weight_sums[thread] = num_add(weight_sums[thread], weight_sums[thread + half]);
      square_sums[thread] = num_add(square_sums[thread], square_sums[thread + half]);
      value_sums[thread] = num_add(value_sums[thread], value_sums[thread + half]);
    }
  }
  workgroupBarrier();
  v1 = num_add(weight_sums[0], epsilon);
  let degrees = num_add(num_sub(v1, num_div(square_sums[0], v1)), epsilon);
  let mean = num_div(value_sums[0], v1);
  workgroupBarrier();

  sum = num_from(0.0, 0.0);
  for (var t = thread; t < frames; t += 64u) {
    let difference = num_sub(num_from(features[base + t], 0.0), mean);
    sum = num_add(sum, num_mul_f32(num_mul(difference, difference), weight(row, t)));
  }
  value_sums[thread] = sum;
  for (var half = 32u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (thread < half) { value_sums[thread] = num_add(value_sums[thread], value_sums[thread + half]); }
  }
  if (thread == 0u && index < params.groups) {
    let at = row * 2u * params.channels + channel;
    statistics[at] = mean;
    var deviation = num_sqrt(num_div(value_sums[0], degrees));
    // 0 / 0, which a device need not know how to do.
    if (params.mask_frames == 0u && params.frames == 1u) { deviation = num_nan(); }
    statistics[at + params.channels] = deviation;
  }
}
