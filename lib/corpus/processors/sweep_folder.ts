import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";

/** What dialab names what it writes beside a file, before that has its name. */
const HALF_WRITTEN = /^\.[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\.(partial|lock)$/;

/**
 * Removes from a folder what a killed process left half-written; nothing where it is not there. Only for who holds the folder.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { sweepFolder } from "#lib/corpus/processors/sweep_folder.ts";
 * const folder = await mkdtemp(join(tmpdir(), "dialab-"));
 * for (const name of [`.${crypto.randomUUID()}.partial`, ".lock", "mine.partial"]) await writeFile(join(folder, name), "");
 * await sweepFolder(folder);
 * assert.deepEqual((await readdir(folder)).sort(), [".lock", "mine.partial"]);
 * await rm(folder, { recursive: true });
 * ```
 */
export async function sweepFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => [])) {
    if (HALF_WRITTEN.test(name)) await rm(join(folder, name), { force: true });
  }
}
