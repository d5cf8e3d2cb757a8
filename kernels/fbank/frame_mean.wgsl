// Each bin less its mean over the frames of its clip: sums over 256 frames each, then the mean from these. The sums are pairs of
// float32, so that the mean of an hour is as good as that of a second.

struct Sizes {
  frames: u32, // of all clips together
  clip_frames: u32,
}

override FILTERS: u32 = 80u;

const FRAMES_OF_SUM = 256u;

@group(0) @binding(0) var<uniform> sizes: Sizes;
@group(0) @binding(1) var<storage, read_write> sums: array<vec2<f32>>;
@group(0) @binding(2) var<storage, read_write> features: array<u32>;

// Which clip and which of its stretches of 256 frames a workgroup has.
struct Stretch {
  clip: u32,
  of_clip: u32, // stretches of a clip
  first: u32,
  end: u32,
}

fn stretch_of(index: u32) -> Stretch {
  let of_clip = (sizes.clip_frames + FRAMES_OF_SUM - 1u) / FRAMES_OF_SUM;
  let clip = index / of_clip;
  let from_frame = index % of_clip * FRAMES_OF_SUM;
  let start = clip * sizes.clip_frames;
  return Stretch(clip, of_clip, start + from_frame, start + min(from_frame + FRAMES_OF_SUM, sizes.clip_frames));
}

fn is_finite(bits: u32) -> bool {
  return (bits & 0x7f800000u) != 0x7f800000u;
}

@compute @workgroup_size(64)
fn sum_frames(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let index = flat_group(group, groups);
  let stretch = stretch_of(index);
  if (stretch.first >= sizes.frames) { return; }
  for (var m = local; m < FILTERS; m += 64u) {
    var sum = df64();
    var finite = true;
    for (var frame = stretch.first; frame < stretch.end; frame++) {
      let bits = features[frame * FILTERS + m];
      finite = finite && is_finite(bits);
      sum = df64_add_f32(sum, bitcast<f32>(bits));
    }
    if (!finite) { sum = df64_nan(); }
    sums[index * FILTERS + m] = sum;
  }
}

@compute @workgroup_size(64)
fn take_mean(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let stretch = stretch_of(flat_group(group, groups));
  if (stretch.first >= sizes.frames) { return; }
  for (var m = local; m < FILTERS; m += 64u) {
    var sum = df64();
    var finite = true;
    for (var i = 0u; i < stretch.of_clip; i++) {
      let part = sums[(stretch.clip * stretch.of_clip + i) * FILTERS + m];
      finite = finite && is_finite(bitcast<u32>(part.x));
      sum = df64_add(sum, part);
    }
    let mean = df64_div(sum, df64_from_u32(sizes.clip_frames));
    for (var frame = stretch.first; frame < stretch.end; frame++) {
      let at = frame * FILTERS + m;
      let value = df64_add_f32(df64_neg(mean), bitcast<f32>(features[at]));
      features[at] = select(0x7fc00000u, bitcast<u32>(value.x), finite);
    }
  }
}
