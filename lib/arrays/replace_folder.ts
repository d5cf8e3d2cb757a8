import { access, rename, rm } from "node:fs/promises";

/** Tries while others put theirs there as well. */
const MOST_TRIES = 100;

/**
 * Puts a folder in the place of another, or of a file. Of several processes that do so at once one's stays, whole.
 *
 * @param made What was made, on the same file system; it is gone from there. `made` + ".old" is used for an instant.
 * @throws The system's error, when it cannot be put there; what was there is there again.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { replaceFolder } from "#lib/arrays/replace_folder.ts";
 * const root = await mkdtemp(join(tmpdir(), "dialab-"));
 * for (const name of ["made", "old"]) {
 *   await mkdir(join(root, name));
 *   await writeFile(join(root, name, `${name}.txt`), "");
 * }
 * await replaceFolder(join(root, "made"), join(root, "old"));
 * assert.deepEqual([await readdir(root), await readdir(join(root, "old"))], [["old"], ["made.txt"]]);
 * await rm(root, { recursive: true });
 * ```
 */
export async function replaceFolder(made: string, folder: string): Promise<void> {
  for (let tries = 1;; tries++) {
    // The old one has to go first: a folder takes the place of an empty one alone.
    const old = `${made}.old`;
    const wasThere = await rename(folder, old).then(() => true, (error) => {
      if (error.code === "ENOENT") return false;
      throw error;
    });
    try {
      await rename(made, folder);
      await rm(old, { recursive: true, force: true });
      return;
    } catch (error) {
      if (tries < MOST_TRIES && await isTaken(folder, (error as { code: string }).code)) {
        // Another's is there, or was and goes for a third one: it is newer than what was moved away here.
        await rm(old, { recursive: true, force: true });
        continue;
      }
      if (wasThere) await rename(old, folder);
      throw error;
    }
  }
}

/** Whether a folder cannot be put somewhere because something is there. Windows says of that what it says where it is forbidden. */
async function isTaken(folder: string, code: string): Promise<boolean> {
  if (["ENOTEMPTY", "EEXIST", "ENOTDIR"].includes(code)) return true;
  return code === "EPERM" && await access(folder).then(() => true, () => false);
}
