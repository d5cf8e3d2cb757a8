/** The project's own TypeScript, for tests that read it. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "#lib/places/places.ts";

/** A file by its path from the project's root. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** All TypeScript files of some top folders; generated WASM modules and AssemblyScript are left out. */
export function sourceFiles(folders: readonly string[]): SourceFile[] {
  return folders.flatMap((folder) =>
    readdirSync(join(projectRoot(), folder), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts") && !path.endsWith(".wasm.ts") && !path.endsWith(".as.ts"))
      .map((path) => join(folder, path).replaceAll("\\", "/"))
      .map((path) => ({ path, text: readFileSync(join(projectRoot(), path), "utf8") }))
  );
}
