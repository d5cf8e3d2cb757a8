/** What tells a result from one that was changed. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { isSystemError } from "../cli/tell_error.ts";

/**
 * The sha256 of a file's bytes, or of a folder's files with their names; undefined where nothing is there. It is read each time: an editor
 * may keep size and time.
 *
 * @throws {Error} The system's own error, with its `code`, where it cannot be read.
 */
export async function resultSum(path: string): Promise<string | undefined> {
  const found = await stat(path).catch((error) => {
    if (isSystemError(error) && (error.code === "ENOENT" || error.code === "ENOTDIR")) return undefined;
    throw error;
  });
  if (found === undefined) return undefined;
  const hash = createHash("sha256");
  if (found.isDirectory()) {
    for (const name of (await readdir(path)).sort()) {
      hash.update(`${JSON.stringify(name)} ${await resultSum(join(path, name))}\n`);
    }
  } else if (found.isFile()) {
    for await (const piece of createReadStream(path)) hash.update(piece);
  } else hash.update("neither a file nor a folder");
  return hash.digest("hex");
}
