/**
 * Compiles each kernel's simd.as.ts (AssemblyScript) into simd.wasm.ts beside it: the module in base64, and its source's hash.
 *
 *     bun run scripts/build_wasm.ts [--check]
 *
 * `--check` writes nothing and names the modules that are not what their source gives. Exit status: 0 fine, 1 a module is
 * stale or does not compile, 2 usage.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { parseArgs } from "node:util";
import { projectRoot } from "#lib/places/places.ts";
import { wasmModules } from "./wasm/wasm_modules.ts";

async function main(): Promise<number> {
  let values;
  try {
    ({ values } = parseArgs({ options: { check: { type: "boolean", default: false } } }));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return 2;
  }
  let stale = 0;
  try {
    for await (const { path, text } of wasmModules(projectRoot())) {
      const file = join(projectRoot(), path);
      if (await readFile(file, "utf8").catch(() => "") === text) continue;
      stale++;
      if (!values.check) await writeFile(file, text);
      process.stdout.write(`${path} ${values.check ? "is not what its source gives" : "written"}\n`);
    }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return 1;
  }
  return values.check && stale > 0 ? 1 : 0;
}

process.exitCode = await main();
