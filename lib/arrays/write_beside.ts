import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { FileHandle } from "node:fs/promises";

/**
 * Writes a file whole or not at all: into a new file in the same folder, which takes the name `path` only once
 * everything is written and on the disk. On failure nothing is left, and a file that was there stays as it was.
 *
 * @param write Writes the content into the open file, which is closed after it.
 * @throws {Error} What `write` throws, or the system's own error, with its `code` and `path` as its `path`.
 *
 * @example
 * ```ts
 * import { mkdtemp, readdir, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { writeBeside } from "#lib/arrays/write_beside.ts";
 *
 * const folder = await mkdtemp(join(tmpdir(), "dialab-"));
 * const failing = writeBeside(join(folder, "a.txt"), async (handle) => {
 *   await handle.write("half");
 *   throw new Error("the rest failed");
 * });
 * const left = await failing.catch(() => readdir(folder));
 * if (left === undefined || left.length !== 0) throw new Error("writeBeside");
 * await rm(folder, { recursive: true });
 * ```
 */
export async function writeBeside(path: string, write: (handle: FileHandle) => Promise<void>): Promise<void> {
  const partial = join(dirname(path), `.${randomUUID()}.partial`);
  const handle = await open(partial, "wx").catch((error) => Promise.reject(ofFile(error, path)));
  try {
    try {
      await write(handle);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw ofFile(error, path);
  }
}

/** An error of the system with the file that was to be written, which is the one its reader knows. */
function ofFile(error: unknown, path: string): unknown {
  return error instanceof Error && "code" in error ? Object.assign(error, { path }) : error;
}
