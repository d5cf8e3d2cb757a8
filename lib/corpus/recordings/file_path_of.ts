import { resolve, sep } from "node:path";

/**
 * Where a path of a list lies, from the list's folder on: what `resolve` gives, sooner for paths that only go down.
 *
 * @param folder Absolute.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { resolve } from "node:path";
 * import { filePathOf } from "#lib/corpus/recordings/file_path_of.ts";
 * for (const path of ["day/a.wav", "../b.wav", "/c.wav", "d//e.wav"]) assert.equal(filePathOf(path, "/corpus"), resolve("/corpus", path));
 * ```
 */
export function filePathOf(path: string, folder: string): string {
  const onlyGoesDown = sep === "/" && folder !== "/" && !/^$|^\/|\/$|\/\/|(?:^|\/)\.\.?(?:\/|$)/.test(path);
  return onlyGoesDown ? `${folder}${sep}${path}` : resolve(folder, path);
}
