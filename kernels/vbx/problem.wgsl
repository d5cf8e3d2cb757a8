// What all kernels of VBx share; names as in scalar.ts. After df64.wgsl. Vectors lie in slabs, so that no binding outgrows the device;
// a slab's sums over vectors are made in chunks of chunk_rows, first_chunk being its first one's number.

struct Problem {
  N: u32, // vectors in this slab
  K: u32,
  D: u32,
  chunk_rows: u32,
  first_chunk: u32,
  chunks: u32, // in all slabs
  Fa: df64,
  ratio: df64, // Fa / Fb
  half_Fb: df64,
}

@group(0) @binding(0) var<uniform> problem: Problem;

const ZERO: df64 = df64(0.0, 0.0);
const ONE: df64 = df64(1.0, 0.0);
