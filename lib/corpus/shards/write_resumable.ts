import { open, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { writeFully } from "#lib/arrays/write_fully.ts";

/**
 * The file that content is written into before it takes its name: the same each time, so that a writer that was killed leaves nothing
 * that the next one does not take over. Two writers of one file at a time are kept apart by a lock, not here.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { partialName } from "#lib/corpus/shards/write_resumable.ts";
 * assert.equal(partialName("out/a.tar"), "out/.a.tar.partial");
 * ```
 */
export function partialName(path: string): string {
  return join(dirname(path), `.${basename(path)}.partial`);
}

/** A file that takes its name once it is whole and on the disk. */
export interface ResumableFile {
  /** Writes all of the bytes at a position, in bytes; the system's errors name the file. */
  write(bytes: Uint8Array, position: number): Promise<void>;
  /** Gives it its name. */
  finish(): Promise<void>;
  /** Leaves what stands under its name as it was. */
  abandon(): Promise<void>;
}

/**
 * Opens a file to be written whole or not at all, whenever the process is killed.
 *
 * @throws {Error} The system's own error, with its `code`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { openResumable } from "#lib/corpus/shards/write_resumable.ts";
 *
 * const folder = await mkdtemp(join(tmpdir(), "dialab-"));
 * const file = await openResumable(join(folder, "a.txt"));
 * await file.write(new TextEncoder().encode("whole"), 0);
 * await file.finish();
 * assert.deepEqual(await readdir(folder), ["a.txt"]);
 * assert.equal(await readFile(join(folder, "a.txt"), "utf8"), "whole");
 * await rm(folder, { recursive: true });
 * ```
 */
export async function openResumable(path: string): Promise<ResumableFile> {
  const partial = partialName(path);
  const handle = await open(partial, "w");
  return {
    async write(bytes, position) {
      await writeFully(handle, bytes, position).catch((error) => {
        throw named(error, path);
      });
    },
    async finish() {
      try {
        await handle.sync().catch((error) => {
          throw named(error, path);
        });
      } finally {
        await handle.close();
      }
      await rename(partial, path);
    },
    async abandon() {
      await handle.close().catch(() => {});
      await rm(partial, { force: true });
    },
  };
}

/** An error of the system with the file that was to be written; of an open file it does not tell which. */
function named(error: unknown, path: string): unknown {
  return error instanceof Error && "code" in error ? Object.assign(error, { path }) : error;
}
