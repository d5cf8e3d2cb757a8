// Of each slot, before anything is merged: the later slot of the smallest lower bound, that bound and the second smallest.
// One workgroup has 64 slots and goes through the columns of later ones in tiles of 64 x 64, 4 x 4 to a thread.

@group(0) @binding(0) var<uniform> params: Params;
// (columns, n): neighbouring threads read neighbouring slots.
@group(0) @binding(1) var<storage, read> high: array<f32>;
@group(0) @binding(2) var<storage, read_write> slots: array<Slot>;

const DEPTH = 16u;
var<workgroup> mine: array<f32, 1024>; // (DEPTH, 64)
var<workgroup> theirs: array<f32, 1024>;
var<workgroup> smallest: array<f32, 256>;
var<workgroup> nearest: array<u32, 256>;
var<workgroup> second: array<f32, 256>;

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) thread: u32) {
  let n = params.n;
  let row_base = group.x * 64u;
  let row = (thread / 16u) * 4u;
  let column = (thread % 16u) * 4u;

  // Sums of squares until the last call; they grow with the bounds that are made of them.
  var best: array<f32, 4>;
  var best_slot: array<u32, 4>;
  var rest: array<f32, 4>;
  for (var r = 0u; r < 4u; r++) {
    best[r] = FAR;
    best_slot[r] = NOBODY;
    rest[r] = FAR;
  }

  for (var block = max(params.from_block, group.x); block < params.until_block; block++) {
    let column_base = block * 64u;
    // Zero written out: without an initialiser SwiftShader keeps the values of the turn before.
    var sums = array<vec4<f32>, 4>();
    for (var depth = 0u; depth < params.columns; depth += DEPTH) {
      for (var i = thread; i < 1024u; i += 256u) {
        let d = depth + i / 64u;
        let r = row_base + i % 64u;
        let c = column_base + i % 64u;
        let inside = d < params.columns;
        mine[i] = select(0.0, high[min(d * n + r, arrayLength(&high) - 1u)], inside && r < n);
        theirs[i] = select(0.0, high[min(d * n + c, arrayLength(&high) - 1u)], inside && c < n);
      }
      workgroupBarrier();
      for (var d = 0u; d < DEPTH; d++) {
        let at = d * 64u + column;
        let c = vec4<f32>(theirs[at], theirs[at + 1u], theirs[at + 2u], theirs[at + 3u]);
        for (var r = 0u; r < 4u; r++) {
          let difference = c - mine[d * 64u + row + r];
          sums[r] += difference * difference;
        }
      }
      workgroupBarrier();
    }
    for (var r = 0u; r < 4u; r++) {
      for (var c = 0u; c < 4u; c++) {
        let slot = column_base + column + c;
        if (slot <= row_base + row + r || slot >= n) { continue; }
        let s = sums[r][c];
        if (s < best[r]) {
          rest[r] = best[r];
          best[r] = s;
          best_slot[r] = slot;
        } else {
          rest[r] = min(rest[r], s);
        }
      }
    }
  }

  for (var r = 0u; r < 4u; r++) {
    smallest[thread] = best[r];
    nearest[thread] = best_slot[r];
    second[thread] = rest[r];
    workgroupBarrier();
    let slot = row_base + row + r;
    if (thread % 16u == 0u && slot < n) {
      var found = Near(slots[slot].bound, slots[slot].second, slots[slot].neighbour);
      for (var i = 0u; i < 16u; i++) {
        let other = Near(df64(smallest[thread + i], 0.0), df64(second[thread + i], 0.0), nearest[thread + i]);
        found = nearer(found, other);
      }
      if (params.last == 1u) {
        found.value.x = select(lower_bound(found.value.x, params.relative, params.absolute), FAR, found.slot == NOBODY);
        found.rest.x = select(lower_bound(found.rest.x, params.relative, params.absolute), FAR, found.rest.x >= 0.5 * FAR);
      }
      slots[slot].bound = found.value;
      slots[slot].neighbour = found.slot;
      slots[slot].second = found.rest;
    }
    workgroupBarrier();
  }
}
