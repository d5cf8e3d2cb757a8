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
  // What a merge may add to the error of a centroid, here and in float64, as a length.
  drift: f32,
  // Relative rounding of a sum of squares in df64.
  rounding: f32,
}

struct Slot {
  // Squared distance to the neighbour (EXACT), or a lower bound on that to every later slot.
  bound: df64,
  // Squared distance to the neighbour of a slot that is to be searched for.
  reach: df64,
  // Lower bound on the squared distances to all later slots but the neighbour.
  second: df64,
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
const TIED = 4u; // two pairs may be the nearest; the host says which
const MERGE = 5u; // the host's answer: merge control.slot and control.dead

struct Control {
  merges: u32,
  task: u32,
  slot: u32,
  // Of a union, the slot that died for it; of TIED, the bits of an f32: no pair is meant whose squared distance is larger.
  dead: u32,
}

// The nearest of some slots, and a lower bound on the squared distances to the others.
struct Near {
  value: df64,
  rest: df64,
  slot: u32,
}

const FAR = 3.0e38; // points are scaled to lengths below 1
const NOBODY = 0xffffffffu;

// The smaller (distance, slot) of two, in lexicographic order.
fn comes_first(a: df64, a_slot: u32, b: df64, b_slot: u32) -> bool {
  return df64_lt(a, b) || (df64_eq(a, b) && a_slot < b_slot);
}

fn nearer(a: Near, b: Near) -> Near {
  let rest = df64_min(a.rest, b.rest);
  if (comes_first(b.value, b.slot, a.value, a.slot)) { return Near(b.value, df64_min(rest, a.value), b.slot); }
  return Near(a.value, df64_min(rest, b.value), a.slot);
}

fn nobody() -> Near {
  return Near(df64(FAR, 0.0), df64(FAR, 0.0), NOBODY);
}

// How far apart two squared distances, the smaller about `square`, have to be for float64 to see them in the same order. After so
// many merges a centroid is off by merges + 1 times the drift at most, and a distance s by the error e of both its ends: what is not
// farther than s is (s + 2 e)^2 at most.
fn tolerance(square: f32, merges: u32) -> f32 {
  let error = 2.0 * params.drift * f32(merges + 2u);
  return 1.01 * (4.0 * error * (sqrt(square) + error) + 2.0 * params.rounding * square);
}

// The square of what is certain of a distance. Rounding: `relative` covers every sum in any order, and the square root.
fn lower_bound(s: f32, relative: f32, absolute: f32) -> f32 {
  if (s <= 0.0) { return 0.0; }
  let length = sqrt(s) * relative - absolute;
  return select(0.0, length * length * (1.0 - 0x1p-21), length > 0.0);
}
