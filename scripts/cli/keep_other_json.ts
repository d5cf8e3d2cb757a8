import { existsSync, renameSync } from "node:fs";
import { readFile } from "node:fs/promises";

/**
 * Renames a file of JSON that is no older report of the same kind, so that a report can take its place: one whose first key is another,
 * such as `package.json`, or a preset that the run's own preset extends. An empty file is nobody's.
 *
 * @param json The report that is to go there.
 * @returns What it is called from now on; undefined where it may go.
 */
export async function keepOtherJson(path: string, json: string): Promise<string | undefined> {
  const before = await readFile(path, "utf8");
  if (before.trim() === "" || firstKey(before) === firstKey(json)) return undefined;
  for (let i = 1;; i++) {
    const kept = path.replace(/(\.json)?$/i, `.kept${i === 1 ? "" : i}$1`);
    if (existsSync(kept)) continue;
    renameSync(path, kept);
    return kept;
  }
}

/** Of an object, of a list's first object, of the first of several lines; "" where it has none. */
function firstKey(text: string): string {
  return /^\uFEFF?[\s[]*\{\s*("(?:[^"\\]|\\.)*")/.exec(text)?.[1] ?? "";
}
