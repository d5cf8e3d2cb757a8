/** The smallest module with a SIMD instruction: `(func (result v128) i32.const 0 i8x16.splat)`. */
const smallestSimdModule = Uint8Array.of(
  ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x05, 0x01, 0x60, 0x00, 0x01, 0x7b],
  ...[0x03, 0x02, 0x01, 0x00, 0x0a, 0x08, 0x01, 0x06, 0x00, 0x41, 0x00, 0xfd, 0x0f, 0x0b],
);

/**
 * Whether this runtime runs WebAssembly with SIMD, which the `wasm` backend needs.
 *
 * @example
 * ```ts
 * import { ok } from "node:assert";
 * import { hasWasmSimd } from "#lib/compute/simd_support.ts";
 *
 * ok(hasWasmSimd()); // Bun and Deno both do
 * ```
 */
export function hasWasmSimd(): boolean {
  return typeof WebAssembly === "object" && WebAssembly.validate(smallestSimdModule);
}
