import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { compileAssemblyScript } from "./compile_assembly_script.ts";

/** A generated module: where it lies, from the project's root, and what it is to hold. */
export interface GeneratedModule {
  readonly path: string;
  readonly text: string;
}

/**
 * Builds every `kernels/*` + `/simd.as.ts`, in the order of their names, without writing anything.
 *
 * @param root The project's root folder.
 */
export async function* wasmModules(root: string): AsyncGenerator<GeneratedModule> {
  const folders = (await readdir(join(root, "kernels"), { withFileTypes: true }))
    .filter((entry) => entry.isDirectory()).map(({ name }) => name).sort();
  for (const folder of folders) {
    if (!(await readdir(join(root, "kernels", folder))).includes("simd.as.ts")) continue;
    const { binary, sources } = await compileAssemblyScript(`kernels/${folder}/simd.as.ts`);
    yield { path: `kernels/${folder}/simd.wasm.ts`, text: moduleText(binary, sources) };
  }
}

function moduleText(binary: Uint8Array, sources: Readonly<Record<string, string>>): string {
  const hashes = Object.entries(sources).map(([path, sha256]) => `
    {
      path: "${path}",
      sha256: "${sha256}",
    },`);
  return `// Made from simd.as.ts by scripts/build_wasm.ts; tests/kernels/wasm_build.test.ts makes it again and compares.
import type { WasmCode } from "#lib/compute/wasm_code.ts";

export const code: WasmCode = {
  sources: [${hashes.join("")}
  ],
  base64:
    "${Buffer.from(binary).toString("base64")}",
};
`;
}
