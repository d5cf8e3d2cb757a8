import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { basename, dirname, relative, resolve, sep } from "node:path";

/** A file of a user's own code that took part in a run. */
export interface ModuleSum {
  /** Its name; of what a module imports, the path from that module's folder, with forward slashes. */
  readonly file: string;
  /** Of its bytes, in hexadecimal. */
  readonly sha256: string;
}

/** Endings that runtimes put to a path that has none of its own. */
const ENDINGS = ["", ".ts", ".mts", ".js", ".mjs", ".cjs", ".json", "/index.ts", "/index.js"];
/** What a statement or a call brings in from a path that begins with a dot. */
const RELATIVE = /(?:\bfrom|\bimport|\brequire)\s*\(?\s*(["'`])(\.{1,2}\/[^"'`\n]*)\1/g;

/**
 * The sums of a module and of the files that it imports by relative paths, and those by theirs, each once, the module first. They are found
 * by reading the text: a path that is put together while it runs is not seen, nor is a package or an absolute path followed. What a comment
 * or a text names is taken as well where such a file is there.
 *
 * @param path The module; an ending that runtimes put to it may be left out.
 * @throws {Error} The system's own error, with its `code`, where the module itself cannot be read.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { moduleSums } from "#lib/diarization/module_sums.ts";
 * import { projectRoot } from "#lib/places/places.ts";
 * const sums = await moduleSums(`${projectRoot()}/lib/diarization/named_weights.ts`);
 * assert.equal(sums[0].file, "named_weights.ts");
 * assert.match(sums[0].sha256, /^[0-9a-f]{64}$/);
 * ```
 */
export async function moduleSums(path: string): Promise<ModuleSum[]> {
  const first = await fileAt(resolve(path)) ?? resolve(path), folder = dirname(first);
  const files = [first], sums: ModuleSum[] = [];
  // It grows while it is gone through.
  for (const file of files) {
    const bytes = await readFile(file);
    const name = file === first ? basename(file) : relative(folder, file).split(sep).join("/");
    sums.push({ file: name, sha256: createHash("sha256").update(bytes).digest("hex") });
    for (const [, , specifier] of bytes.toString("utf8").matchAll(RELATIVE)) {
      const found = await fileAt(resolve(dirname(file), specifier.replace(/[?#].*$/, "")));
      if (found !== undefined && !files.includes(found)) files.push(found);
    }
  }
  return sums;
}

async function fileAt(path: string): Promise<string | undefined> {
  for (const ending of ENDINGS) {
    const isFile = await stat(`${path}${ending}`).then((found) => found.isFile(), () => false);
    if (isFile) return `${path}${ending}`;
  }
}
