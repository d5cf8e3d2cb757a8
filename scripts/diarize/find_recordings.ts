/** The recordings that a command line names. */
import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { type Warn, warnOnProcess } from "#lib/warnings/warn.ts";
import { MissingError } from "../cli/command_line.ts";
import { entriesOf, NO_ENTRIES } from "../cli/folder_entries.ts";
import { isRecording, passedOver } from "./passed_over.ts";
import { DOUBTFUL_ENDINGS, RECORDING_ENDINGS } from "#lib/corpus/recordings/recording_endings.ts";

/**
 * Files, folders and patterns (`*` and `?` in the last part of a path) as a list of files, sorted within folder and pattern, each once.
 * A file that is named is taken whatever it is called; of a folder those whose ending is of audio or video. A file that is
 * named and not there stays in the list while another is there: it fails alone.
 *
 * @param options `warn` hears what of each folder was passed over.
 * @throws {MissingError} when no file is there, or a folder or pattern gives none.
 */
export async function findRecordings(
  given: readonly string[],
  options: { readonly warn?: Warn } = {},
): Promise<string[]> {
  const { warn = warnOnProcess } = options;
  const found = new Map<string, string>();
  for (const path of given) {
    for (const file of await expand(path, warn)) {
      if (!found.has(resolve(file))) found.set(resolve(file), file);
    }
  }
  const files = [...found.values()];
  if (!files.some((file) => existsSync(file))) {
    if (files.some((file) => file.includes("\ufffd"))) {
      throw new MissingError(`${files.join(", ")}: cannot be opened: a name is no UTF-8; rename the file.`);
    }
    const names = files.map((file) => file === "" ? '""' : file).join(", ");
    throw new MissingError(`${names} ${files.length === 1 ? "does" : "do"} not exist.`);
  }
  return files;
}

async function expand(path: string, warn: Warn): Promise<string[]> {
  if (existsSync(path)) return (await stat(path)).isDirectory() ? await inFolder(path, warn) : [path];
  const pattern = basename(path);
  if (!/[*?]/.test(pattern)) return [path];
  const folder = dirname(path);
  if (!existsSync(folder)) throw new MissingError(`Folder ${folder} does not exist.`);
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*").replaceAll("?", ".");
  // As in a shell, hidden files are found by patterns that begin with a dot.
  const expression = new RegExp(`^${/^[*?]/.test(pattern) ? "(?!\\.)" : ""}${escaped}$`, "u");
  const { files } = await entriesOf(folder);
  const matching = files.filter((name) => expression.test(name));
  if (matching.length === 0) throw new MissingError(`Nothing is called ${path}.`);
  return matching.map((name) => join(folder, name));
}

const hasRecordingEnding = (name: string) => RECORDING_ENDINGS.has(extname(name).toLowerCase());
const isDoubtful = (name: string) => DOUBTFUL_ENDINGS.has(extname(name).toLowerCase());

async function inFolder(folder: string, warn: Warn): Promise<string[]> {
  const { files, folders, special } = await entriesOf(folder);
  const pathOf = (name: string) => join(folder, name);
  const taken: string[] = [], others: string[] = [];
  for (const name of files.filter((name) => !special.includes(name))) {
    const isTaken = !name.startsWith(".") && hasRecordingEnding(name) &&
      (!isDoubtful(name) || await isRecording(pathOf(name)));
    (isTaken ? taken : others).push(name);
  }
  const withRecordings: string[] = [];
  for (const name of folders) if (await holdsRecordings(pathOf(name))) withRecordings.push(name);
  const rest = await passedOver(folder, { files: others, folders: withRecordings, special }, pathOf);
  if (taken.length === 0) {
    const endings = [...RECORDING_ENDINGS].join(", ");
    throw new MissingError(
      `Folder ${folder} holds no recording (${endings}).${rest === undefined ? "" : ` ${rest}`}`,
    );
  }
  if (rest !== undefined) warn(rest);
  return taken.map(pathOf);
}

/** Whether a recording lies in a folder itself; one that may not be read holds none. */
async function holdsRecordings(folder: string): Promise<boolean> {
  const { files, special } = await entriesOf(folder).catch(() => NO_ENTRIES);
  return files.some((name) =>
    !special.includes(name) && !name.startsWith(".") && hasRecordingEnding(name) && !isDoubtful(name)
  );
}
