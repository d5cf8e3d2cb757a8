import { basename, extname } from "node:path";

/**
 * A file's name without folders and without its last ending: what a recording is called where its list has no `wav_id`.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fileStem } from "#lib/corpus/recordings/file_stem.ts";
 * assert.equal(fileStem("day 1/rec.2024.05.01.wav"), "rec.2024.05.01");
 * assert.equal(fileStem("rec"), "rec");
 * ```
 */
export function fileStem(path: string): string {
  return basename(path, extname(path));
}
