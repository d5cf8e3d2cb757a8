/** The recordings that a command line names. */
import { existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { type Warn, warnOnProcess } from "#lib/warnings/warn.ts";
import { MissingError } from "../cli/command_line.ts";
import { entriesOf } from "../cli/folder_entries.ts";
import { RECORDING_ENDINGS } from "#lib/corpus/recordings/recording_endings.ts";
import { toldPassedOver } from "#lib/corpus/recordings/told_passed_over.ts";
import { type PassedOver, walkRecordings } from "#lib/corpus/recordings/walk_recordings.ts";

/** Who hears what is not taken. */
interface Hearing {
  readonly warn: Warn;
  readonly onPassedOver: (passed: PassedOver) => void;
}

/**
 * Files, folders and patterns (`*` and `?` in the last part of a path) as a list of files, sorted within folder and pattern, each once.
 * A file that is named is taken whatever it is called; of a folder, and those below it, those that `walkRecordings` takes. A file that is
 * named and not there stays in the list while another is there: it fails alone.
 *
 * @param options `warn` hears a sentence on what of each folder was passed over, `onPassedOver` each file of it.
 * @throws {MissingError} when no file is there, or a folder or pattern gives none.
 */
export async function findRecordings(
  given: readonly string[],
  options: Partial<Hearing> = {},
): Promise<string[]> {
  const { warn = warnOnProcess, onPassedOver = () => {} } = options;
  const found = new Map<string, string>();
  for (const path of given) {
    for (const file of await expand(path, { warn, onPassedOver })) {
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

async function expand(path: string, hearing: Hearing): Promise<string[]> {
  if (existsSync(path)) return (await stat(path)).isDirectory() ? await inFolder(path, hearing) : [path];
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

async function inFolder(folder: string, { warn, onPassedOver }: Hearing): Promise<string[]> {
  const { files, passedOver } = await walkRecordings(folder);
  const rest = toldPassedOver(folder, passedOver);
  if (files.length === 0) {
    const endings = [...RECORDING_ENDINGS].join(", ");
    throw new MissingError(
      `Folder ${folder} holds no recording (${endings}).${rest === undefined ? "" : ` ${rest}`}`,
    );
  }
  if (rest !== undefined) warn(rest);
  for (const { path, why } of passedOver) onPassedOver({ path: join(folder, path), why });
  return files.map((path) => join(folder, path));
}
