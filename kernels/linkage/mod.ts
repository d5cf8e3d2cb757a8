import type { Compute } from "#lib/compute/compute.ts";

/**
 * Centroid linkage, Euclidean: SciPy's `linkage(x, method="centroid", metric="euclidean")` on the backend of `compute`.
 *
 * | backend | method | memory besides `x` | result |
 * |---|---|---|---|
 * | scalar | the matrix of distances (`centroidLinkage`) | 4 rows^2 bytes | SciPy's bits, ties included |
 * | wasm | no matrix (`wasmLinkage`) | 10 bytes per coordinate | same tree, heights within 1e-12 |
 * | webgpu | no matrix (`webgpuLinkage`) | 16 bytes per coordinate | same as wasm |
 *
 * Where distances are equal, wasm and webgpu merge the first pair of slots and SciPy whatever its heap has on top: a tree is then
 * as valid but may be another. wasm and webgpu give the same bits.
 *
 * @param x Row-major (rows, columns) points; they must be finite.
 * @returns Z, row-major (rows - 1, 4): the two merged clusters (the smaller id first; ids of leaves 0 .. rows-1, of merge k
 *   rows+k), height, number of leaves. Cut it with `cutTree`.
 * @throws {RangeError} on a wrong length, a coordinate that is not finite, distances that overflow, or data beyond what the backend
 *   can hold.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openCompute } from "#lib/compute/open_compute.ts";
 * import { linkage } from "#kernels/linkage/mod.ts";
 * await using compute = await openCompute({ backend: "wasm" });
 * const z = await linkage(compute, new Float64Array([0, 10, 1]), { rows: 3, columns: 1 });
 * assert.deepEqual([...z], [0, 2, 1, 2, 1, 3, 9.5, 3]);
 * ```
 */
export async function linkage(
  compute: Compute,
  x: Float64Array,
  shape: { rows: number; columns: number },
): Promise<Float64Array> {
  if (compute.gpu !== undefined) {
    const { webgpuLinkage } = await import("./webgpu.ts");
    return await webgpuLinkage(compute.gpu, x, shape);
  }
  if (compute.backend === "wasm") {
    const { wasmLinkage } = await import("./wasm.ts");
    return await wasmLinkage(x, shape);
  }
  const { centroidLinkage } = await import("./scalar.ts");
  return centroidLinkage(x, shape);
}
