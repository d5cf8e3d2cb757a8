import type { FileHandle } from "node:fs/promises";

/**
 * Writes all of `bytes` at `position`, in bytes from the file's beginning, however few the system takes at a time.
 *
 * @throws {Error} The system's own error, with its `code`; a part of the bytes may then be written.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtemp, open, readFile, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { writeFully } from "#lib/arrays/write_fully.ts";
 *
 * const folder = await mkdtemp(join(tmpdir(), "dialab-"));
 * const handle = await open(join(folder, "a.bin"), "w");
 * await writeFully(handle, Uint8Array.of(5, 6), 1); // before it a hole, which reads as 0
 * await handle.close();
 * const written = [...await readFile(join(folder, "a.bin"))];
 * await rm(folder, { recursive: true });
 * assert.deepEqual(written, [0, 5, 6]);
 * ```
 */
export async function writeFully(handle: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done);
    done += bytesWritten;
  }
}
