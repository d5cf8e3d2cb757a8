import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { projectRoot } from "#lib/places/places.ts";
import { COMMAND, OF_A_CLONE, subpaths } from "./entries.ts";
import { targetOf, workerFile } from "./rewrite.ts";

/** The files that make up the package, from the project's root. */
export interface PackageModules {
  /** TypeScript. */
  readonly modules: readonly string[];
  /** What modules import as text or as JSON. */
  readonly texts: readonly string[];
}

/** All that the subpaths and the command reach, at once or when it is first used; also by types alone, for the declarations. */
export function findModules(): PackageModules {
  const seen = new Set<string>();
  const waiting = [...subpaths().values(), COMMAND];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.has(path) || OF_A_CLONE.includes(path)) continue;
    seen.add(path);
    if (path.endsWith(".ts")) waiting.push(...importsOf(path));
  }
  const all = [...seen].sort();
  return {
    modules: all.filter((path) => path.endsWith(".ts")),
    texts: all.filter((path) => !path.endsWith(".ts")),
  };
}

function importsOf(path: string): string[] {
  const text = readFileSync(join(projectRoot(), path), "utf8");
  const named = ts.preProcessFile(text, true, true).importedFiles.map(({ fileName }) => fileName);
  const workers: string[] = [];
  const visit = (node: ts.Node) => {
    const file = workerFile(node);
    if (file !== undefined) workers.push(file);
    ts.forEachChild(node, visit);
  };
  if (text.includes("import.meta.url")) {
    visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true));
  }
  return [...named, ...workers].flatMap((specifier) => targetOf(specifier, path) ?? []);
}
