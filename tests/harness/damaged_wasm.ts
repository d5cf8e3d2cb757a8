import { describe } from "bun:test";
import type { WasmCode } from "#lib/compute/wasm_code.ts";
import { compileAssemblyScript } from "../../scripts/wasm/compile_assembly_script.ts";

/**
 * A kernel's module with one piece of its source replaced, to show that its vectors would notice.
 *
 * @param path The entry, such as `kernels/fbank/simd.as.ts`.
 * @param damage `[what stands there, what to put instead]`; what stands there must stand there exactly once.
 */
export async function damagedWasm(path: string, damage: readonly [string, string]): Promise<WasmCode> {
  const [from, to] = damage;
  let found = 0;
  const edit = (source: string) => {
    found += source.split(from).length - 1;
    return source.replace(from, () => to);
  };
  const { binary, sources } = await compileAssemblyScript(path, { edit });
  if (found !== 1) throw new Error(`${JSON.stringify(from)} stands in ${path} ${found} times, not once`);
  return {
    sources: Object.entries(sources).map(([path, sha256]) => ({ path, sha256 })),
    base64: Buffer.from(binary).toString("base64"),
  };
}

/**
 * A group of tests that damage a kernel's module. Whether vectors notice a damage does not hang on the runtime, and each damage
 * compiles the module anew: Bun runs them alone. (tests/kernels/wasm_build.test.ts compiles in Deno too.)
 */
export function describeDamage(title: string, body: () => void): void {
  if (!("Deno" in globalThis)) describe(title, body);
}
