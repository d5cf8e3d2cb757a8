// Sums over the columns of two row-major matrices, a block of 64 x 64 per workgroup. After block_df64.wgsl or block_f32.wgsl.

const COSINE: u32 = 1u;
const EUCLIDEAN: u32 = 2u;

struct Sizes {
  a_rows: u32,
  b_rows: u32,
  columns: u32,
  // 0: dot products.
  metric: u32,
  // 1: only sums of row first_row + i of b (which row i of a is) with later rows, one after the other.
  condensed: u32,
  first_row: u32,
}

@group(0) @binding(0) var<uniform> sizes: Sizes;
@group(0) @binding(1) var<storage, read> a: array<Stored>;
@group(0) @binding(2) var<storage, read> b: array<Stored>;
@group(0) @binding(3) var<storage, read> a_lengths: array<Stored>;
@group(0) @binding(4) var<storage, read> b_lengths: array<Stored>;
@group(0) @binding(5) var<storage, read_write> out: array<Stored>;

fn a_at(row: u32, column: u32) -> Stored {
  if (row < sizes.a_rows && column < sizes.columns) { return a[row * sizes.columns + column]; }
  return stored_zero();
}

fn b_at(row: u32, column: u32) -> Stored {
  if (row < sizes.b_rows && column < sizes.columns) { return b[row * sizes.columns + column]; }
  return stored_zero();
}

fn put(i: u32, j: u32, sum: Stored) {
  if (i >= sizes.a_rows || j >= sizes.b_rows) { return; }
  var at = i * sizes.b_rows + j;
  if (sizes.condensed == 1u) {
    let row = sizes.first_row + i;
    if (j <= row) { return; }
    // Rows first_row ... row - 1 have put b_rows - 1 - row each.
    at = i * (sizes.b_rows - 1u - sizes.first_row) - i * (i - 1u) / 2u + (j - row - 1u);
  }
  if (sizes.metric == COSINE) {
    out[at] = cosine_distance(sum, a_lengths[i], b_lengths[j]);
  } else if (sizes.metric == EUCLIDEAN) {
    out[at] = stored_root(sum);
  } else {
    out[at] = sum;
  }
}

@compute @workgroup_size(256)
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) local: u32) {
  read_opaque_zero();
  let i0 = group.y * TILE;
  let j0 = group.x * TILE;
  if (sizes.condensed == 1u && j0 + TILE <= sizes.first_row + i0 + 1u) { return; }
  let depth = local % DEPTH;
  let four = (local / DEPTH) % 16u;
  let a_group = local / 16u;
  let b_group = local % 16u;
  var block: Block;
  for (var column = 0u; column < sizes.columns; column += DEPTH) {
    let m = column + depth;
    if (local < LOADERS) {
      let i = i0 + 4u * four;
      keep(local, depth, four, a_at(i, m), a_at(i + 1u, m), a_at(i + 2u, m), a_at(i + 3u, m));
    } else if (local < 2u * LOADERS) {
      let j = j0 + 4u * four;
      keep(local, depth, four, b_at(j, m), b_at(j + 1u, m), b_at(j + 2u, m), b_at(j + 3u, m));
    }
    workgroupBarrier();
    accumulate(&block, a_group, b_group);
    if ((column / 4u) % 2u == 1u) { settle(&block); }
    workgroupBarrier();
  }
  settle(&block);
  // A copy, so that the sums themselves need no address and stay in registers; and one loop, because what becomes of a sum is
  // long to compile.
  var sums = array(
    sum_in(block.row0, 0u), sum_in(block.row0, 1u), sum_in(block.row0, 2u), sum_in(block.row0, 3u),
    sum_in(block.row1, 0u), sum_in(block.row1, 1u), sum_in(block.row1, 2u), sum_in(block.row1, 3u),
    sum_in(block.row2, 0u), sum_in(block.row2, 1u), sum_in(block.row2, 2u), sum_in(block.row2, 3u),
    sum_in(block.row3, 0u), sum_in(block.row3, 1u), sum_in(block.row3, 2u), sum_in(block.row3, 3u),
  );
  for (var at = 0u; at < 16u; at++) {
    put(i0 + 4u * a_group + at / 4u, j0 + 4u * b_group + at % 4u, sums[at]);
  }
}
