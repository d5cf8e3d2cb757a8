/** Files that a command line writes take the place of nothing but files of their own kind that it does not read. */
import { closeSync, openSync, readSync, realpathSync, type Stats, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { checkFile } from "./check_destination.ts";
import { UsageError } from "./exit.ts";

/** What a file holds that a command writes. */
export type OutputKind = keyof typeof KINDS;

/** A file that an option names. */
export interface OutputFile {
  /** As people write it: `--json`. */
  readonly option: string;
  readonly path: string;
  readonly kind: OutputKind;
}

/** What each kind is called, and whether a file that is there is one, by its first bytes. */
const KINDS = {
  json: { name: "JSON", is: (start: string) => /^\s*[[{]/.test(start) },
  page: { name: "page", is: (start: string) => /^\s*(?:<!doctype html|<html)/i.test(start) },
  list: {
    name: "list of recordings",
    is: (start: string) => /^[^\n]*\b(?:audio_filepath|path)\b/.test(start),
  },
  parquet: { name: "Parquet file", is: (start: string) => start.startsWith("PAR1") },
} as const;

/** Bytes that tell what a file is. */
const LOOKED_AT = 4096;

/**
 * Looks at all of them before any work begins.
 *
 * @param inputs Words of the command line that may be files to be read.
 * @throws {UsageError} where one is read as well, is named by two options, or is there and something else.
 */
export function checkOutputs(outputs: readonly OutputFile[], inputs: readonly string[]): void {
  const read = new Map(inputs.flatMap((path) => isFile(path) ? [[placeOf(path), path] as const] : []));
  const written = new Map<string, string>();
  for (const { option, path, kind } of outputs) {
    checkFile(path, option);
    const place = placeOf(path), other = written.get(place);
    if (other !== undefined) throw new UsageError(`${other} and ${option} both name ${path}.`);
    written.set(place, option);
    if (read.has(place)) throw new UsageError(`${option} ${path} would write over what is read from there.`);
    const { name, is } = KINDS[kind];
    if (!isFile(path)) continue;
    const start = startOf(path);
    if (start !== "" && !is(start)) {
      throw new UsageError(
        `${option} ${path} would write over a file that is no ${name}: name another, or remove it.`,
      );
    }
  }
}

/** The same for two names of one file, whether it is there or not. Devices and pipes are no files that could be lost. */
function placeOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return join(realpathSync(dirname(path)), basename(path));
  }
}

function isFile(path: string): boolean {
  let found: Stats | undefined;
  try {
    found = statSync(path, { throwIfNoEntry: false });
  } catch {
    return false; // too long for a name, or below a file
  }
  return found?.isFile() ?? false;
}

function startOf(path: string): string {
  const file = openSync(path, "r");
  try {
    const bytes = new Uint8Array(LOOKED_AT);
    return new TextDecoder("latin1").decode(bytes.subarray(0, readSync(file, bytes)));
  } finally {
    closeSync(file);
  }
}
