import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** Bytes that the packed package may have. */
const MOST_BYTES = 20e6;

const NEEDED = [
  ...["LICENSE", "README.md", "lib/mod.js", "lib/mod.d.ts", "lib/mod.js.map", "kernels/df64.wgsl.text.js"],
  ...["kernels/vbx/simd.wasm.js", "lib/networks/workers/inference_worker.js", "models/models.json"],
  ...["models/own/CARD.md", "models/own/segmentation-own.onnx", "fixtures/models/plda/plda.npz"],
];

/** @throws {Error} when the package lacks something, holds what it should not, or is too large. */
export function looksRight(folder: string, packed: string): void {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => statSync(join(folder, path)).isFile());
  const faults = NEEDED.filter((path) => !files.includes(path)).map((path) => `lacks ${path}`);
  const foreign = /\.test\.|^tests\/|^models\/own\/train|(?<!\.d)\.ts$|node_modules|__pycache__/;
  faults.push(...files.filter((path) => foreign.test(path)).map((path) => `holds ${path}`));
  for (const path of files.filter((file) => /\.(js|d\.ts|map|json)$/.test(file))) {
    const text = readFileSync(join(folder, path), "utf8");
    // Declarations and code name their own modules by relative paths, and nobody's folders.
    if (/^(?!\s*\*).*\bfrom "#/m.test(text) && !path.endsWith(".text.js") && !path.endsWith(".map")) {
      faults.push(`${path} imports by an alias`);
    }
    if (
      path.endsWith(".map") &&
      (JSON.parse(text) as { sources: string[] }).sources.some((name) => /[/\\]/.test(name))
    ) {
      faults.push(`${path} names a folder`);
    }
  }
  const [tarball] = readdirSync(packed).filter((name) => name.endsWith(".tgz"));
  const { size } = statSync(join(packed, tarball));
  if (size > MOST_BYTES) faults.push(`${size} bytes`);
  if (faults.length > 0) throw new Error(faults.join("\n"));
}
