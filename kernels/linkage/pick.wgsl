// One workgroup takes in what the last scan found, looks at the clusters of the lowest bounds until one of them is a distance, and
// merges that pair; or asks the next scan to search.

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

// The best of `table`, in table[0].
fn reduce_table(thread: u32) {
  for (var half = THREADS / 2u; half > 0u; half /= 2u) {
    workgroupBarrier();
    if (thread < half) { table[thread] = nearer(table[thread], table[thread + half]); }
  }
  workgroupBarrier();
}

// The lowest bound of one block anew, after one of its slots has changed.
fn refresh_block(block: u32, thread: u32) {
  table[thread] = Near(df64(FAR, 0.0), NOBODY, FAR);
  let slot = block * 64u + thread;
  if (thread < 64u && slot < params.n) {
    if (slots[slot].state != DEAD) { table[thread] = Near(slots[slot].bound, slot, FAR); }
  }
  reduce_table(thread);
  if (thread == 0u) { bound_blocks[block] = table[0]; }
  storageBarrier();
  workgroupBarrier();
}

// The slot of the lowest bound.
fn lowest(thread: u32) -> u32 {
  var best = Near(df64(FAR, 0.0), NOBODY, FAR);
  for (var block = thread; block < params.blocks; block += THREADS) { best = nearer(best, bound_blocks[block]); }
  table[thread] = best;
  reduce_table(thread);
  return workgroupUniformLoad(&table[0]).slot;
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
  var best = Near(df64(FAR, 0.0), NOBODY, FAR);
  for (var block = thread; block < params.blocks; block += THREADS) { best = nearer(best, near_blocks[block]); }
  table[thread] = best;
  reduce_table(thread);
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

@compute @workgroup_size(256)
fn main(@builtin(local_invocation_index) thread: u32) {
  if (thread == 0u) { control_now = control; }
  let now = workgroupUniformLoad(&control_now);
  if (now.task == DONE) { return; }
  if (now.task != REST) { take_in(now, thread); }

  var next = Control(now.merges, REST, 0u, NOBODY);
  for (var step = 0u; step < STEPS; step++) {
    let slot = lowest(thread);
    if (thread == 0u) { top = slots[slot]; }
    let first = workgroupUniformLoad(&top);
    if (first.state == GUESS) {
      measure(slot, first.neighbour, thread);
      if (thread == 0u) {
        if (df64_lt(sums[0], df64(first.second, 0.0))) {
          slots[slot].state = EXACT;
          slots[slot].bound = sums[0];
        } else {
          slots[slot].state = SEARCH;
          slots[slot].reach = sums[0];
          slots[slot].bound = df64(first.second, 0.0);
        }
      }
      storageBarrier();
      workgroupBarrier();
      refresh_block(slot / 64u, thread);
      continue;
    }
    if (first.state == SEARCH) {
      for (var d = thread; d < params.columns; d += THREADS) {
        query[d] = high[d * params.n + slot];
        query[params.columns + d] = low[d * params.n + slot];
      }
      next = Control(now.merges, LOOK, slot, NOBODY);
      break;
    }
    if (thread == 0u) { control_now.slot = slots[first.neighbour].size; }
    let other_size = workgroupUniformLoad(&control_now).slot;
    unite(slot, first.neighbour, first.size, other_size, thread);
    if (thread == 0u) {
      slots[slot].state = DEAD;
      slots[first.neighbour].size = first.size + other_size;
      pairs[now.merges] = vec2<u32>(slot, first.neighbour);
    }
    let task = select(WELCOME, DONE, now.merges + 2u == params.n);
    next = Control(now.merges + 1u, task, first.neighbour, slot);
    break;
  }
  if (thread == 0u) { control = next; }
}
