import { open } from "node:fs/promises";
import type { Warn } from "#lib/warnings/warn.ts";
import { fileSource } from "./byte_source.ts";
import { NpzArchive } from "./npz_archive.ts";

/**
 * Opens an npz and reads its directory only. The archive holds the file open until `close()`, or the end of the
 * scope of `await using`.
 *
 * @param options `warn`: told of bytes behind the zip's end; by default a warning of the process.
 * @throws {ArrayFileError} The file is no zip, or its directory is damaged.
 * @throws {Error} The system's own error, with its `code`, where the file cannot be opened or read.
 *
 * @example
 * ```ts
 * import { mkdtemp, rm } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { ndArray } from "#lib/arrays/nd_array.ts";
 * import { openNpz } from "#lib/arrays/open_npz.ts";
 * import { writeNpz } from "#lib/arrays/write_npz.ts";
 *
 * const folder = await mkdtemp(join(tmpdir(), "dialab-"));
 * await writeNpz(join(folder, "state.npz"), { pi: ndArray("f8", [2], new Float64Array([0.5, 0.5])) });
 * {
 *   await using archive = await openNpz(join(folder, "state.npz"));
 *   const { dtype, shape } = await archive.describe("pi");
 *   if (archive.names.join() !== "pi" || dtype !== "f8" || shape[0] !== 2) throw new Error("openNpz");
 * }
 * await rm(folder, { recursive: true });
 * ```
 */
export async function openNpz(path: string, options: { readonly warn?: Warn } = {}): Promise<NpzArchive> {
  const handle = await open(path, "r");
  try {
    return await NpzArchive.over(await fileSource(handle, path), {
      close: () => handle.close(),
      warn: options.warn,
    });
  } catch (error) {
    await handle.close();
    throw error;
  }
}
