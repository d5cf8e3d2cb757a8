import { withWasm } from "#lib/compute/wasm_module.ts";
import { assertPoints } from "./assert_points.ts";
import { mergeNearest } from "./merge_nearest.ts";
import { code } from "./simd.wasm.ts";
import { type LinkageExports, WasmGeometry } from "./wasm_geometry.ts";

/**
 * `matrixFreeLinkage` with its lower bounds in WebAssembly SIMD: the same tree, bit for bit. The points lie in memory once in
 * float64 and once in 16-bit integers, besides the caller's.
 *
 * @param x Row-major (rows, columns) points; they must be finite.
 * @param wasm The module. @default the committed one
 * @returns Z, row-major (rows - 1, 4), as `centroidLinkage` gives it.
 * @throws {RangeError} as `matrixFreeLinkage`, or when 10 bytes per coordinate do not fit into 4 GiB.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { wasmLinkage } from "#kernels/linkage/wasm.ts";
 * const z = await wasmLinkage(new Float64Array([0, 10, 1]), { rows: 3, columns: 1 });
 * assert.deepEqual([...z], [0, 2, 1, 2, 1, 3, 9.5, 3]);
 * ```
 */
export async function wasmLinkage(
  x: Float64Array,
  shape: { rows: number; columns: number },
  wasm = code,
): Promise<Float64Array> {
  assertPoints(x, shape);
  if (shape.rows < 2) return new Float64Array(0);
  return await withWasm<LinkageExports, Float64Array>(
    wasm,
    (instance) => mergeNearest(new WasmGeometry(instance, x, shape), shape.rows),
  );
}
