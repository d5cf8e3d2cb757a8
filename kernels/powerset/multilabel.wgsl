// Powerset argmax, one frame to a thread. Scores are compared by their bits: a device may assume that there are no
// NaN and no infinities, and integers are the same everywhere.

struct Params {
  frames: u32,
  classes: u32,
  speakers: u32,
}

@group(0) @binding(0) var<uniform> params: Params;
// (frames, classes), the bits of f32.
@group(0) @binding(1) var<storage, read> scores: array<u32>;
// (classes,): bit s for speaker s.
@group(0) @binding(2) var<storage, read> members: array<u32>;
// (frames, speakers), the bits of f32.
@group(0) @binding(3) var<storage, read_write> decided: array<u32>;

const ONE = 0x3f800000u;
const QUIET_NAN = 0x7fc00000u;

// Integers in the order of the numbers. -0 and 0 are equal.
fn rank(bits: u32) -> u32 {
  if ((bits & 0x7fffffffu) == 0u) { return 0x80000000u; }
  return select(bits | 0x80000000u, ~bits, bits >= 0x80000000u);
}

fn is_nan(bits: u32) -> bool {
  return (bits & 0x7fffffffu) > 0x7f800000u;
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let frame = flat_group(group, groups) * 64u + thread;
  if (frame >= params.frames) { return; }
  let base = frame * params.classes;
  var best = rank(scores[base]);
  var winner = members[0];
  var bad = is_nan(scores[base]);
  for (var c = 1u; c < params.classes; c++) {
    let bits = scores[base + c];
    bad = bad || is_nan(bits);
    if (rank(bits) > best) {
      best = rank(bits);
      winner = members[c];
    }
  }
  for (var s = 0u; s < params.speakers; s++) {
    decided[frame * params.speakers + s] = select(((winner >> s) & 1u) * ONE, QUIET_NAN, bad);
  }
}
