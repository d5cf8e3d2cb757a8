import type { FileHandle } from "node:fs/promises";
import { ArrayFileError } from "./array_file_error.ts";

/** Bytes that can be read from any position: a file, or memory. */
export interface ByteSource {
  /** What errors call it: the path, or a given name. */
  readonly file: string;
  readonly size: number;
  /** Fills `target` from `position` on, or throws an ArrayFileError where the bytes end before that. */
  read(target: Uint8Array<ArrayBuffer>, position: number): Promise<void>;
}

/**
 * The source over bytes in memory, which are not copied: a change to them is seen by later reads.
 *
 * @param file What errors call the bytes.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { ArrayFileError } from "#lib/arrays/array_file_error.ts";
 * import { bytesSource } from "#lib/arrays/byte_source.ts";
 *
 * const source = bytesSource(Uint8Array.of(1, 2, 3), "three.bin");
 * const target = new Uint8Array(2);
 * await source.read(target, 1);
 * assert.deepEqual(target, Uint8Array.of(2, 3));
 * const error = new ArrayFileError("truncated: it ends at byte 3", { file: "three.bin" });
 * await assert.rejects(source.read(target, 2), error);
 * ```
 */
export function bytesSource(bytes: Uint8Array, file: string): ByteSource {
  return {
    file,
    size: bytes.length,
    read(target, position) {
      const piece = bytes.subarray(position, position + target.length);
      if (piece.length < target.length) return Promise.reject(endedEarly(file, position + piece.length));
      target.set(piece);
      return Promise.resolve();
    },
  };
}

/**
 * The source over an open file, which stays the caller's to close. Reads give their position, so that they may overlap.
 *
 * @param file What errors call it; its path.
 * @throws {ArrayFileError} It is a folder, a pipe or a device.
 * @throws {Error} The system's own error, with its `code`, where the file cannot be read.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { mkdtemp, open, rm, writeFile } from "node:fs/promises";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { fileSource } from "#lib/arrays/byte_source.ts";
 *
 * const folder = await mkdtemp(join(tmpdir(), "dialab-"));
 * await writeFile(join(folder, "three.bin"), Uint8Array.of(1, 2, 3));
 * const handle = await open(join(folder, "three.bin"));
 * const source = await fileSource(handle, "three.bin");
 * const last = new Uint8Array(1);
 * await source.read(last, source.size - 1);
 * await handle.close();
 * await rm(folder, { recursive: true });
 * assert.equal(last[0], 3);
 * ```
 */
export async function fileSource(handle: FileHandle, file: string): Promise<ByteSource> {
  const stat = await handle.stat();
  if (!stat.isFile()) throw new ArrayFileError("not a regular file", { file });
  return {
    file,
    size: stat.size,
    async read(target, position) {
      for (let done = 0; done < target.length;) {
        const { bytesRead } = await handle.read(target, done, target.length - done, position + done);
        // The file may have shrunk since it was opened.
        if (bytesRead === 0) throw endedEarly(file, position + done);
        done += bytesRead;
      }
    },
  };
}

function endedEarly(file: string, at: number): ArrayFileError {
  return new ArrayFileError(`truncated: it ends at byte ${at}`, { file });
}
