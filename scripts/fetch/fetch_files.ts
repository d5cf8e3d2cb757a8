/** Fetching a list of files: what is there already is left, and what cannot be had is told with what to do by hand. */
import { counted } from "#lib/language/counted.ts";
import { existsSync } from "node:fs";
import { mkdir, rename, rm, rmdir } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import {
  download,
  DownloadError,
  type DownloadOptions,
  isPresent,
  UnreachableError,
  type WantedFile,
} from "./download.ts";

/** How files are fetched. */
export interface FetchOptions extends Omit<DownloadOptions, "onProgress" | "headers"> {
  /** Nothing is downloaded; what is missing is told. */
  readonly offline?: boolean;
  /** For the hub that asks for one; goes to no other host. */
  readonly hubToken?: string | undefined;
  readonly onProgress?: (file: WantedFile, received: number, total: number | undefined) => void;
  /** A line of text on what has been done. */
  readonly onLine?: (line: string) => void;
}

/** What became of the files. */
export interface FetchOutcome {
  readonly fetched: readonly WantedFile[];
  readonly present: readonly WantedFile[];
  /** Those that are still not there. */
  readonly missing: readonly WantedFile[];
}

/**
 * Fetches files one after the other. A failure is told and the others go on; being stopped ends it. A host that cannot be reached is told
 * once, and nothing more is asked of it.
 */
export async function fetchFiles(
  files: readonly WantedFile[],
  options: FetchOptions = {},
): Promise<FetchOutcome> {
  const { offline = false, hubToken, onLine, onProgress, ...rest } = options;
  const fetched: WantedFile[] = [];
  const present: WantedFile[] = [];
  const missing: WantedFile[] = [];
  /** Hosts that cannot be reached, why, and how many files they have. */
  const unreachable = new Map<string, { reason: string; files: number }>();
  for (const file of files) {
    if (await isPresent(file)) {
      present.push(file);
      onLine?.(`${file.name}: already there`);
      continue;
    }
    const staged = stagedFile(file);
    if (await isPresent(staged)) {
      fetched.push(file);
      continue;
    }
    const host = file.url === undefined ? undefined : new URL(file.url).host;
    const silent = host === undefined ? undefined : unreachable.get(host);
    if (offline || host === undefined || silent !== undefined) {
      if (silent !== undefined) silent.files++;
      missing.push(file);
      continue;
    }
    try {
      const forHub = hubToken !== undefined && host === "huggingface.co";
      await download(staged, {
        ...rest,
        headers: forHub ? { Authorization: `Bearer ${hubToken}` } : {},
        onProgress: (received, total) => onProgress?.(file, received, total),
      });
      fetched.push(file);
      onLine?.(`${file.name}: fetched, sha256 as it should be`);
    } catch (error) {
      if (!(error instanceof DownloadError)) throw error;
      missing.push(file);
      if (error instanceof UnreachableError) unreachable.set(host, { reason: error.message, files: 1 });
      else onLine?.(`error: ${error.message}`);
    }
  }
  await putInPlace(files, missing);
  for (const { reason, files } of unreachable.values()) {
    onLine?.(`error: ${reason}; ${counted(files, "file is", "files are")} not fetched`);
  }
  return { fetched, present, missing };
}

/** The file where it lies until all of its folder are there. */
function stagedFile(file: WantedFile): WantedFile {
  const { whole, path } = file;
  return whole === undefined ? file : { ...file, path: join(whole.staging, relative(whole.folder, path)) };
}

/** Moves files of folders that are to appear whole, once none of a folder's is missing. */
async function putInPlace(files: readonly WantedFile[], missing: readonly WantedFile[]): Promise<void> {
  const folders = new Map(files.flatMap(({ whole }) => whole === undefined ? [] : [[whole.folder, whole]]));
  for (const { folder, staging } of folders.values()) {
    if (!existsSync(staging) || missing.some(({ whole }) => whole?.folder === folder)) continue;
    await mkdir(dirname(folder), { recursive: true });
    if (existsSync(folder)) {
      // What is there and right stays; what was not is replaced.
      for (const file of files.filter(({ whole }) => whole?.folder === folder)) {
        const staged = stagedFile(file).path;
        if (existsSync(staged)) await rename(staged, file.path);
      }
      await rm(staging, { recursive: true });
    } else await rename(staging, folder);
    // The last one takes the folder away that held them.
    await rmdir(dirname(staging)).catch(() => {});
  }
}

/** Of files that no command can fetch, as they are published nowhere: which, and which are; undefined when there are none. */
export function notPublished(
  missing: readonly WantedFile[],
  published: readonly string[],
): string | undefined {
  const names = missing.filter(({ url }) => url === undefined).map(({ name }) => name);
  if (names.length === 0) return undefined;
  return `${names.join(", ")} ${names.length === 1 ? "is" : "are"} not published and cannot be fetched. ` +
    `Published are ${published.join(", ")}.`;
}

/** What to do by hand about files that are missing: where each goes, how large it is, its checksum, and its address. */
export function byHand(missing: readonly WantedFile[]): string {
  return missing.length === 0 ? "" : missing.map(({ path, bytes, sha256, url }) =>
    [
      `put     ${path}`,
      `  size   ${bytes === undefined ? "not known" : `${bytes} bytes`}`,
      `  sha256 ${sha256}`,
      `  from   ${url ?? "nowhere: not published"}`,
    ].join("\n")
  ).join("\n") + "\n";
}
