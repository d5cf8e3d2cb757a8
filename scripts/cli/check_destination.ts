/** Whether something can be written where a command line says, looked at before any work begins. */
import {
  accessSync,
  constants,
  lstatSync,
  mkdirSync,
  realpathSync,
  rmdirSync,
  type Stats,
  statSync,
} from "node:fs";
import { basename, dirname, resolve } from "node:path";
import process from "node:process";
import { MissingError, UsageError } from "./exit.ts";
import { refuseStageFolder } from "./stage_folder.ts";
import { isSystemError, messageOf } from "./tell_error.ts";

/**
 * A file that an option names can be written: its folder is there and may be written in, and it is no folder itself. None is in the folder of a
 * stage.
 *
 * @param option As people write it: `--json`.
 */
export function checkFile(path: string, option: string): void {
  if (statOf(path)?.isDirectory()) throw new UsageError(`${path} is a folder, ${option} needs a file.`);
  const folder = dirname(path);
  const found = statOf(folder);
  if (found === undefined) {
    throw new MissingError(`The folder ${folder} of ${option} ${path} does not exist.`);
  }
  if (!found.isDirectory()) {
    throw new UsageError(`${folder} is a file, ${option} ${path} needs a folder there.`);
  }
  refuseStageFolder(path, option);
  if (basename(realpathSync(folder)) === ".dialab") {
    throw new UsageError(`${folder} holds what dialab knows of its results; ${option} needs another place.`);
  }
  mayBeWritten(folder, option);
}

/** A folder that an option names is there and may be written in, or can be made. Nothing is left of the trial. */
export function checkFolder(path: string, option: string): void {
  const found = statOf(path);
  if (found !== undefined && !found.isDirectory()) {
    throw new UsageError(`${path} is a file, ${option} needs a folder.`);
  }
  refuseStageFolder(path, option);
  if (found !== undefined) return mayBeWritten(path, option);
  if (isLink(path)) {
    throw new MissingError(`${option} ${path} cannot be made: it is a link that leads nowhere.`);
  }
  // The deepest part that is there decides; a file among the parts is no folder to make others in.
  let above = dirname(resolve(path));
  while (statOf(above) === undefined && dirname(above) !== above) above = dirname(above);
  if (!statOf(above)?.isDirectory()) {
    throw new UsageError(`${above} is a file, ${option} ${path} needs a folder there.`);
  }
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw new MissingError(`${option} ${path} cannot be made: ${inWords(error, path)}.`);
  } finally {
    removeEmpty(resolve(path), above);
  }
}

/** By a trial: whoever may do everything may still not write on a read-only file system, or where there are no files, as in /proc. */
function mayBeWritten(folder: string, option: string): void {
  const trial = resolve(folder, `.dialab-${process.pid}`);
  try {
    accessSync(folder, constants.W_OK | constants.X_OK);
    mkdirSync(trial);
    rmdirSync(trial);
  } catch (error) {
    if (isSystemError(error) && error.code === "EEXIST") return;
    throw new MissingError(`Nothing can be written where ${option} says: ${inWords(error, folder)}.`);
  }
}

/** Of the path that its reader knows. What is there and yet "does not exist" is a place such as /proc. */
function inWords(error: unknown, path: string): string {
  if (!isSystemError(error)) return messageOf(error);
  return error.code === "ENOENT"
    ? `${path}: no file or folder can be made there`
    : messageOf(Object.assign(error, { path }));
}

/** Takes away the folders from `path` up to, not with, `above`, as far as they are there. */
function removeEmpty(path: string, above: string): void {
  for (let folder = path; folder !== above && folder !== dirname(folder); folder = dirname(folder)) {
    if (statOf(folder) !== undefined) rmdirSync(folder);
  }
}

/** Of a path that leads nowhere. */
function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw new MissingError(`${messageOf(error)}.`);
  }
}
