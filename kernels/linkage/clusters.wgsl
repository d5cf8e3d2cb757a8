// What the linkage kernels share: the clusters on the device. Stands behind df64.wgsl. The algorithm is that of
// merge_nearest.ts, in squared distances: a pair of f32 where a distance decides, one f32 where a lower bound does.

struct Params {
  n: u32,
  columns: u32,
  // Number of blocks of 64 slots.
  blocks: u32,
  // first_neighbours looks at the slots of blocks from .. until-1; `last` says that they are the last ones.
  from_block: u32,
  until_block: u32,
  last: u32,
  // A sum of squared f32 differences s bounds the squared distance from below by (sqrt(s) relative - absolute)^2.
  relative: f32,
  absolute: f32,
}

struct Slot {
  // Squared distance to the neighbour (EXACT), or a lower bound on that to every later slot.
  bound: df64,
  // Squared distance to the neighbour of a slot that is to be searched for.
  reach: df64,
  // Lower bound on the squared distances to all later slots but the neighbour.
  second: f32,
  neighbour: u32,
  state: u32,
  size: u32,
}

const GUESS = 0u;
const EXACT = 1u;
const SEARCH = 2u;
const DEAD = 3u;

// What the scan after a pick is for.
const REST = 0u; // nothing: the pick ran out of steps
const WELCOME = 1u; // a union at control.slot
const LOOK = 2u; // the nearest later slot of control.slot
const DONE = 3u;

struct Control {
  merges: u32,
  task: u32,
  slot: u32,
  // Of a union, the slot that died for it.
  dead: u32,
}

// The nearest of some slots, and a lower bound on the squared distances to the others.
struct Near {
  value: df64,
  slot: u32,
  rest: f32,
}

const FAR = 3.0e38; // points are scaled to lengths below 1
const NOBODY = 0xffffffffu;

// The smaller (distance, slot) of two, in lexicographic order.
fn comes_first(a: df64, a_slot: u32, b: df64, b_slot: u32) -> bool {
  return df64_lt(a, b) || (df64_eq(a, b) && a_slot < b_slot);
}

fn nearer(a: Near, b: Near) -> Near {
  // Rounded down, since `rest` has the high part only.
  if (comes_first(b.value, b.slot, a.value, a.slot)) {
    return Near(b.value, b.slot, min(min(a.rest, b.rest), a.value.x * (1.0 - 0x1p-22)));
  }
  return Near(a.value, a.slot, min(min(a.rest, b.rest), b.value.x * (1.0 - 0x1p-22)));
}

// The square of what is certain of a distance. Rounding: `relative` covers every sum in any order, and the square root.
fn lower_bound(s: f32, relative: f32, absolute: f32) -> f32 {
  if (s <= 0.0) { return 0.0; }
  let length = sqrt(s) * relative - absolute;
  return select(0.0, length * length * (1.0 - 0x1p-21), length > 0.0);
}
