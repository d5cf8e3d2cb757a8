import { access } from "node:fs/promises";
import { join } from "node:path";

/**
 * Where a recording lies now: the longest end of a recorded path that is there below a root. `/data/day1/a.wav` is looked for as
 * `ROOT/data/day1/a.wav`, `ROOT/day1/a.wav`, `ROOT/a.wav`.
 *
 * @returns undefined where none of them is there.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { locateAudio } from "#lib/corpus/adapters/locate_audio.ts";
 * assert.equal(await locateAudio("/data/day1/a.wav", "no such folder"), undefined);
 * ```
 */
export async function locateAudio(path: string, root: string): Promise<string | undefined> {
  const parts = path.split(/[\\/]/).filter((part) => part !== "" && part !== "." && part !== "..");
  for (let from = 0; from < parts.length; from++) {
    const file = join(root, ...parts.slice(from));
    if (await access(file).then(() => true, () => false)) return file;
  }
  return undefined;
}
