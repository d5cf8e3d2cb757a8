import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { extname, join } from "node:path";
import { type Warn, warnOnProcess } from "#lib/warnings/warn.ts";
import { compareCodePoints } from "#lib/timeline/compare_code_points.ts";
import { DOUBTFUL_ENDINGS, RECORDING_ENDINGS } from "./recording_endings.ts";

/**
 * Files of a folder and the folders below it whose ending is of audio or video, by their paths from that folder on, sorted by the bytes
 * of UTF-8.
 *
 * What macOS leaves beside files (`._x`), files without a byte, links to nothing, and folders that cannot be read are passed over and
 * told; hidden files and folders are passed over. A linked folder is followed once: one that holds itself ends there.
 *
 * @param options `warn` hears what is passed over.
 * @throws {Error} The system's own error, with its `code`, where the folder itself cannot be read.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { findAudioFiles } from "#lib/corpus/recordings/find_audio_files.ts";
 * assert((await findAudioFiles("tests/audio/samples")).includes("stereo.mp3"));
 * ```
 */
export async function findAudioFiles(
  folder: string,
  options: { readonly warn?: Warn; readonly signal?: AbortSignal } = {},
): Promise<string[]> {
  const { warn = warnOnProcess, signal } = options;
  const visited = new Set<string>([await realpath(folder)]);
  const found: string[] = [];
  const linked: string[] = [];

  const take = async (path: string, entry: Dirent) => {
    const ending = extname(entry.name).toLowerCase();
    if (!RECORDING_ENDINGS.has(ending) || DOUBTFUL_ENDINGS.has(ending)) return;
    if (entry.name.startsWith("._")) {
      return warn(`${join(folder, path)} is what macOS keeps beside a file; passed over.`);
    }
    if (entry.name.startsWith(".")) return;
    const size = await stat(join(folder, path)).then((at) => at.isFile() ? at.size : -1, () => undefined);
    if (size === undefined) {
      return warn(`${join(folder, path)} leads to no file that can be read; passed over.`);
    }
    if (size === 0) return warn(`${join(folder, path)} has no byte in it; passed over.`);
    if (size > 0) found.push(path);
  };

  const look = async (below: string) => {
    signal?.throwIfAborted();
    const entries = await readdir(join(folder, below), { withFileTypes: true }).catch((error) => {
      if (below === "") throw error;
      warn(`Folder ${join(folder, below)} cannot be read (${error.code}); passed over.`);
      return [];
    });
    for (const entry of entries.sort((a, b) => compareCodePoints(a.name, b.name))) {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      if (entry.isSymbolicLink()) {
        const led = await stat(join(folder, path)).catch(() => undefined);
        if (led?.isDirectory()) linked.push(path);
        else await take(path, entry);
      } else if (entry.isDirectory()) {
        if (entry.name.startsWith(".")) continue;
        visited.add(await realpath(join(folder, path)));
        await look(path);
      } else await take(path, entry);
    }
  };

  await look("");
  // Behind the real ones: what lies in a folder is found under its own name.
  for (let path; (path = linked.shift()) !== undefined;) {
    const real = await realpath(join(folder, path));
    if (visited.has(real)) {
      warn(`${join(folder, path)} is a link to a folder that is looked through already; passed over.`);
      continue;
    }
    visited.add(real);
    await look(path);
  }
  return found.sort(compareCodePoints);
}
