/** A module of one function that returns a `v128`: `(func (result v128) i32.const 0 i8x16.splat)`. */
// deno-fmt-ignore
const PROBE = new Uint8Array([
  0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, // header
  1, 5, 1, 0x60, 0, 1, 0x7b, // type: () -> v128
  3, 2, 1, 0, // one function of that type
  10, 8, 1, 6, 0, 0x41, 0, 0xfd, 15, 0x0b, // i32.const 0, i8x16.splat, end
]);

/**
 * Whether this machine's WebAssembly has 128-bit SIMD. Bun and Deno have; some JIT-less builds and very old processors have not.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { hasWasmSimd } from "#lib/compute/wasm_simd.ts";
 * assert.equal(hasWasmSimd(), true);
 * ```
 */
export function hasWasmSimd(): boolean {
  return typeof WebAssembly === "object" && WebAssembly.validate(PROBE);
}
