/** What is committed as simd.wasm.ts is what the sources give, byte for byte, in this runtime too. */
import { describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { WasmCode } from "#lib/compute/wasm_code.ts";
import { projectRoot } from "#lib/places/places.ts";
import { damagedWasm } from "#tests/harness/damaged_wasm.ts";
import { type GeneratedModule, wasmModules } from "../../scripts/wasm/wasm_modules.ts";

const kernels = join(projectRoot(), "kernels");
const folders = readdirSync(kernels).filter((name) => existsSync(join(kernels, name, "simd.as.ts"))).sort();
const modules = (async () => {
  const built = new Map<string, GeneratedModule>();
  for await (const module of wasmModules(projectRoot())) built.set(module.path, module);
  return built;
})();

test("every kernel with AssemblyScript is built, and nothing else", async () => {
  expect(folders).toContain("fbank");
  expect([...(await modules).keys()]).toEqual(folders.map((name) => `kernels/${name}/simd.wasm.ts`));
});

describe.each(folders.map((name) => [name] as const))("%s", (name) => {
  const path = `kernels/${name}/simd.wasm.ts`;

  test("the committed module is what its source gives", async () => {
    // Compared as a condition: a difference of two base64 texts is nothing that one can read.
    const same = await readFile(join(projectRoot(), path), "utf8") === (await modules).get(path)?.text;
    expect(same ? "fresh" : `${path} is stale: bun run scripts/build_wasm.ts`).toBe("fresh");
  });

  test("the hashes are those of the files, and the binary is WebAssembly", async () => {
    const { code }: { code: WasmCode } = await import(`#kernels/${name}/simd.wasm.ts`);
    expect(code.sources.map((source) => source.path)).toContain(`kernels/${name}/simd.as.ts`);
    for (const source of code.sources) {
      const bytes = await readFile(join(projectRoot(), source.path));
      expect(createHash("sha256").update(bytes).digest("hex")).toBe(source.sha256);
    }
    expect(WebAssembly.validate(Buffer.from(code.base64, "base64"))).toBe(true);
  });
});

describe("a source that is not right", () => {
  const path = "kernels/fbank/simd.as.ts";

  test("does not compile, with the compiler's words", async () => {
    await expect(damagedWasm(path, ["export function ", "export funktion "])).rejects.toThrow(
      /does not compile[^]*TS1005/,
    );
  });

  test("holds static data", async () => {
    await expect(
      damagedWasm(path, [
        "export function ",
        "export const table = memory.data<f64>([1, 2]);\nexport function ",
      ]),
    )
      .rejects.toThrow("holds static data");
  });

  test("has not got what was to be damaged", async () => {
    await expect(damagedWasm(path, ["no such words", ""])).rejects.toThrow("0 times, not once");
  });
});
