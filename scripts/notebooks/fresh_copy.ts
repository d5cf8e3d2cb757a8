/** The project as a fresh clone has it: alone, with nothing beside it. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { projectRoot } from "#lib/places/places.ts";

/** All that notebooks need of the tree. */
const PARTS = ["lib", "kernels", "models", "fixtures", "notebooks", "package.json", "deno.json"];

/** A copy of the tree, and what its environment has to be so that no data but its own is found. */
export interface FreshCopy extends Disposable {
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Copies the tree to a temporary folder, which goes when the copy is disposed of. Packages are linked, not copied. */
export function freshCopy(): FreshCopy {
  const scratch = mkdtempSync(join(tmpdir(), "dialab-fresh-"));
  const root = join(scratch, "dialab");
  mkdirSync(root);
  for (const part of PARTS) cpSync(join(projectRoot(), part), join(root, part), { recursive: true });
  symlinkSync(join(projectRoot(), "node_modules"), join(root, "node_modules"), "junction");
  return {
    root,
    env: { DIALAB_FIXTURES: undefined, DIALAB_MODELS: undefined, XDG_CACHE_HOME: join(scratch, "cache") },
    [Symbol.dispose]: () => rmSync(scratch, { recursive: true, force: true }),
  };
}
