import { join } from "node:path";
import { LockedError, takeLock } from "#lib/places/file_lock.ts";
import { writtenBy } from "#lib/places/written_by.ts";
import { ProcessError } from "./process_error.ts";

/**
 * Holds a folder of features for this process, until it is disposed: a second process is refused at once. What a killed one left is taken
 * over, where it ran on this machine and is no more.
 *
 * @throws {ProcessError} of kind "locked" when another process holds it; the message has its number and machine.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { lockFolder } from "#lib/corpus/processors/lock_folder.ts";
 * const folder = await mkdtemp(join(tmpdir(), "dialab-"));
 * {
 *   await using _held = await lockFolder(folder);
 *   await assert.rejects(lockFolder(folder), /is being written by process \d+/);
 * }
 * await (await lockFolder(folder))[Symbol.asyncDispose]();
 * await rm(folder, { recursive: true });
 * ```
 */
export async function lockFolder(folder: string): Promise<AsyncDisposable> {
  try {
    return await takeLock(join(folder, ".lock"));
  } catch (error) {
    if (!(error instanceof LockedError)) throw error;
    const { what, fault } = writtenBy(folder, error);
    throw new ProcessError(`${what} ${fault}.`, "locked");
  }
}
