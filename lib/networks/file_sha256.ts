import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { realpath, stat } from "node:fs/promises";

const known = new Map<string, string>();

/**
 * The sha256 of a file, in hexadecimal. A file that has kept its size and time since it was last asked for is not read again.
 *
 * @throws {Error} The system's own error, with its `code`, where the file cannot be read.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { fileSha256 } from "#lib/networks/file_sha256.ts";
 * import { projectRoot } from "#lib/places/places.ts";
 * assert.match(await fileSha256(`${projectRoot()}/package.json`), /^[0-9a-f]{64}$/);
 * ```
 */
export async function fileSha256(path: string): Promise<string> {
  const [real, { size, mtimeMs }] = await Promise.all([realpath(path), stat(path)]);
  const key = JSON.stringify([real, size, mtimeMs]);
  const before = known.get(key);
  if (before !== undefined) return before;
  const hash = createHash("sha256");
  for await (const piece of createReadStream(path)) hash.update(piece);
  const sha256 = hash.digest("hex");
  known.set(key, sha256);
  return sha256;
}
