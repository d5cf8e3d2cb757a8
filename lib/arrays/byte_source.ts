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

/** The source over bytes in memory. */
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
 * The source over an open file, which stays the caller's to close.
 *
 * @throws {ArrayFileError} It is a folder, a pipe or a device.
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
