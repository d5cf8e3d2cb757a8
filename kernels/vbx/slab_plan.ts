/** How vectors are dealt out to buffers and to sums. */
export interface SlabPlan {
  /** Vectors whose sums are made by one workgroup; the last chunk of a slab may have fewer. */
  readonly chunkRows: number;
  /** Chunks of all slabs. */
  readonly chunks: number;
  readonly slabs: readonly { readonly first: number; readonly rows: number; readonly firstChunk: number }[];
}

/** Enough to keep a large GPU busy with one row of blocks each; more would only be more to add up. */
const CHUNKS = 64;

/** Partial sums of all chunks together. */
const PARTIAL_BYTES = 128 * 1024 * 1024;

/**
 * Splits N vectors into slabs, each of whose matrices fits one binding, and each slab into chunks.
 *
 * @throws {RangeError} when not even one chunk fits a binding.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { slabPlan } from "#kernels/vbx/slab_plan.ts";
 * const plan = slabPlan({ N: 20_000, K: 300, D: 128, bindingBytes: 128 * 1024 * 1024 });
 * assert.deepEqual([plan.chunkRows, plan.chunks, plan.slabs.length], [320, 63, 1]);
 * const slabs = slabPlan({ N: 150, K: 3, D: 2, slabRows: 64, bindingBytes: 1e6 }).slabs;
 * assert.deepEqual(slabs.map(({ rows }) => rows), [64, 64, 22]);
 * ```
 */
export function slabPlan(
  options: {
    readonly N: number;
    readonly K: number;
    readonly D: number;
    /** Bytes that one binding may have. */
    readonly bindingBytes: number;
    /** Vectors in a slab at most, rounded up to whole chunks. @default as many as fit */
    readonly slabRows?: number | undefined;
  },
): SlabPlan {
  const { N, K, D, bindingBytes, slabRows = Infinity } = options;
  const held = Math.min(PARTIAL_BYTES, bindingBytes);
  const wanted = Math.max(1, Math.min(CHUNKS, Math.floor(held / (8 * K * D))));
  const chunkRows = Math.max(64, Math.ceil(N / wanted / 8) * 8);
  const fitting = Math.floor(bindingBytes / (8 * Math.max(K, D)));
  const rowsOfSlab = Math.min(
    Math.floor(fitting / chunkRows) * chunkRows,
    Math.ceil(slabRows / chunkRows) * chunkRows,
  );
  if (rowsOfSlab === 0 && fitting < N) {
    throw new RangeError(
      `VBx of ${N} vectors, ${K} speakers and ${D} dimensions does not fit this device: ${chunkRows} rows at a time ` +
        `need bindings of ${8 * chunkRows * Math.max(K, D)} bytes, it has ${bindingBytes}`,
    );
  }
  const slabs: { first: number; rows: number; firstChunk: number }[] = [];
  let chunks = 0;
  for (let first = 0; first < N;) {
    const rows = Math.min(rowsOfSlab || N, N - first);
    slabs.push({ first, rows, firstChunk: chunks });
    chunks += Math.ceil(rows / chunkRows);
    first += rows;
  }
  return { chunkRows, chunks, slabs };
}
