import type { Allocate, OpenFile } from "./open_file.ts";

/**
 * A file's bytes in memory, to be read as an open file is.
 *
 * @param file What errors call it.
 * @param allocate Where samples are put, of formats that are decoded at once. Default: into new arrays.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { memoryFile } from "#lib/audio/memory_file.ts";
 *
 * const file = memoryFile(Uint8Array.of(1, 2, 3), "a.wav");
 * assert.deepEqual(await file.read(new Uint8Array(4), 1), Uint8Array.of(2, 3));
 * ```
 */
export function memoryFile(bytes: Uint8Array, file: string, allocate?: Allocate): OpenFile {
  return {
    file,
    size: bytes.length,
    read(target, position) {
      const part = bytes.subarray(position, position + target.length);
      target.set(part);
      return Promise.resolve(target.subarray(0, part.length));
    },
    allocate,
    view: (from, to) => bytes.subarray(from, to),
    close: () => Promise.resolve(),
  };
}
