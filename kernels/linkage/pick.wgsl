// One workgroup takes in what the last scan found, looks at the clusters of the lowest bounds until one of them is a distance that no
// other comes near to, and merges that pair; or asks the next scan to search, or the host where two distances cannot be told apart.

@group(0) @binding(0) var<uniform> params: Params;
@group(0) @binding(1) var<storage, read_write> control: Control;
@group(0) @binding(2) var<storage, read_write> high: array<f32>;
@group(0) @binding(3) var<storage, read_write> low: array<f32>;
@group(0) @binding(4) var<storage, read_write> query: array<f32>;
@group(0) @binding(5) var<storage, read_write> slots: array<Slot>;
@group(0) @binding(6) var<storage, read> near_blocks: array<Near>;
@group(0) @binding(7) var<storage, read_write> bound_blocks: array<Near>;
// Per merge, the two slots; the union takes the second.
@group(0) @binding(8) var<storage, read_write> pairs: array<vec2<u32>>;

const THREADS = 256u;
// Distances that one pick may look at; then the next goes on.
const STEPS = 16u;

var<workgroup> table: array<Near, 256>;
var<workgroup> sums: array<df64, 256>;
var<workgroup> control_now: Control;
var<workgroup> top: Slot;

// The best of the first `count` of `table`, in table[0]; those behind are nobody.
fn reduce_table(count: u32, thread: u32) {
  var width = 1u;
  while (width < min(count, THREADS)) { width *= 2u; }
  for (var half = width / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (thread < half) { table[thread] = nearer(table[thread], table[thread + half]); }
  }
  workgroupBarrier();
}

// The lowest bound of one block, in table[0]; one slot does not count.
fn lowest_of_block(block: u32, but: u32, thread: u32) {
  table[thread] = nobody();
  let slot = block * 64u + thread;
  if (thread < 64u && slot < params.n && slot != but) {
    if (slots[slot].state != DEAD) { table[thread] = Near(slots[slot].bound, df64(FAR, 0.0), slot); }
  }
  reduce_table(64u, thread);
}

// The lowest bound of one block anew, after one of its slots has changed.
fn refresh_block(block: u32, thread: u32) {
  lowest_of_block(block, NOBODY, thread);
  if (thread == 0u) { bound_blocks[block] = table[0]; }
  storageBarrier();
  workgroupBarrier();
}

// The slot of the lowest bound, and the second lowest bound.
fn lowest(thread: u32) -> Near {
  var best = nobody();
  for (var block = thread; block < params.blocks; block += THREADS) { best = nearer(best, bound_blocks[block]); }
  table[thread] = best;
  reduce_table(params.blocks, thread);
  return workgroupUniformLoad(&table[0]);
}

// The slot of the second lowest bound, where that of the lowest is known.
fn second_lowest(first: u32, thread: u32) -> u32 {
  let its_block = first / 64u;
  lowest_of_block(its_block, first, thread);
  var best = nobody();
  if (thread == 0u) { best = table[0]; }
  for (var block = thread; block < params.blocks; block += THREADS) {
    if (block != its_block) { best = nearer(best, bound_blocks[block]); }
  }
  workgroupBarrier();
  table[thread] = best;
  reduce_table(params.blocks, thread);
  return workgroupUniformLoad(&table[0]).slot;
}

fn load_slot(slot: u32, thread: u32) -> Slot {
  workgroupBarrier();
  if (thread == 0u) { top = slots[slot]; }
  return workgroupUniformLoad(&top);
}

// The squared distance of two centroids, in sums[0].
fn measure(a: u32, b: u32, thread: u32) {
  var sum = df64(0.0, 0.0);
  for (var d = thread; d < params.columns; d += THREADS) {
    let p = d * params.n + a;
    let q = d * params.n + b;
    let difference = df64_sub(df64(high[p], low[p]), df64(high[q], low[q]));
    sum = df64_add(sum, df64_mul(difference, difference));
  }
  sums[thread] = sum;
  for (var half = THREADS / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (thread < half) { sums[thread] = df64_add(sums[thread], sums[thread + half]); }
  }
  workgroupBarrier();
}

