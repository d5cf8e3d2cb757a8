import { reportingExports } from "./kernel_runs.ts";
import type { WasmCode } from "./wasm_code.ts";
import { WasmMemory } from "./wasm_memory.ts";
import { hasWasmSimd } from "./wasm_simd.ts";

/** An instance of a module, lent for the length of one call. */
export interface WasmInstance<Exports> {
  /** Its functions. Pointers and counts are numbers. */
  readonly exports: Exports;
  /** Its memory, empty. */
  readonly memory: WasmMemory;
}

/** More than this is not kept: a WebAssembly memory never shrinks, and one long recording must not hold its size for ever. */
const KEPT_BYTES = 64 * 1024 * 1024;

/** Idle instances kept of one module. */
const KEPT_INSTANCES = 4;

interface Loaded {
  readonly module: Promise<WebAssembly.Module>;
  readonly idle: WasmInstance<unknown>[];
}

const loaded = new WeakMap<WasmCode, Loaded>();

/**
 * Lends an instance of `code` to `body`. The module is compiled once; an instance comes back with its memory reset and serves the
 * next call, unless its memory has passed 64 MiB. Calls that overlap get an instance each.
 *
 * @param body May be asynchronous; nothing it was lent may be used after it ends, so copy results out.
 * @returns What `body` returns.
 * @throws {Error} where WebAssembly has no SIMD here; use the scalar backend then.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { withWasm } from "#lib/compute/wasm_module.ts";
 * // (func (export "half") (param f64) (result f64) local.get 0 f64.const 0.5 f64.mul) and a memory of no pages
 * const code = {
 *   sources: [],
 *   base64: "AGFzbQEAAAABBgFgAXwBfAMCAQAFAwEAAAcRAgRoYWxmAAAGbWVtb3J5AgAKEAEOACAARAAAAAAAAOA/ogs=",
 * };
 * assert.equal(await withWasm(code, ({ exports }: { exports: { half(x: number): number } }) => exports.half(5)), 2.5);
 * ```
 */
export async function withWasm<Exports, Result>(
  code: WasmCode,
  body: (instance: WasmInstance<Exports>) => Result | Promise<Result>,
): Promise<Result> {
  const { module, idle } = load(code);
  const instance = idle.pop() as WasmInstance<Exports> | undefined ??
    await instantiate<Exports>(await module);
  try {
    const exports = reportingExports(instance.exports, kernelOf(code));
    return await body({ exports, memory: instance.memory });
  } finally {
    instance.memory.reset();
    if (idle.length < KEPT_INSTANCES && instance.memory.byteLength <= KEPT_BYTES) idle.push(instance);
  }
}

/** "vbx" of kernels/vbx/simd.as.ts. */
function kernelOf({ sources }: WasmCode): string {
  const entry = sources.find(({ path }) => path.endsWith("/simd.as.ts"))?.path;
  return entry?.split("/").at(-2) ?? "unknown";
}

function load(code: WasmCode): Loaded {
  const known = loaded.get(code);
  if (known !== undefined) return known;
  if (!hasWasmSimd()) {
    throw new Error(
      "WebAssembly has no SIMD on this machine; use the scalar backend, or a runtime with SIMD",
    );
  }
  const fresh: Loaded = { module: WebAssembly.compile(Buffer.from(code.base64, "base64")), idle: [] };
  loaded.set(code, fresh);
  return fresh;
}

async function instantiate<Exports>(module: WebAssembly.Module): Promise<WasmInstance<Exports>> {
  const { exports } = await WebAssembly.instantiate(module);
  const { memory } = exports;
  if (!(memory instanceof WebAssembly.Memory)) throw new TypeError("The module exports no memory");
  return { exports: exports as Exports, memory: new WasmMemory(memory) };
}
