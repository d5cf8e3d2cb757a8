import type { Compute } from "#lib/compute/compute.ts";
import { openCompute } from "#lib/compute/open_compute.ts";
import { hasWasmSimd } from "#lib/compute/wasm_simd.ts";

/**
 * What the kernels around a network run on when nothing is chosen: WebAssembly, or plain TypeScript where there is no SIMD. The two give the
 * same bits, and there is nothing to close.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { cpuCompute } from "#lib/networks/cpu_compute.ts";
 * assert.equal((await cpuCompute()).precision, "f64");
 * ```
 */
export async function cpuCompute(): Promise<Compute> {
  return await openCompute({ backend: hasWasmSimd() ? "wasm" : "scalar" });
}
