/** The recordings that a command line names. */
import { existsSync } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
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
 */
export async function findRecordings(given: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const path of given) found.push(...await expand(path));
  return [...new Set(found)];
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
  if (!/[*?]/.test(pattern)) throw new MissingError(`${path} does not exist.`);
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
