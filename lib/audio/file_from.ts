import type { OpenFile } from "./open_file.ts";

/**
 * An open file without its first bytes: position 0 is at `start`. Closing it closes the file.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fileFrom } from "#lib/audio/file_from.ts";
 * import { openFile } from "#lib/audio/open_file.ts";
 *
 * const whole = await openFile("package.json");
 * const rest = fileFrom(whole, 2);
 * const read = async (source: typeof whole, at: number) => [...await source.read(new Uint8Array(9), at)];
 * assert.equal(rest.size, whole.size - 2);
 * assert.deepEqual(await read(rest, 1), await read(whole, 3));
 * await rest.close();
 * ```
 */
export function fileFrom(source: OpenFile, start: number): OpenFile {
  if (start === 0) return source;
  return {
    file: source.file,
    size: Math.max(0, source.size - start),
    read: (target, position) => source.read(target, start + position),
    close: () => source.close(),
  };
}
