import type { Dirent } from "node:fs";
import { readdir, realpath, stat } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { fileContent } from "#lib/audio/file_content.ts";
import { type OpenFile, openFile } from "#lib/audio/open_file.ts";
import { compareCodePoints } from "#lib/timeline/compare_code_points.ts";
import { COMPANION_ENDINGS, DOUBTFUL_ENDINGS, RECORDING_ENDINGS } from "./recording_endings.ts";

/**
 * Why a file or folder is not taken: `audio` is audio by its content under another ending, `companion` what belongs beside recordings or
 * is left there by systems, `linked` a link to a folder that is looked through already, `name` a name that is no UTF-8.
 */
export type PassedOverReason =
  | "audio"
  | "companion"
  | "empty"
  | "hidden"
  | "hidden folder"
  | "linked"
  | "lost link"
  | "name"
  | "other"
  | "special"
  | "unreadable";

/** A file or folder that is not taken. */
export interface PassedOver {
  /** From the folder on, with forward slashes. */
  readonly path: string;
  readonly why: PassedOverReason;
}

/** What a folder and those below it hold. */
export interface WalkedFolder {
  /** Recordings, by their paths from the folder on. */
  readonly files: readonly string[];
  readonly passedOver: readonly PassedOver[];
}

/** Files of unknown endings whose content is looked at; of folders of more, the rest is taken for other. */
const MOST_LOOKED_AT = 1000;

/** What systems and tools leave in folders. */
const LITTER: ReadonlySet<string> = new Set([
  ".DS_Store",
  ".gitignore",
  ".gitkeep",
  "Thumbs.db",
  "desktop.ini",
]);

/**
 * Looks through a folder and those below it for recordings: files whose ending is of audio or video, those of `.ts` and `.mts` by their
 * content, and none that is hidden or without a byte. Both lists are sorted by the bytes of UTF-8. A linked folder is followed once: one
 * that holds itself ends there.
 *
 * @throws {Error} The system's own error, with its `code`, where the folder itself cannot be read.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { walkRecordings } from "#lib/corpus/recordings/walk_recordings.ts";
 * const { files, passedOver } = await walkRecordings("fixtures/conversation");
 * assert(files.includes("repair_day.flac"));
 * assert(passedOver.some(({ path, why }) => path === "repair_day.rttm" && why === "companion"));
 * ```
 */
export async function walkRecordings(
  folder: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<WalkedFolder> {
  const visited = new Set<string>([await realpath(folder)]);
  const files: string[] = [], linked: string[] = [], passedOver: PassedOver[] = [];
  let lookedAt = 0;

  const kindOf = async (path: string, entry: Dirent): Promise<PassedOverReason | "recording"> => {
    const name = basename(path), ending = extname(name).toLowerCase();
    if (LITTER.has(name)) return "companion";
    const at = await stat(join(folder, path)).catch(() => undefined);
    if (at === undefined) {
      return entry.isSymbolicLink() ? "lost link" : name.includes("\ufffd") ? "name" : "unreadable";
    }
    if (!at.isFile()) return "special";
    if (name.startsWith(".")) return "hidden";
    const isKnown = RECORDING_ENDINGS.has(ending), isDoubtful = DOUBTFUL_ENDINGS.has(ending);
    if (isKnown && at.size === 0) return isDoubtful ? "companion" : "empty";
    if (isKnown && (!isDoubtful || await isRecording(join(folder, path)))) return "recording";
    if (COMPANION_ENDINGS.has(ending) || isDoubtful) return "companion";
    return lookedAt++ < MOST_LOOKED_AT && await isRecording(join(folder, path)) ? "audio" : "other";
  };
  const take = async (path: string, entry: Dirent) => {
    const kind = await kindOf(path, entry);
    if (kind === "recording") files.push(path);
    else passedOver.push({ path, why: kind });
  };

  const look = async (below: string) => {
    options.signal?.throwIfAborted();
    const entries = await readdir(join(folder, below), { withFileTypes: true }).catch((error) => {
      if (below === "") throw error;
      passedOver.push({ path: below, why: "unreadable" });
      return [];
    });
    for (const entry of entries.sort((a, b) => compareCodePoints(a.name, b.name))) {
      const path = below === "" ? entry.name : `${below}/${entry.name}`;
      const led = entry.isSymbolicLink() ? await stat(join(folder, path)).catch(() => undefined) : undefined;
      if (!(led ?? entry).isDirectory()) await take(path, entry);
      else if (entry.name.startsWith(".")) passedOver.push({ path, why: "hidden folder" });
      else if (led !== undefined) linked.push(path);
      else {
        visited.add(await realpath(join(folder, path)));
        await look(path);
      }
    }
  };

  await look("");
  // Behind the real ones: what lies in a folder is found under its own name.
  for (let path; (path = linked.shift()) !== undefined;) {
    const real = await realpath(join(folder, path));
    if (visited.has(real)) {
      passedOver.push({ path, why: "linked" });
      continue;
    }
    visited.add(real);
    await look(path);
  }
  return {
    files: files.sort(compareCodePoints),
    passedOver: passedOver.sort((a, b) => compareCodePoints(a.path, b.path)),
  };
}

/** Whether a file is audio or video by its content; of one that cannot be read nothing is known. */
async function isRecording(path: string): Promise<boolean> {
  let file: OpenFile | undefined;
  try {
    file = await openFile(path);
    const { format } = await fileContent(file);
    return typeof format === "object" && format.decoder !== "none";
  } catch {
    return false;
  } finally {
    await file?.close();
  }
}
