/** Reads the annotation files of one side of a score; one that is bad does not stop the others. */
import { counted } from "#lib/language/counted.ts";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { ReadOptions } from "#lib/timeline/file_reading.ts";
import { quotable, TimelineFileError } from "#lib/timeline/timeline_file_error.ts";
import { MissingError } from "../cli/exit.ts";
import { entriesOf } from "../cli/folder_entries.ts";
import { isSystemError, messageOf } from "../cli/tell_error.ts";

/** Lines of one file that are named; of more, only the number is told. */
const MAX_NAMED = 10;

/** What was read of one side, and what could not be. */
export interface ReadRecordings<Value> {
  readonly recordings: ReadonlyMap<string, Value>;
  /** The files that were read, with the folder that was named. */
  readonly files: readonly string[];
  /** The file that each stands in. */
  readonly origin: ReadonlyMap<string, string>;
  /** Recordings that must not be scored, as it is not known what their files say. */
  readonly unsure: ReadonlySet<string>;
  /** Files that could not be read at all. */
  readonly unread: readonly string[];
  /** Lines that could not be read. */
  readonly bad: readonly TimelineFileError[];
  /** What was wrong, file by file. */
  readonly faults: readonly string[];
}

/** How one side is read. */
export interface ReadRecordingsOptions<Value> {
  /** How the names of its files end, such as ".rttm". */
  readonly ending: string;
  readonly read: (path: string, options: ReadOptions) => Promise<Map<string, Value>>;
  readonly strict: boolean;
  readonly warn: (warning: string) => void;
}

/** What stands in a file, or in the files of a folder whose names end as they should. */
export async function readRecordings<Value>(
  path: string,
  options: ReadRecordingsOptions<Value>,
): Promise<ReadRecordings<Value>> {
  const names = await namesIn(path, options);
  const files: string[] = [];
  const recordings = new Map<string, Value>();
  const origin = new Map<string, string>();
  const [unsure, unread, faults]: [Set<string>, string[], string[]] = [new Set(), [], []];
  const lines: TimelineFileError[] = [];
  for (const name of names ?? [path]) {
    const file = names === undefined ? path : join(path, name);
    const bad: TimelineFileError[] = [];
    let found = new Map<string, Value>();
    try {
      const { strict, warn } = options;
      found = await options.read(file, { strict, warn, onFault: (fault) => bad.push(fault) });
      files.push(file);
    } catch (error) {
      if (names === undefined) throw missing(path, error);
      if (!(error instanceof TimelineFileError) && !isSystemError(error)) throw error;
      faults.push(messageOf(error));
      unread.push(file);
    }
    faults.push(...bad.slice(0, MAX_NAMED).map(({ message }) => message));
    if (bad.length > MAX_NAMED) faults.push(`${file}: ${bad.length - MAX_NAMED} more lines cannot be read.`);
    for (const fault of bad) lines.push(fault);
    for (const [uri, value] of found) {
      const before = origin.get(uri);
      if (before !== undefined) {
        unsure.add(uri);
        faults.push(
          `Recording ${quotable(uri)} stands in two files of ${path}: ${before} and ${name}; ` +
            "it is not scored.",
        );
        continue;
      }
      recordings.set(uri, value);
      origin.set(uri, name);
    }
  }
  return { recordings, files, origin, unsure, unread, bad: lines, faults };
}

/** The files of a folder; undefined for a file. */
async function namesIn(
  path: string,
  { ending, warn }: Pick<ReadRecordingsOptions<unknown>, "ending" | "warn">,
): Promise<string[] | undefined> {
  const kind = await stat(path).catch((error: unknown) => {
    throw missing(path, error);
  });
  if (!kind.isDirectory()) return undefined;
  const { files, special } = await entriesOf(path);
  const ends = (name: string) => name.toLowerCase().endsWith(ending);
  const all = files.filter((name) => ends(name) && !special.includes(name));
  // What macOS keeps beside files on foreign disks; it ends as they do and holds none of them.
  const names = all.filter((name) => !name.startsWith("._"));
  const passed = all.filter((name) => name.startsWith("._"));
  if (passed.length > 0) {
    const what = counted(passed.length, "file of macOS is", "files of macOS are");
    warn(`${path}: ${what} passed over: ${quotable(passed.join(", "))}.`);
  }
  const pipes = special.filter(ends);
  if (pipes.length > 0) {
    const [what, is] = pipes.length === 1
      ? ["a pipe, socket or device", "is"]
      : [`${pipes.length} pipes, sockets or devices`, "are"];
    warn(`${path}: ${what} ${is} passed over: ${quotable(pipes.join(", "))}.`);
  }
  if (names.length === 0) throw new MissingError(`Folder ${path} holds no ${ending} file.`);
  return names;
}

function missing(path: string, error: unknown): unknown {
  return isSystemError(error) && (error.code === "ENOENT" || error.code === "ENOTDIR")
    ? new MissingError(`${path} does not exist.`)
    : error;
}