// The heavier centroid moved towards the lighter one by the lighter one's share.
fn unite(a: u32, b: u32, size_a: u32, size_b: u32, thread: u32) {
  let heavy = select(b, a, size_a > size_b);
  let light = select(a, b, size_a > size_b);
  let share = df64_div(df64_from_u32(min(size_a, size_b)), df64_from_u32(size_a + size_b));
  for (var d = thread; d < params.columns; d += THREADS) {
    let p = d * params.n + heavy;
    let q = d * params.n + light;
    let from_heavy = df64(high[p], low[p]);
    let way = df64_sub(df64(high[q], low[q]), from_heavy);
    let united = df64_add(from_heavy, df64_mul(way, share));
    high[d * params.n + b] = united.x;
    low[d * params.n + b] = united.y;
    query[d] = united.x;
    query[params.columns + d] = united.y;
  }
}

// What the scan found for the slot it was about.
fn take_in(now: Control, thread: u32) {
  var best = nobody();
  for (var block = thread; block < params.blocks; block += THREADS) { best = nearer(best, near_blocks[block]); }
  table[thread] = best;
  reduce_table(params.blocks, thread);
  if (thread == 0u) {
    let found = table[0];
    slots[now.slot].neighbour = found.slot;
    slots[now.slot].bound = found.value;
    slots[now.slot].second = found.rest;
    slots[now.slot].state = select(GUESS, EXACT, now.task == LOOK);
  }
  storageBarrier();
  workgroupBarrier();
  refresh_block(now.slot / 64u, thread);
}

fn merge(now: Control, slot: u32, other: u32, thread: u32) {
  let size = load_slot(slot, thread).size;
  let other_size = load_slot(other, thread).size;
  unite(slot, other, size, other_size, thread);
  if (thread == 0u) {
    slots[slot].state = DEAD;
    slots[other].size = size + other_size;
    pairs[now.merges] = vec2<u32>(slot, other);
    control = Control(now.merges + 1u, select(WELCOME, DONE, now.merges + 2u == params.n), other, slot);
  }
}

fn ask_host(now: Control, limit: df64) -> Control {
  return Control(now.merges, TIED, 0u, bitcast<u32>(limit.x * (1.0 + 0x1p-20)));
}

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) thread: u32) {
  if (thread == 0u) { control_now = control; }
  let now = workgroupUniformLoad(&control_now);
  if (now.task == DONE || now.task == TIED) { return; }
  if (now.task == MERGE) {
    merge(now, now.slot, now.dead, thread);
    return;
  }
  if (now.task != REST) { take_in(now, thread); }
  if (now.task == LOOK) {
    // Where one has two nearest, others may have as well: all at once is less than one search after the other.
    let found = load_slot(now.slot, thread);
    let limit = df64_add_f32(found.bound, tolerance(found.bound.x, now.merges));
    if (df64_le(found.second, limit)) {
      if (thread == 0u) { control = ask_host(now, limit); }
      return;
    }
  }

  var next = Control(now.merges, REST, 0u, NOBODY);
  for (var step = 0u; step < STEPS; step++) {
    let nearest = lowest(thread);
    var slot = nearest.slot;
    var first = load_slot(slot, thread);
    if (first.state == EXACT) {
      let limit = df64_add_f32(first.bound, tolerance(first.bound.x, now.merges));
      var tied = df64_le(first.second, limit);
      if (!tied && df64_lt(limit, nearest.rest)) {
        merge(now, slot, first.neighbour, thread);
        return;
      }
      if (!tied) {
        slot = second_lowest(slot, thread);
        first = load_slot(slot, thread);
        tied = first.state == EXACT;
      }
      if (tied) {
        next = ask_host(now, limit);
        break;
      }
    }
    if (first.state == GUESS) {
      measure(slot, first.neighbour, thread);
      if (thread == 0u) {
        let limit = df64_add_f32(sums[0], tolerance(sums[0].x, now.merges));
        if (df64_lt(limit, first.second)) {
          slots[slot].state = EXACT;
          slots[slot].bound = sums[0];
        } else {
          slots[slot].state = SEARCH;
          slots[slot].reach = sums[0];
          slots[slot].bound = df64_min(sums[0], first.second);
        }
      }
      storageBarrier();
      workgroupBarrier();
      refresh_block(slot / 64u, thread);
      continue;
    }
    for (var d = thread; d < params.columns; d += THREADS) {
      query[d] = high[d * params.n + slot];
      query[params.columns + d] = low[d * params.n + slot];
    }
    next = Control(now.merges, LOOK, slot, NOBODY);
    break;
  }
  if (thread == 0u) { control = next; }
}
