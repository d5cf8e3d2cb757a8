/** Fetching a list of files: what is there already is left, and what cannot be had is told with what to do by hand. */
import { download, DownloadError, type DownloadOptions, isPresent, type WantedFile } from "./download.ts";

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

/** Fetches files one after the other. A failure is told and the others go on; being stopped ends it. */
export async function fetchFiles(
  files: readonly WantedFile[],
  options: FetchOptions = {},
): Promise<FetchOutcome> {
  const { offline = false, hubToken, onLine, onProgress, ...rest } = options;
  const fetched: WantedFile[] = [];
  const present: WantedFile[] = [];
  const missing: WantedFile[] = [];
  for (const file of files) {
    if (await isPresent(file)) {
      present.push(file);
      onLine?.(`${file.name}: already there`);
      continue;
    }
    if (offline || file.url === undefined) {
      missing.push(file);
      continue;
    }
    try {
      const forHub = hubToken !== undefined && new URL(file.url).host === "huggingface.co";
      await download(file, {
        ...rest,
        headers: forHub ? { Authorization: `Bearer ${hubToken}` } : {},
        onProgress: (received, total) => onProgress?.(file, received, total),
      });
      fetched.push(file);
      onLine?.(`${file.name}: fetched, sha256 as it should be`);
    } catch (error) {
      if (!(error instanceof DownloadError)) throw error;
      missing.push(file);
      onLine?.(`error: ${error.message}`);
    }
  }
  return { fetched, present, missing };
}

/** What to do by hand about files that are missing: where each goes, how large it is, its checksum, and its address. */
export function byHand(missing: readonly WantedFile[]): string {
  return missing.map(({ path, bytes, sha256, url }) =>
    [
      `put     ${path}`,
      `  size   ${bytes === undefined ? "not known" : `${bytes} bytes`}`,
      `  sha256 ${sha256}`,
      `  from   ${url ?? "not published"}`,
    ].join("\n")
  ).join("\n") + "\n";
}
