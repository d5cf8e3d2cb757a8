/** The recordings that a command line names. */
import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { MissingError } from "../cli/command_line.ts";

/** Endings that a folder's files are taken by; a file that is named is taken whatever it is called. */
const ENDINGS = [
  ".wav",
  ".flac",
  ".mp3",
  ".ogg",
  ".oga",
  ".opus",
  ".m4a",
  ".mp4",
  ".aac",
  ".webm",
  ".aiff",
  ".wma",
];

/**
 * Files, folders and patterns (`*` and `?` in the last part of a path) as a list of files, sorted within folder and pattern, each once.
 * A file that is named and not there stays in the list while another is there: it fails alone.
 *
 * @throws {MissingError} when no file is there, or a folder or pattern gives none.
 */
export async function findRecordings(given: readonly string[]): Promise<string[]> {
  const found = new Map<string, string>();
  for (const path of given) {
    for (const file of await expand(path)) if (!found.has(resolve(file))) found.set(resolve(file), file);
  }
  const files = [...found.values()];
  if (!files.some((file) => existsSync(file))) {
    throw new MissingError(`${files.join(", ")} ${files.length === 1 ? "does" : "do"} not exist.`);
  }
  return files;
}

async function expand(path: string): Promise<string[]> {
  if (existsSync(path)) {
    if (!(await stat(path)).isDirectory()) return [path];
    const files = await sortedFiles(path, (name) => ENDINGS.includes(extname(name).toLowerCase()));
    if (files.length === 0) {
      throw new MissingError(`Folder ${path} holds no recording (${ENDINGS.join(", ")}).`);
    }
    return files;
  }
  const pattern = basename(path);
  if (!/[*?]/.test(pattern)) return [path];
  const folder = dirname(path);
  if (!existsSync(folder)) throw new MissingError(`Folder ${folder} does not exist.`);
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".");
  const expression = new RegExp(`^${escaped}$`, "u");
  const files = await sortedFiles(folder, (name) => expression.test(name));
  if (files.length === 0) throw new MissingError(`Nothing is called ${path}.`);
  return files;
}

async function sortedFiles(folder: string, wanted: (name: string) => boolean): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory() && wanted(entry.name)).map(({ name }) =>
    join(folder, name)
  ).sort();
}
