// Dot products of row i of a with row i of b: 16 invocations a row, four rows a workgroup, added in a fixed order. After flat_group.wgsl
// and block_df64.wgsl or block_f32.wgsl.

// Roots of the products: the lengths of rows, when b is a.
override ROOT: bool = false;

const LANES: u32 = 16u;
const ROWS: u32 = 4u;

struct Sizes { rows: u32, columns: u32, unused0: u32, unused1: u32 }

@group(0) @binding(0) var<uniform> sizes: Sizes;
@group(0) @binding(1) var<storage, read> a: array<Stored>;
@group(0) @binding(2) var<storage, read> b: array<Stored>;
@group(0) @binding(3) var<storage, read_write> out: array<Stored>;

var<workgroup> partial: array<Stored, 64>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let row = flat_group(group, groups) * ROWS + local / LANES;
  let lane = local % LANES;
  var sum = stored_zero();
  if (row < sizes.rows) {
    for (var m = lane; m < sizes.columns; m += LANES) {
      let at = row * sizes.columns + m;
      sum = add_product(sum, a[at], b[at]);
    }
  }
  partial[local] = sum;
  for (var step = LANES / 2u; step > 0u; step /= 2u) {
    workgroupBarrier();
    if (lane < step) { partial[local] = add_stored(partial[local], partial[local + step]); }
  }
  if (lane == 0u && row < sizes.rows) {
    if (ROOT) { out[row] = stored_root(partial[local]); } else { out[row] = partial[local]; }
  }
}
