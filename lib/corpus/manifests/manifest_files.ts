import { stat } from "node:fs/promises";
import type { ManifestEngine } from "./manifest_engine.ts";
import { sqlText } from "./sql_text.ts";

/**
 * The files of a pattern, in order of their names; a path that is there is no pattern, whatever it has in it.
 *
 * @throws {RangeError} when no file fits the pattern.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ManifestEngine } from "#lib/corpus/manifests/manifest_engine.ts";
 * import { filesOf } from "#lib/corpus/manifests/manifest_files.ts";
 * await using engine = new ManifestEngine({ threads: 1 });
 * await assert.rejects(filesOf(engine, "no such folder/*.parquet"), /no file is called so/);
 * ```
 */
export async function filesOf(engine: ManifestEngine, file: string): Promise<string[]> {
  const there = await stat(file).then(() => true, () => false);
  if (there || !/[*?[]/.test(file)) return [file];
  const rows = await engine.rows(`SELECT file FROM glob(${sqlText(file)}) ORDER BY file`);
  if (rows.length === 0) throw new RangeError(`${file}: no file is called so.`);
  return rows.map(([path]) => String(path));
}
