import type { Stats } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { AudioFileError } from "./audio_file_error.ts";

/** Gives an array of so many numbers, whatever they are, for samples that will be written over all of it. */
export type Allocate = (length: number) => Float32Array<ArrayBuffer>;

/** An open regular file that is read at positions. */
export interface OpenFile {
  /** The path as it was given. */
  readonly file: string;
  /** Bytes, when it was opened. */
  readonly size: number;
  /** Fills `target` from `position` on, as far as there are bytes; gives the part that was filled. */
  read(target: Uint8Array<ArrayBuffer>, position: number): Promise<Uint8Array<ArrayBuffer>>;
  /** The bytes between two places, where the file is in memory: not copied, and not to be changed. */
  readonly view?: (from: number, to: number) => Uint8Array;
  /** Where samples of a file in memory are put. Default: into new arrays. */
  readonly allocate?: Allocate;
  close(): Promise<void>;
}

const FAULTS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "may not be read: permission denied",
  EPERM: "may not be read: permission denied",
  EISDIR: "is a folder, not an audio file",
  ENOTDIR: "there is no such file: a part of the path is not a folder",
  ELOOP: "its symbolic links lead in a circle",
  EMFILE: "cannot be opened: too many files are open",
};

/**
 * The AudioFileError for what the system reported on a file.
 *
 * @param error What was thrown; an AudioFileError is given back as it is.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { systemFault } from "#lib/audio/open_file.ts";
 *
 * const error = systemFault(Object.assign(new Error("EACCES"), { code: "EACCES" }), "a.wav");
 * assert.equal(error.message, "a.wav: may not be read: permission denied");
 * ```
 */
export function systemFault(error: unknown, file: string): AudioFileError {
  if (error instanceof AudioFileError) return error;
  const { code, message } = error instanceof Error
    ? error as NodeJS.ErrnoException
    : { code: undefined, message: String(error) };
  // Where a byte of a name is no UTF-8, a folder's listing has this in its place, by which nothing can be opened.
  const fault = code === "ENOENT" && file.includes("\ufffd")
    ? "cannot be opened: its name is no UTF-8; rename it"
    : FAULTS[code ?? ""];
  return new AudioFileError(fault ?? `cannot be read: ${message}`, {
    file,
    cause: error,
    isFinal: true,
  });
}

/**
 * Opens a regular file with bytes in it.
 *
 * @throws {AudioFileError} It is missing, a folder, a pipe or a device, may not be read, or is empty.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { openFile } from "#lib/audio/open_file.ts";
 *
 * await assert.rejects(openFile("/"), { name: "AudioFileError", fault: "is a folder, not an audio file" });
 * ```
 */
export async function openFile(file: string): Promise<OpenFile> {
  let handle: FileHandle;
  try {
    // Opening a pipe would wait for somebody to write to it.
    refuseOthers(await stat(file), file);
    handle = await open(file);
  } catch (error) {
    throw systemFault(error, file);
  }
  try {
    const opened = await handle.stat();
    refuseOthers(opened, file);
    if (opened.size === 0) throw new AudioFileError("is empty: it has 0 bytes", { file });
    return regularFile(handle, { file, size: opened.size });
  } catch (error) {
    await handle.close();
    throw systemFault(error, file);
  }
}

function refuseOthers(stats: Stats, file: string): void {
  if (stats.isDirectory()) throw new AudioFileError(FAULTS.EISDIR, { file });
  if (!stats.isFile()) {
    throw new AudioFileError("is a pipe or a device; audio is read from regular files", { file });
  }
}

function regularFile(handle: FileHandle, { file, size }: { file: string; size: number }): OpenFile {
  let closed: Promise<void> | undefined;
  return {
    file,
    size,
    async read(target, position) {
      if (closed) throw new AudioFileError("was closed while it was read", { file });
      let done = 0;
      try {
        while (done < target.length) {
          const { bytesRead } = await handle.read(target, done, target.length - done, position + done);
          if (bytesRead === 0) break;
          done += bytesRead;
        }
      } catch (error) {
        throw systemFault(error, file);
      }
      return target.subarray(0, done);
    },
    close: () => closed ??= handle.close(),
  };
}
