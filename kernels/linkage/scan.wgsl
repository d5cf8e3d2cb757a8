// One pass over all slots, one thread each: lower bounds to a new union and what they mean for everyone's neighbour
// (WELCOME), or the nearest later slot of one (LOOK). Leaves the best of each block of 64 for pick.wgsl.

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read> control: Control;
// (columns, n): neighbouring threads read neighbouring slots.
@group(0) @binding(2) var<storage, read> high: array<f32>;
@group(0) @binding(3) var<storage, read> low: array<f32>;
// (2, columns): the centroid that control.slot is at, high parts first.
@group(0) @binding(4) var<storage, read> query: array<f32>;
@group(0) @binding(5) var<storage, read_write> slots: array<Slot>;
@group(0) @binding(6) var<storage, read_write> near_blocks: array<Near>;
// Per block, the slot of the lowest bound, and the bound.
@group(0) @binding(7) var<storage, read_write> bound_blocks: array<Near>;

var<workgroup> near: array<Near, 64>;
var<workgroup> lowest: array<Near, 64>;

fn sum_of_squares(slot: u32) -> f32 {
  let n = params.n;
  var sums = vec4<f32>();
  // A multiple of 4 columns, and four loads under way at a time.
  for (var d = 0u; d < params.columns; d += 4u) {
    let at = d * n + slot;
    let theirs = vec4<f32>(high[at], high[at + n], high[at + 2u * n], high[at + 3u * n]);
    let difference = theirs - vec4<f32>(query[d], query[d + 1u], query[d + 2u], query[d + 3u]);
    sums += difference * difference;
  }
  return (sums.x + sums.y) + (sums.z + sums.w);
}

fn squared_distance(slot: u32) -> df64 {
  var sum = df64(0.0, 0.0);
  for (var d = 0u; d < params.columns; d++) {
    let at = d * params.n + slot;
    let difference = df64_sub(df64(high[at], low[at]), df64(query[d], query[params.columns + d]));
    sum = df64_add(sum, df64_mul(difference, difference));
  }
  return sum;
}

// A slot before the union: is the union its neighbour now?
fn welcome(slot: u32, bound: f32) {
  let old = slots[slot].neighbour;
  let is_below = df64_lt(df64(bound, 0.0), slots[slot].bound);
  let is_level = df64_eq(df64(bound, 0.0), slots[slot].bound);
  if (old == control.dead || old == control.slot) {
    slots[slot].bound = df64_min(df64(bound, 0.0), slots[slot].second);
  } else if (is_below || (is_level && control.slot < old)) {
    slots[slot].second = slots[slot].bound;
    slots[slot].bound = df64(bound, 0.0);
  } else {
    slots[slot].second = df64_min(slots[slot].second, df64(bound, 0.0));
    return;
  }
  slots[slot].neighbour = control.slot;
  slots[slot].state = GUESS;
}

fn look(slot: u32, bound: f32) -> Near {
  let known = slots[control.slot].neighbour;
  let reach = slots[control.slot].reach;
  let far = df64(FAR, 0.0);
  if (slot == known) { return Near(reach, far, slot); }
  // What may be as near as the known one is measured too, so that a tie is seen.
  let limit = df64_add_f32(reach, tolerance(reach.x, control.merges));
  if (df64_lt(limit, df64(bound, 0.0))) { return Near(far, df64(bound, 0.0), NOBODY); }
  return Near(squared_distance(slot), far, slot);
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) thread: u32,
) {
  let task = control.task;
  if (task == DONE || task == TIED) { return; }
  let block = flat_group(group, groups);
  let slot = block * 64u + thread;
  near[thread] = nobody();
  lowest[thread] = nobody();
  if (slot < params.n && slots[slot].state != DEAD) {
    if (slot != control.slot && (task == WELCOME || (task == LOOK && slot > control.slot))) {
      let bound = lower_bound(sum_of_squares(slot), params.relative, params.absolute);
      if (task == LOOK) {
        near[thread] = look(slot, bound);
      } else if (slot > control.slot) {
        near[thread] = Near(df64(bound, 0.0), df64(FAR, 0.0), slot);
      } else {
        welcome(slot, bound);
      }
    }
    lowest[thread] = Near(slots[slot].bound, df64(FAR, 0.0), slot);
  }
  for (var half = 32u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (thread < half) {
      near[thread] = nearer(near[thread], near[thread + half]);
      lowest[thread] = nearer(lowest[thread], lowest[thread + half]);
    }
  }
  if (thread == 0u && block < params.blocks) {
    near_blocks[block] = near[0];
    bound_blocks[block] = lowest[0];
  }
}
